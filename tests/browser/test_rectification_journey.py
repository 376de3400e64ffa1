"""A rectification in a real browser: opened from the list, noticed, reported, verified by two as not put right; every page in
three widths with axe."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from tests.processes.rectifications import unperformed
from tests.world import World, task
from workflow_app.foundation.database import db

Served = tuple[str, Flask, World]
LONG_NAME = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司"
DUTY = "在积石山保安族东乡族撒拉族自治县施工现场全部出入口、通道口设置符合国家标准的安全警示标志并保持完好" * 2


@pytest.fixture
def seat(chromium: Browser, served: Served) -> Iterator[Callable[[str], Reader]]:
    """Browsers of their own for whoever signs in."""
    contexts = []

    def of(login: str) -> Reader:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.set_default_timeout(40_000)
        contexts.append(context)
        found = Reader(context.new_page(), served[0])
        found.sign_in(login, PASSWORD)
        return found

    yield of
    for context in contexts:
        context.close()


def _path(served: Served, number: str) -> str:
    with served[1].app_context():
        db.session.rollback()
        return f"/desk/cases/{number}/tasks/{task(number).id}"


def refused(reader: Reader, name: str) -> None:
    """Look at a page that answers 422, which the browser logs as an error."""
    reader.page.locator(".errors").wait_for()
    reader.page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look(name)


def test_from_notice_to_a_verification_that_fails(served: Served, seat: Callable[[str], Reader]) -> None:
    _address, app, world = served
    officer, second, head, party = seat("jingban"), seat("jingban2"), seat("shenpi"), seat("qiye")
    officer.go("/desk/openings/rectification")
    officer.look("rectification-batch-empty")
    with app.app_context():
        record = unperformed(world, subject_name=LONG_NAME)
        unperformed(world)
    officer.go("/desk/openings/rectification")
    officer.look("rectification-batch")
    officer.page.check(f"input[name=record][value='{record}']")
    officer.page.click(".bulk button")
    refused(officer, "rectification-batch-errors")
    officer.page.fill("#unperformed", "履行期限已过，没有查到缴款记录。")
    officer.page.click(".bulk button")
    officer.page.locator("#h-results").wait_for()
    officer.look("rectification-batch-done")
    number = officer.page.locator(".conds a").inner_text()
    officer.go(_path(served, number))
    officer.page.check("#outcome-notify")
    officer.page.fill("#obligations-0-standard", "逾期不缴的，处以罚款")
    officer.page.fill("#obligations-0-acceptance", "核对缴款书")
    officer.page.fill("#basis_article", "《甘肃省社会信用条例》有关规定")
    officer.page.click("main button.btn-primary")
    refused(officer, "rectification-prepare-errors")
    officer.page.fill("#obligations-0-standard", "全额缴清")
    for part, text in (("what", DUTY), ("standard", "符合规范"), ("acceptance", "现场核对")):
        officer.page.fill(f"#obligations-1-{part}", text)
    officer.page.click("text=预览通知书")
    officer.look("rectification-notice-preview")
    officer.go(_path(served, number))
    officer.look("rectification-prepare")
    officer.page.click("main button.btn-primary")
    officer.page.wait_for_url("**/desk**")
    head.go(_path(served, number))
    head.look("rectification-approve")
    head.page.check("#verdict-approved")
    head.page.click("main button.btn-primary")
    head.page.wait_for_url("**/desk**")
    party.go(f"/my/cases/{number}")
    party.look("rectification-my-case")
    party.go(f"/my/cases/{number}/extension")
    party.look("rectification-extension")
    party.go(f"/my/cases/{number}")
    party.page.click("text=去报告整改情况")
    party.page.click("main form[data-draft] button[type=submit]")
    refused(party, "rectification-report-errors")
    for n, state in (("1", "done"), ("2", "unable")):
        party.page.check(f"#reports-{n}-{state}")
        party.page.fill(f"#reports-{n}-text", "罚款已缴清。" if n == "1" else "采购没有到货。")
    party.page.check("#truthful")
    party.look("rectification-report")
    party.page.click("main form[data-draft] button[type=submit]")
    party.page.wait_for_url(f"**/my/cases/{number}")
    officer.go(_path(served, number))
    officer.page.check("#way-on_site")
    officer.page.fill("#on_site_officers", "王丽萍、李建国")
    officer.page.check("#findings-1-met")
    officer.page.check("#findings-2-unmet")
    officer.page.fill("#findings-2-remark", "现场没有警示标志")
    officer.page.check("#conclusion-PARTIAL")
    officer.page.fill("#reasons", "罚款已缴清；现场没有设置警示标志。")
    officer.page.fill("#basis_article", "《甘肃省社会信用条例》有关规定")
    officer.look("rectification-verify")
    officer.page.click("main button.btn-primary")
    officer.page.wait_for_url("**/desk**")
    second.go(_path(served, number))
    second.look("rectification-confirm")
    second.page.check("#verdict-approved")
    second.page.click("main button.btn-primary")
    second.page.wait_for_url("**/desk**")
    for reader, path, name in (
        (officer, f"/desk/cases/{number}", "rectification-case-ended"),
        (officer, f"/desk/records/{record}", "rectification-record-ended"),
        (party, f"/my/cases/{number}", "rectification-my-case-ended"),
        (party, f"/my/cases/{number}/extension", "rectification-extension-none"),
    ):
        reader.go(path)
        reader.look(name)
