"""The branches of a repair in a real browser: another body is asked and answers; every page in three widths with axe."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD, open_doors
from tests.processes.roads import to_review
from tests.world import NOON, World, file, make_record
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.stay_case import request_stay, settle_stay
from workflow_app.cases.tasks import APPROVE_RESUMPTION, APPROVE_STAY, CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Role
from workflow_app.people.departments import Department

Served = tuple[str, Flask, World]
ASKED = "11620200MBY780889C"
LONG = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司的工地是否已按要求设置安全警示标志，" * 8


@pytest.fixture(scope="module")
def number(served: Served) -> str:
    """A case under review, with a paper, and somebody in the department that will be asked."""
    _address, app, world = served
    with app.app_context():
        with transaction():
            place = db.session.scalars(sa.select(Department).where(Department.code == ASKED)).one()
            place.name = "嘉峪关市应急管理局"
            db.session.add(
                Account(
                    login="xiecha",
                    name="刘海燕",
                    role=Role.PROVIDER,
                    department_id=place.id,
                    password_hash="!",
                    created_at=NOON,
                )
            )
        open_doors()
        number = file(world, make_record(world))
        to_review(world, number)
        add_evidence(
            purpose="other",
            filename="整改报告.png",
            content=_picture(),
            case_number=number,
            actor=world.applicant,
            now=NOON,
        )
        app.extensions["jobs"].drain(app, raising=False)
        db.session.remove()
    return number


def _picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    kept = BytesIO()
    Image.new("RGB", (360, 480), "white").save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def provider(chromium: Browser, served: Served, number: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    other = Reader(context.new_page(), served[0])
    other.sign_in("xiecha", PASSWORD)
    yield other
    context.close()


def test_an_enquiry_there_and_back(reader: Reader, provider: Reader, number: str, served: Served) -> None:
    provider.look("enquiries-empty")
    reader.sign_in("jingban", PASSWORD)
    page = reader.go(f"/desk/cases/{number}")
    page.get_by_role("link", name="发函协查").click()
    page.wait_for_url("**/enquiry")
    reader.look("enquiry-ask")
    page.get_by_role("button", name="签发核查函").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()  # the browser notes the 422
    reader.look("enquiry-ask-errors")
    page.select_option("#department_code", ASKED)
    page.fill("#question", LONG + "\n整改验收的日期和文号。")
    page.fill("#basis_article", "第十二条")
    page.check("input[name=papers]")
    page.get_by_role("button", name="签发核查函").click()
    page.wait_for_url(f"**/cases/{number}")
    reader.look("enquiry-case-waiting")
    page.get_by_role("link", name="撤回协查").click()
    page.wait_for_url("**/withdraw")
    reader.look("enquiry-withdraw")
    with served[1].app_context():
        served[1].extensions["jobs"].drain(served[1], raising=False)
        db.session.remove()
    asked = provider.go("/desk/enquiries")
    provider.look("enquiries-list")
    asked.locator("tbody a").first.click()
    asked.wait_for_load_state("networkidle")
    provider.look("enquiry-question")
    asked.set_input_files("#file", {"name": "回函.png", "mimeType": "image/png", "buffer": _picture()})
    asked.get_by_text("移除").wait_for()
    asked.get_by_role("button", name="发出回函").click()
    asked.wait_for_load_state("networkidle")
    provider.complaints.clear()
    provider.look("enquiry-answer-errors")
    asked.check("#finding-partly")
    asked.fill("#answer", "现场核查：三处出入口已设置，塔吊处尚未设置。")
    asked.get_by_role("button", name="发出回函").click()
    asked.get_by_text("我们的回函").wait_for()
    provider.look("enquiry-answered")
    reader.go(f"/desk/cases/{number}")
    assert page.get_by_text("塔吊处尚未设置").is_visible()
    reader.look("enquiry-case-answered")


@pytest.fixture
def approver(chromium: Browser, served: Served, number: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    other = Reader(context.new_page(), served[0])
    other.sign_in("shenpi", PASSWORD)
    yield other
    context.close()


def test_a_case_is_stayed_and_goes_on(reader: Reader, approver: Reader, number: str, served: Served) -> None:
    with served[1].app_context():
        other = file(served[2], make_record(served[2]))
        to_review(served[2], other)
        db.session.remove()
    reader.sign_in("jingban", PASSWORD)
    page = reader.go(f"/desk/cases/{other}")
    page.get_by_role("link", name="申请中止").click()
    page.wait_for_url("**/stay")
    reader.look("stay-ask")
    page.get_by_role("button", name="送负责人批准").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("stay-ask-errors")
    page.check("#stay_ground-litigation")
    page.fill("#facts", LONG)
    page.fill("#paper", "行政复议受理通知书（兰政复受〔2026〕15号）")
    page.get_by_role("button", name="送负责人批准").click()
    page.wait_for_url(f"**/cases/{other}")
    with served[1].app_context():
        task_id = db.session.scalars(sa.select(CaseTask.id).where(CaseTask.step == APPROVE_STAY)).one()
        db.session.remove()
    head = approver.go(f"/desk/cases/{other}/tasks/{task_id}")
    approver.look("stay-approve")
    head.check("#answer-granted")
    head.fill("#basis_article", "第九条")
    head.get_by_role("button", name="作出决定").click()
    head.wait_for_url(f"**/cases/{other}")
    approver.look("stay-case")
    reader.go(f"/desk/cases/{other}").get_by_role("link", name="申请恢复办理").click()
    page.wait_for_url("**/resumption")
    reader.look("resumption-ask")
    page.fill("#reason", "复议已经终结。")
    page.fill("#paper", "行政复议终止决定书（兰政复终〔2026〕3号）")
    page.get_by_role("button", name="送负责人批准").click()
    page.wait_for_url(f"**/cases/{other}")
    with served[1].app_context():
        task_id = db.session.scalars(sa.select(CaseTask.id).where(CaseTask.step == APPROVE_RESUMPTION)).one()
        db.session.remove()
    approver.go(f"/desk/cases/{other}/tasks/{task_id}")
    approver.look("resumption-approve")
    head.check("#answer-granted")
    head.get_by_role("button", name="作出决定").click()
    head.wait_for_url(f"**/cases/{other}")
    assert head.get_by_text("恢复办理，剩余期限接续计算").first.is_visible()


def test_a_plan_and_a_contest_are_noted(reader: Reader, approver: Reader, number: str, served: Served) -> None:
    with served[1].app_context():
        record_id = make_record(served[2], subject_name="积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司")
        db.session.remove()
    reader.sign_in("jingban", PASSWORD)
    page = reader.go(f"/desk/records/{record_id}")
    page.get_by_role("link", name="登记诉讼、复议").click()
    page.wait_for_url("**/contest")
    reader.look("contest")
    page.get_by_role("button", name="送负责人确认").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("contest-errors")
    page.check("#contest-reconsideration")
    page.check("#turn-begun")
    page.fill("#day", "2026-11-20")
    page.fill("#basis", "行政复议受理通知书（兰政复受〔2026〕15号）")
    page.get_by_role("button", name="送负责人确认").click()
    page.wait_for_url(f"**/records/{record_id}")
    head = approver.go(f"/desk/records/{record_id}/contest")
    approver.look("contest-settle")
    head.check("#answer-confirm")
    head.get_by_role("button", name="答复").click()
    head.wait_for_url(f"**/records/{record_id}")
    approver.look("record-contested")
    reader.go(f"/desk/records/{record_id}/shield")
    reader.look("shield")
    for name, value in (
        ("court_case_no", "（2026）甘01破1号"),
        ("ruling_no", "（2026）甘01破1号之二"),
        ("ruling_date", "2026-11-20"),
        ("plan_end_date", "2027-06-30"),
        ("administrator", "甘肃某某律师事务所"),
        ("basis", "民事裁定书（2026）甘01破1号之二"),
    ):
        page.fill(f"#{name}", value)
    page.get_by_role("button", name="送负责人确认").click()
    page.wait_for_url(f"**/records/{record_id}")
    approver.go(f"/desk/records/{record_id}/shield")
    approver.look("shield-settle")
    head.check("#answer-confirm")
    head.get_by_role("button", name="答复").click()
    head.wait_for_url(f"**/records/{record_id}")
    reader.go(f"/desk/records/{record_id}/shield")
    reader.look("shield-standing")


def test_another_province_and_a_stayed_case_as_the_party_sees_them(
    applicant: Reader, number: str, served: Served
) -> None:
    with served[1].app_context():
        world = served[2]
        elsewhere = make_record(
            world, department_code="11510000MB1D87623K", department_name="四川省应急管理厅", department_id=None
        )
        case = file(world, make_record(world))
        to_review(world, case)
        request_stay(
            case_number=case,
            ground="party_request",
            facts="企业正在行政复议。",
            paper="申请书",
            actor=world.officer,
            now=NOON,
        )
        query = sa.select(CaseTask.id).where(CaseTask.step == APPROVE_STAY, CaseTask.closed_at.is_(None))
        task_id = db.session.scalars(query).one()
        settle_stay(task_id=task_id, granted=True, note="", basis_article="第九条", actor=world.approver, now=NOON)
        db.session.remove()
    applicant.go(f"/my/records/{elsewhere}/apply")
    applicant.look("apply-elsewhere")
    page = applicant.go(f"/my/cases/{case}")
    assert page.get_by_text("已中止办理").first.is_visible()
    applicant.look("my-case-stayed")
