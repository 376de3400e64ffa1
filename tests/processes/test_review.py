"""Review of an objection's conclusion by the lead department (rulebook §4.3, §12.1 异议 6)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk, task_path
from tests.processes import objections as o
from tests.processes import reviews as r
from workflow_app.actions.extend_deadline import request_extension, settle_extension
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.views import case_view
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AnotherPersonsAct, InvalidInput, NotFound, RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.letters.serving import service_of
from workflow_app.notices.inbox import Notice
from workflow_app.people.accounts import Account
from workflow_app.people.departments import Department
from workflow_app.records.credit_record import CreditRecord

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LATE = w.NOON + timedelta(days=20)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def record_of(record_id: int) -> CreditRecord:
    db.session.expire_all()
    found = db.session.get(CreditRecord, record_id)
    assert found is not None
    return found


def letter_of(number: str) -> Letter:
    return db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L15R")).one()


def test_a_changed_conclusion_is_carried_out_and_told_on_both_cases(world: w.World) -> None:
    officer, approver = r.lead()
    record_id, objection = r.concluded(world)
    r.opened(world, objection)
    number = r.ask(world, record_id).number
    case = case_by_number(number)
    assert case.department is not None
    assert case.department.code == r.LEAD
    assert record_of(record_id).dispute_case_no == number
    w.answer(number, officer, r.proposed("changed", **r.TO_18000))
    w.answer(number, approver, w.APPROVED)
    said = letter_of(number)
    assert said.organ_name == "兰州市发展和改革委员会"
    assert said.context["changes"][0]["after"] == "18000"
    assert said.context["objection_case_no"] == objection
    assert o.orders(number) == [("publication", "correct_record", "active"), ("sharing", "correct_record", "active")]
    o.confirm_all(number)
    record = record_of(record_id)
    assert (record.fine_yuan, record.dispute_case_no) == (18000, None)
    assert {"review_asked", "review_answered"} <= set(o.told(objection))
    assert case_by_number(number).outcome == "review_changed"
    told = db.session.scalars(sa.select(Notice.key).where(Notice.department_id == world.department_id))
    assert {"review_asked", "review_answered"} <= set(told)


def test_an_upheld_conclusion_orders_nothing_and_is_reviewed_once(world: w.World) -> None:
    officer, approver = r.lead()
    record_id, objection = r.concluded(world)
    r.opened(world, objection)
    number = r.ask(world, record_id).number
    w.answer(number, officer, r.proposed("upheld"))
    w.answer(number, approver, w.APPROVED)
    assert o.orders(number) == []
    closed = case_by_number(number)
    assert (closed.outcome, closed.is_closed, record_of(record_id).dispute_case_no) == ("review_upheld", True, None)
    with pytest.raises(RuleViolation, match="review_nothing"):
        r.ask(world, record_id)


def test_a_late_request_gets_a_number_and_is_refused_with_its_last_day(world: w.World) -> None:
    officer, approver = r.lead()
    record_id, objection = r.concluded(world)
    r.opened(world, objection)
    number = r.ask(world, record_id, now=LATE).number
    with pytest.raises(InvalidInput):
        w.answer(number, officer, r.proposed("upheld"), now=LATE)
    w.answer(number, officer, r.proposed("refused", ground="late"), now=LATE)
    w.answer(number, approver, w.APPROVED, now=LATE)
    assert case_by_number(number).outcome == "review_refused"
    assert "2026年12月9日届满" in letter_of(number).context["refusal"]


def test_in_time_is_until_the_last_day_and_nobody_is_late_who_never_got_the_reply(world: w.World) -> None:
    officer, _approver = r.lead()
    record_id, objection = r.concluded(world)
    number = r.ask(world, record_id, now=LATE).number
    with pytest.raises(InvalidInput):
        w.answer(number, officer, r.proposed("refused", ground="late"), now=LATE)
    withdraw_application(
        case_number=number, case_version=w.case(number).row_version, reason="", actor=world.applicant, now=LATE
    )
    assert record_of(record_id).dispute_case_no is None
    r.opened(world, objection)
    again = r.ask(world, record_id, now=w.NOON + timedelta(days=15))
    assert again.details["late"] is False
    assert again.details["review_until"] == "2026-12-09"


def test_the_day_of_service_counts_where_the_reply_was_served(world: w.World) -> None:
    r.lead()
    record_id, objection = r.concluded(world)
    r.opened(world, objection)
    reply = db.session.scalars(sa.select(Letter.id).where(Letter.case_no == objection, Letter.code == "L15")).one()
    db.session.rollback()
    with transaction():
        service_of(reply).served_on = date(2026, 12, 20)
    assert r.ask(world, record_id, now=LATE).details["late"] is False


def test_who_worked_on_the_objection_does_not_review_it(world: w.World) -> None:
    officer, approver = r.lead()
    record_id, _objection = r.concluded(world)
    number = r.ask(world, record_id).number
    w.answer(number, officer, r.proposed("upheld"))
    moved = sa.update(Account).where(Account.id == world.approver.account_id)
    seat = case_by_number(number).department_id
    with transaction():
        db.session.execute(moved.values(department_id=seat))
    there = db.session.get(Account, world.approver.account_id)
    assert there is not None
    with pytest.raises(AnotherPersonsAct):
        w.answer(number, there.actor(), w.APPROVED)
    w.answer(number, approver, {"verdict": "returned", "note": "请核对原卷"})
    assert w.task(number).step == "examine"


def test_the_lead_department_reads_the_file_but_not_the_case(world: w.World) -> None:
    officer, _approver = r.lead()
    record_id, objection = r.concluded(world)
    number = r.ask(world, record_id).number
    with pytest.raises(NotFound):
        case_view(objection, officer, w.NOON)
    with pytest.raises(NotFound):
        case_view(number, world.officer, w.NOON)
    kept = case_view(number, officer, w.NOON).case.details["objection"]
    assert isinstance(kept, dict)
    assert kept["said"]["dispute"] == o.FILING["dispute"]
    assert kept["proposals"][0]["proposal"] == "upheld"


def test_the_province_reviews_what_the_city_lead_concluded_and_nobody_its_own(world: w.World) -> None:
    seats = {"department_id": r.lead()[0].department_id}
    r.lead(r.TOP, "甘肃省发展和改革委员会", level="province", region_code="620000", city="")
    record_id, objection = r.concluded(world)
    with transaction():
        case_by_number(objection).department_id = seats["department_id"]
    assert r.ask(world, record_id).department.code == r.TOP  # type: ignore[union-attr]
    other, second = r.concluded(world)
    with transaction():
        top = db.session.scalars(sa.select(Department.id).where(Department.code == r.TOP)).one()
        case_by_number(second).department_id = top
    with pytest.raises(RuleViolation, match="review_no_body"):
        r.ask(world, other)


def test_the_reply_to_an_objection_names_who_reviews_and_until_when(world: w.World) -> None:
    r.lead()
    _record, objection = r.concluded(world)
    said = db.session.scalars(sa.select(Letter).where(Letter.case_no == objection, Letter.code == "L15")).one()
    assert said.context["review_path"] == "对本答复有异议的，可以自收到之日起15日内向兰州市发展和改革委员会申请复核"


def test_its_time_is_five_working_days_extended_once_to_twenty(world: w.World) -> None:
    officer, approver = r.lead()
    record_id, _objection = r.concluded(world)
    number = r.ask(world, record_id).number
    clock = sa.select(Deadline).join(Case).where(Case.number == number, Deadline.key == "objection.review_decide")
    assert db.session.scalars(clock).one().due_on == date(2026, 12, 1)
    request_extension(case_number=number, reason="要调取原卷", actor=officer, now=w.NOON)
    task = db.session.scalars(sa.select(CaseTask).where(CaseTask.step == "approve_extension")).one()
    settle_extension(task_id=task.id, granted=True, note="", basis_article="第三条", actor=approver, now=w.NOON)
    assert db.session.scalars(clock).one().due_on == date(2026, 12, 22)
    with pytest.raises(RuleViolation, match="extension_used"):
        request_extension(case_number=number, reason="还要", actor=officer, now=w.NOON)


@ON_SQLITE
def test_pages_lead_from_the_closed_objection_to_the_answer(app: Flask, world: w.World) -> None:
    r.lead()
    record_id, objection = r.concluded(world)
    open_doors()
    party, address = Desk.of(app, "qiye"), f"/my/records/{record_id}/file/review"
    assert address in party.read(f"/my/cases/{objection}")
    assert "15 日内申请" in party.read(address)
    assert party.send(address, {"disagreement": "没有核对"}, page=address).status_code == 422
    sent = party.send(address, r.FILING | {"truthful": "1"}, page=address)
    number = sent.headers["Location"].split("/")[-2]
    assert address not in party.read(f"/my/cases/{objection}")
    assert "不服的理由" in party.read(f"/my/cases/{number}")
    officer = Desk.of(app, "officer116201")
    page = officer.read(task_path(number))
    for words in ("原核查情况", "原处理意见：维持", "答复没有核对决定书第二页"):
        assert words in page
    assert officer.client.get(f"/desk/cases/{objection}").status_code == 404
