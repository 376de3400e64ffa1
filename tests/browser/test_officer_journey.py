"""The road of staff in a real browser: list, case, acceptance, review, preview, decision, conflict, records; every page
looked at in three widths with axe."""

import io
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from tests.world import ACCEPTED, NOON, World, answer, file, make_record, proposal, task
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.write_note import write_note
from workflow_app.foundation.database import db, transaction

Served = tuple[str, Flask, World]
LONG_NAME = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司"


@pytest.fixture
def officer(reader: Reader) -> Reader:
    reader.sign_in("jingban", PASSWORD)
    return reader


@pytest.fixture
def colleague(chromium: Browser, served: Served) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    other = Reader(context.new_page(), served[0])
    other.sign_in("jingban2", PASSWORD)
    yield other
    context.close()


@pytest.fixture
def chief(chromium: Browser, served: Served) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    other = Reader(context.new_page(), served[0])
    other.sign_in("shenpi", PASSWORD)
    yield other
    context.close()


def _case(served: Served, *, review: bool = False, decide: bool = False, paper: bool = False, **record: object) -> str:
    _address, app, world = served
    with app.app_context():
        number = file(world, make_record(world, subject_name=LONG_NAME, **record))
        if paper:
            picture = io.BytesIO()
            Image.new("RGB", (600, 800), "white").save(picture, "PNG")
            add_evidence(
                case_number=number,
                purpose="performance_proof",
                filename="缴款书.png",
                content=picture.getvalue(),
                actor=world.applicant,
                now=NOON,
            )
        if review or decide:
            answer(number, world.officer, ACCEPTED)
        if decide:
            answer(number, world.officer, proposal(number))
        write_note(case_number=number, text="尾款请核到账。", actor=world.officer, now=NOON)
        return number


def _path(served: Served, number: str) -> str:
    with served[1].app_context():
        db.session.rollback()
        return f"/desk/cases/{number}/tasks/{task(number).id}"


def _fill_review(page: Page, reasons: str) -> None:
    for remark in page.locator(".remark:visible textarea").all():
        remark.fill("已核对缴款书和整改报告")
    for pick in page.locator("fieldset.pick").all():
        if pick.locator("input:checked").count() == 0:
            pick.get_by_label("满足", exact=True).check()
    page.get_by_label("准予修复").check()
    page.fill("#reasons", reasons)
    page.fill("#basis_article", "《信用修复管理办法》第三条")


def test_the_list_by_keyboard_to_a_claimed_task(officer: Reader, served: Served) -> None:
    _case(served)
    number = _case(served)
    page = officer.go("/desk?tab=department")
    officer.look("desk-department")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**search=*")
    officer.go("/desk?tab=department")
    page.locator("tr", has_text=number).get_by_role("button", name="领取并办理").click()
    page.wait_for_url("**/tasks/*")
    assert page.get_by_role("heading", name="法定条件").is_visible()
    officer.go("/desk")
    officer.look("desk-mine")


def test_ticking_shows_what_can_be_done_with_the_ticked(officer: Reader, served: Served) -> None:
    _case(served)
    page = officer.go("/desk?tab=department")
    bar = page.get_by_role("region", name="批量操作")
    assert not bar.is_visible()
    page.locator("tbody .pick input").first.check()
    assert "已选 1 件" in bar.inner_text()
    officer.look("desk-ticked")


def test_the_case_page_with_its_drawing_and_ledger(officer: Reader, served: Served) -> None:
    number = _case(served, review=True, paper=True)
    page = officer.go(f"/desk/cases/{number}")
    page.wait_for_selector(".diagram .here")
    assert page.locator(".diagram .here").get_attribute("data-element-id") == "review"
    officer.look("desk-case")
    page.click(".case-head a[data-ledger]")
    page.wait_for_selector("[data-ledger-place] .ledger-days")
    officer.look("desk-case-ledger")
    page.get_by_role("button", name="看全图").click()
    officer.go(f"/desk/cases/{number}?story=letters")
    page.click("#papers a")
    page.wait_for_selector(".paper-desk img")
    officer.look("desk-evidence")


def test_acceptance_opens_what_the_choice_needs(officer: Reader, served: Served) -> None:
    number = _case(served, paper=True)
    page = officer.go(_path(served, number))
    officer.look("task-accept")
    assert not page.locator("#missing_items").is_visible()
    page.get_by_label("要求补正").check()
    assert page.locator("#missing_items").is_visible()
    page.fill("#missing_items-0-name", "授权委托书")
    page.fill("#missing_items-0-requirement", "加盖公章")
    page.fill("#basis_article", "《信用修复管理办法》第八条")
    page.wait_for_selector("#draft-state:has-text('草稿已于')")
    officer.look("task-accept-correct")
    page.get_by_role("button", name="签发通知书").click()
    page.wait_for_url(f"**/desk/cases/{number}")
    assert page.get_by_role("heading", name="等企业补正材料").is_visible()
    officer.look("desk-case-waiting")


def test_too_early_is_said_before_and_refused_after(officer: Reader, served: Served) -> None:
    early = {"determination_date": date(2026, 8, 25), "publication_date": date(2026, 8, 28)}
    page = officer.go(_path(served, _case(served, **early)))
    assert "2026年11月26日" in page.locator(".notice.bad").inner_text()
    assert page.locator("#ground").input_value() == "too_early"
    officer.look("task-accept-early")
    page.check("#outcome-accepted")
    page.get_by_role("button", name="签发通知书").click()
    page.wait_for_selector(".errors")
    officer.complaints.clear()  # the browser notes the status 422
    officer.look("task-accept-refused")


