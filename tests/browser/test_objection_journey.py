"""The road of an objection in a real browser: filed, checked, asked of the source, corrected; every page in three widths."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from tests.processes import objections as o
from tests.world import World, make_record, task
from workflow_app.foundation.database import db

Served = tuple[str, Flask, World]


@pytest.fixture
def people(chromium: Browser, served: Served) -> Iterator[dict[str, Reader]]:
    """Everybody on the road, each signed in."""
    with served[1].app_context():
        o.provider()
        from tests.portals.clients import open_doors

        open_doors()
    found, contexts = {}, []
    for login in ("qiye", "jingban", "chuangkou", "xiecha", "shenpi"):
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.set_default_timeout(10_000)
        contexts.append(context)
        found[login] = Reader(context.new_page(), served[0])
        found[login].sign_in(login, PASSWORD)
    yield found
    for context in contexts:
        context.close()


def path(served: Served, number: str) -> str:
    with served[1].app_context():
        return f"/desk/cases/{number}/tasks/{task(number).id}"


def test_an_objection_is_corrected(people: dict[str, Reader], served: Served) -> None:
    with served[1].app_context():
        record = make_record(served[2], source_code=o.NEIGHBOUR, source_name="嘉峪关市应急管理局", fine_yuan=38000)
    party, officer = people["qiye"], people["jingban"]
    party.go(f"/my/records/{record}")
    party.look("objection-record")
    page = party.go(f"/my/records/{record}/file/objection")
    page.click("button:has-text('提交异议')")
    page.wait_for_load_state("networkidle")
    party.complaints.clear()  # the browser says that a form was answered with 422
    party.look("objection-file-errors")
    page.check("#dispute_ground-ERROR")
    page.fill("#dispute", o.FILING["dispute"])
    page.fill("#request", o.FILING["request"])
    page.check("#truthful")
    page.wait_for_selector("#draft-state:has-text('自动保存')")
    page.wait_for_timeout(1200)
    page.click("button:has-text('提交异议')")
    page.wait_for_load_state("networkidle")
    number = page.url.split("/")[-2]
    assert number.startswith("GSYY-")
    party.look("objection-receipt")
    party.go(f"/my/cases/{number}")
    party.look("objection-case")

    page = officer.go(path(served, number))
    officer.look("objection-accept")
    page.check("#outcome-accepted")
    page.click("button:has-text('签发通知书')")
    page.wait_for_load_state("networkidle")
    officer.look("objection-desk-case")

    clerk = people["chuangkou"]
    with served[1].app_context():
        other = make_record(served[2])
    clerk.go(f"/desk/counter/file/objection/{other}")
    clerk.look("objection-counter")
    page = clerk.go(path(served, number))
    page.check("#platform_finding-same")
    page.fill("#platform_words", "公示内容与收到的数据一致。")
    clerk.look("objection-check")
    page.click("button:has-text('提交自查结果')")
    page.wait_for_load_state("networkidle")

    page = officer.go(path(served, number))
    assert page.is_checked("#road-ask"), "the source of the record is proposed"
    page.fill("#basis_article", "《甘肃省社会信用条例》")
    officer.look("objection-transfer")
    page.click("form#task button:has-text('确定')")
    page.wait_for_load_state("networkidle")

    provider = people["xiecha"]
    page = provider.go("/desk/asked")
    provider.look("objection-asked")
    page.click("main table a")
    page.wait_for_load_state("networkidle")
    provider.look("objection-question")
    page.check("#provider_finding-wrong")
    page.fill("#found", o.FOUND["found"])
    page.fill("#original_paper", o.FOUND["original_paper"])
    page.click("button:has-text('发出答复')")
    page.wait_for_load_state("networkidle")
    provider.look("objection-answered")

    page = officer.go(path(served, number))
    page.check("#conclusion-corrected")
    page.fill("#corrections-fine_yuan-value", "18000")
    page.fill("#reasons", "决定书载明罚款18000元，报送有误。")
    page.fill("#basis_article", "《甘肃省社会信用条例》")
    officer.look("objection-examine")
    page.click("button:has-text('送审批')")
    page.wait_for_load_state("networkidle")

    chief = people["shenpi"]
    page = chief.go(path(served, number))
    chief.look("objection-decide")
    page.check("#verdict-approved")
    page.click("button:has-text('作出决定')")
    page.wait_for_load_state("networkidle")
    party.go(f"/my/cases/{number}")
    party.look("objection-carried-out")
    with served[1].app_context():
        o.confirm_all(number)
        db.session.remove()
    page = party.go(f"/my/cases/{number}")
    assert "已更正" in page.inner_text("main")
    party.look("objection-ended")
    officer.go(f"/desk/cases/{number}")
    officer.look("objection-desk-ended")
