"""A supervisor's morning in a real browser: from the overview to the late cases, a slip, its answer, a case that changes
hands, a file; every page looked at in three widths with axe."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD, open_doors
from tests.supervision.places import account, at
from tests.world import ACCEPTED, NOON, World, answer, file, make_record, proposal, task
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Role

Served = tuple[str, Flask, World]
LONG_NAME = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司"
LATE, TODAY, SOON = "2026-11-13", "2026-11-19", "2026-11-20"


@pytest.fixture(scope="module")
def morning(served: Served) -> dict[str, str]:
    """What the night has left: late, due and resting cases in two hands, one with a clock set aside."""
    _address, app, world = served
    with app.app_context():
        with transaction():
            db.session.add(account("lingdao", Role.LEADER, world.department_id, name="赵志远", level=2))
        open_doors()
        numbers = {"late": file(world, make_record(world, subject_name=LONG_NAME), now=at(LATE))}
        for name, day in (("other", LATE), ("today", TODAY), ("soon", SOON), ("parked", SOON)):
            numbers[name] = file(world, make_record(world), now=at(day))
        for name in ("late", "other"):
            claim_task(task_id=task(numbers[name]).id, actor=world.officer, now=at(LATE, 15))
        numbers["mine"] = file(world, make_record(world), now=at(TODAY))
        answer(numbers["mine"], world.officer_two, ACCEPTED, now=at(TODAY, 15))
        answer(numbers["mine"], world.officer_two, proposal(numbers["mine"]), now=at(SOON))
        parked = task(numbers["parked"]).case_id
        db.session.rollback()
        with transaction():
            here = sa.update(Deadline).where(Deadline.case_id == parked, Deadline.arming != "")
            db.session.execute(here.values(parked_error="boom"))
        deadline_sweep(NOON)
        db.session.remove()
    return numbers


@pytest.fixture
def officer(chromium: Browser, served: Served, morning: dict[str, str]) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    other = Reader(context.new_page(), served[0])
    other.sign_in("jingban", PASSWORD)
    yield other
    context.close()


def test_a_supervisors_morning(reader: Reader, officer: Reader, morning: dict[str, str], tmp_path: Path) -> None:
    reader.sign_in("duban", PASSWORD)
    page = reader.page
    assert page.get_by_role("heading", name="监督总览").is_visible()
    reader.look("supervision-overview")
    page.get_by_role("link", name="按步骤").click()
    page.wait_for_url("**by=step*")
    reader.look("supervision-by-step")
    page.get_by_text("看每周的数字").click()
    reader.look("supervision-weeks", widths=(390,))
    page.locator(".tiles a", has_text="停滞").click()
    page.wait_for_url("**bucket=stuck*")
    assert "已停放" in page.locator("tr", has_text=morning["parked"]).inner_text()
    reader.look("supervision-stuck")
    page.go_back()
    page.locator(".tiles a", has_text="已超期").click()  # the first click
    page.wait_for_url("**bucket=over*")
    reader.look("supervision-over")
    page.locator("tr", has_text=morning["late"]).locator(".who a").click()  # the second
    page.wait_for_url(f"**/desk/cases/{morning['late']}")
    assert page.get_by_role("link", name="改派").count() == 0  # the department's own business
    reader.go("/supervision/cases?bucket=over")
    for name in ("late", "other"):
        page.locator("tr", has_text=morning[name]).locator(".pick input").check()
    assert "已选 2 件" in page.get_by_role("region", name="批量操作").inner_text()
    reader.look("supervision-ticked", widths=(1440, 390))
    page.get_by_role("button", name="督办这些").click()
    page.wait_for_url("**/supervision/urge*")
    page.get_by_role("button", name="发出这 2 张督办单").click()
    page.wait_for_selector(".errors")
    reader.complaints.clear()  # the browser notes the status 422
    reader.look("supervision-urge-error")
    page.fill("#text", "请说明超期原因，明确哪天办结。")
    page.get_by_role("button", name="发出这 2 张督办单").click()
    page.wait_for_url("**/supervision/cases?bucket=over")
    assert page.get_by_text("已发出 2 张督办单").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出这 2 件").click()
    download.value.save_as(tmp_path / "list.xlsx")
    rows = list(load_workbook(BytesIO((tmp_path / "list.xlsx").read_bytes())).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [morning["late"], morning["other"]]

    asked = officer.go("/desk")
    assert asked.get_by_role("heading", name="2 张督办单等您答复").is_visible()
    officer.look("desk-slips")
    asked.get_by_role("link", name=LONG_NAME).first.click()
    asked.wait_for_url("**/desk/slips/*")
    officer.look("slip")
    asked.fill("#text", "缴款凭证昨天才到，今天提出审查意见。")
    asked.get_by_role("button", name="答复督办单").click()
    asked.wait_for_url(f"**/desk/cases/{morning['late']}")
    assert "今天提出审查意见" in asked.locator("#story").inner_text()
    officer.go("/desk/messages")
    officer.look("desk-messages-urged", widths=(1440, 390))

    reader.go("/supervision/slips?state=all")
    assert "今天提出审查意见" in page.locator("main").inner_text()
    reader.look("supervision-slips")
    reader.go("/supervision/cases?bucket=over&search=没有的名字")
    reader.look("supervision-empty", widths=(1440, 390))


def test_the_head_of_the_department_gives_cases_to_another_officer(reader: Reader, morning: dict[str, str]) -> None:
    reader.sign_in("shenpi", PASSWORD)
    page = reader.go("/supervision")
    assert page.locator(".tiles a", has_text="等我办理").locator("b").inner_text() == "1"
    reader.look("supervision-department")
    reader.go("/supervision/cases?bucket=over")
    page.locator("thead .pick input").check()
    page.get_by_role("button", name="改派这些").click()
    page.wait_for_url("**/supervision/reassign*")
    reader.look("supervision-reassign")
    page.get_by_label("李建国").check()
    page.fill("#reason", "王丽萍本周外出培训")
    page.get_by_role("button", name="改派这 2 件").click()
    page.wait_for_url("**/supervision/cases?bucket=over")
    assert page.get_by_text("已改派 2 件").is_visible()
    page.locator("tr", has_text=morning["other"]).locator(".pick input").check()
    page.get_by_role("button", name="改派这些").click()
    page.get_by_label("李建国").check()
    page.fill("#reason", "再改派一次")
    page.get_by_role("button", name="改派这 1 件").click()
    page.wait_for_selector("text=没有办成 1 件")
    assert "案件本来就由李建国承办" in page.locator("main").inner_text()
    reader.look("supervision-outcomes")
    reader.go(f"/desk/cases/{morning['other']}")
    assert page.get_by_role("link", name="改派").is_visible() and "王丽萍" in page.locator("#story").inner_text()
    reader.look("case-reassigned", widths=(1440, 390))