def test_review_preview_and_decision(officer: Reader, served: Served) -> None:
    number = _case(served, review=True, paper=True)
    page = officer.go(_path(served, number))
    officer.look("task-review")
    _fill_review(page, "经查，当事人已缴清罚款并完成整改。")
    page.get_by_role("button", name="预览决定书").click()
    page.wait_for_selector(".paper-desk img")
    officer.look("letter-preview")
    page.get_by_role("button", name="内容无误，送审批").click()
    page.wait_for_url(f"**/desk/cases/{number}")
    page.get_by_role("button", name="退出").click()
    officer.sign_in("shenpi", PASSWORD)
    officer.go(_path(served, number))
    officer.look("task-decide")
    page.get_by_label("批准，签发准予信用修复决定书").check()
    page.get_by_role("button", name="作出决定").click()
    page.wait_for_url(f"**/desk/cases/{number}")
    assert page.get_by_role("heading", name="等平台执行").is_visible()
    officer.look("desk-case-decided")
    page.get_by_role("link", name="准予信用修复决定书").click()
    officer.look("letter-issued")


def test_two_officers_on_one_case(officer: Reader, colleague: Reader, served: Served) -> None:
    number = _case(served, review=True)
    path = _path(served, number)
    _release(served, number)
    for reader, reasons in (
        (officer, "经查，当事人已缴清罚款。"),
        (colleague, "经查，当事人已缴清罚款，没收款另行核对。"),
    ):
        _fill_review(reader.go(path), reasons)
    officer.page.get_by_role("button", name="送审批").click()
    officer.page.wait_for_url(f"**/desk/cases/{number}")
    colleague.page.get_by_role("button", name="送审批").click()
    colleague.page.wait_for_selector(".versus")
    assert "没收款另行核对" in colleague.page.locator("#mine-reasons").input_value()
    assert colleague.page.locator(".versus del").count() == 1
    colleague.complaints.clear()  # the browser notes the status 409
    colleague.look("conflict")
    colleague.page.get_by_role("button", name="把我写的存为内部备注").click()
    colleague.page.wait_for_url("**#notes")
    assert "没收款另行核对" in colleague.page.locator(".private").inner_text()


def _release(served: Served, number: str) -> None:
    with served[1].app_context():
        db.session.rollback()
        with transaction():
            found = task(number)
            found.assignee_id = found.claimed_at = None


def test_an_extension_from_request_to_answer(officer: Reader, served: Served) -> None:
    number = _case(served, review=True)
    page = officer.go(f"/desk/cases/{number}/extension")
    officer.look("extension")
    page.fill("#reason", "需要向工程所在地核实整改情况")
    page.get_by_role("button", name="送负责人批准").click()
    page.wait_for_url(f"**/desk/cases/{number}")
    page.get_by_role("button", name="退出").click()
    officer.sign_in("shenpi", PASSWORD)
    page = officer.go(f"/desk/cases/{number}")
    page.get_by_role("button", name="领取并办理").click()
    page.wait_for_url("**/tasks/*")
    officer.look("extension-approve")


def test_records_and_a_class_by_two_persons(officer: Reader, chief: Reader, served: Served) -> None:
    _address, app, world = served
    with app.app_context():
        record_id = make_record(world, subject_name=LONG_NAME, credit_class=None, class_basis="", sector="统计")
    page = officer.go("/desk/records")
    officer.look("desk-records")
    officer.go(f"/desk/records/{record_id}")
    officer.look("desk-record-open")
    officer.go(f"/desk/records/{record_id}/classify")
    officer.look("desk-classify")
    page.get_by_label("一般", exact=False).first.check()
    page.fill("#basis", "省统计局行政处罚信息分类标准第二条")
    page.get_by_role("button", name="送负责人确认").click()
    page.wait_for_url(f"**/desk/records/{record_id}")
    officer.look("desk-record")
    page = chief.go(f"/desk/records/{record_id}/classify")
    chief.look("desk-classify-waiting")
    page.check("#answer-send_back")
    page.get_by_role("button", name="答复").click()
    page.wait_for_load_state()
    chief.complaints.clear()  # the browser notes the status 422
    assert "理由：请填写这一项" in page.inner_text("[role=alert]")
    chief.look("desk-classify-no-reason")
    page.check("#answer-confirm")
    page.get_by_role("button", name="答复").click()
    page.wait_for_url(f"**/desk/records/{record_id}")
    assert "已确认" in page.inner_text("main")


def test_a_record_past_its_longest_period(officer: Reader, served: Served) -> None:
    _address, app, world = served
    with app.app_context():
        record_id = make_record(world, subject_name=LONG_NAME, fully_performed=False, stops_on=date(2026, 11, 1))
        record_sweep(NOON)
    officer.go("/desk/records?kind=todo")
    officer.look("desk-records-todo")
    officer.go(f"/desk/records/{record_id}/unperformed")
    officer.look("desk-unperformed")


def test_a_market_record_whose_start_day_is_open(officer: Reader, served: Served) -> None:
    _address, app, world = served
    days = {"determination_date": date(2025, 11, 10), "publication_date": None}
    with app.app_context():
        record_id = make_record(world, subject_name=LONG_NAME, sector="市场监管", **days)
        record_sweep(NOON)
    page = officer.go(f"/desk/records/{record_id}/start_day")
    officer.look("desk-start-day")
    page.get_by_role("button", name="送负责人确认").click()
    page.wait_for_load_state()
    officer.complaints.clear()  # the browser notes the status 422
    assert "公示期起算日：" in page.inner_text("[role=alert]")
    officer.look("desk-start-day-refused", widths=(390,))


def test_what_is_empty_says_where_to_go(officer: Reader, served: Served) -> None:
    officer.go("/desk?search=没有这样的名字")
    officer.look("desk-nothing-found")
    officer.go("/desk/messages")
    officer.look("desk-messages")
