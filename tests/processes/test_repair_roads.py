"""Every road of credit repair, walked through the real actions."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.roads import confirm_all, letters, record_status, settle, to_decision, to_review
from workflow_app.actions.extend_deadline import request_extension, settle_extension
from workflow_app.actions.settle_write_back import STEP
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.records import write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.write_back import WriteBack, WriteBackState


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def number(world: w.World) -> str:
    return w.file(world, w.make_record(world))


def test_filing_gives_a_number_and_goes_to_the_department(world: w.World, number: str) -> None:
    case = w.case(number)
    assert number == "GSXF-2026-000001"
    assert (case.stage, case.department_id) == ("accept", world.department_id)
    assert case.next_due_on is not None and case.next_due_on.isoformat() == "2026-11-27"


def test_granted_repair_ends_only_with_every_receipt(world: w.World, number: str) -> None:
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    assert w.case(number).closed_at is None
    assert record_status(number) == "PUBLISHED"
    confirm_all(number)
    assert w.case(number).closed_at is not None
    assert record_status(number) == "REPAIRED"
    assert letters(number) == ["L02", "L07"]


def test_refusal_ends_the_case_and_leaves_the_record_as_it_was(world: w.World, number: str) -> None:
    refusal = {"outcome": "refused", "ground": "out_of_scope", "reasons": "不属于修复范围。", "basis_article": "第二条"}
    w.answer(number, world.officer, refusal)
    assert w.case(number).outcome == "refused"
    assert letters(number) == ["L03"]
    assert record_status(number) == "PUBLISHED"


def test_correction_is_asked_for_once_and_its_time_is_not_counted(world: w.World, number: str) -> None:
    request = {
        "outcome": "correct",
        "missing_items": [{"name": "授权委托书", "requirement": "加盖公章"}],
        "basis_article": "第八条",
    }
    w.answer(number, world.officer, request)
    case_id = w.case(number).id
    whole = sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.key == "repair.feedback")
    assert db.session.scalars(whole).one().is_stopped
    later = w.NOON + timedelta(days=2)
    w.answer(number, world.applicant, {"responses": [{"name": "授权委托书", "response": "已上传"}]}, now=later)
    assert not db.session.scalars(whole).one().is_stopped
    with pytest.raises(RuleViolation, match="correction_once"):
        w.answer(number, world.officer, request, now=later)


def test_a_correction_that_never_comes_goes_back_to_the_officer(world: w.World, number: str) -> None:
    w.answer(
        number,
        world.officer,
        {
            "outcome": "correct",
            "missing_items": [{"name": "缴款书", "requirement": "全部缴款凭证"}],
            "basis_article": "第八条",
        },
    )
    deadline_sweep(w.NOON + timedelta(days=30))
    assert w.task(number).step == "accept"
    refusal = {"outcome": "refused", "ground": "uncorrected", "reasons": "逾期未补正。", "basis_article": "第二条"}
    w.answer(number, world.officer, refusal, now=w.NOON + timedelta(days=30))
    assert letters(number) == ["L04", "L03"]


def test_denial_needs_an_unmet_condition_and_says_when_to_apply_again(world: w.World) -> None:
    number = w.file(world, w.make_record(world, fully_performed=False, performed_on=None))
    to_review(world, number)
    w.answer(number, world.officer, w.proposal(number, "deny"))
    w.answer(number, world.approver, w.APPROVED)
    assert w.case(number).outcome == "denied"
    assert letters(number) == ["L02", "L08"]


def test_a_returned_proposal_comes_back_to_review_under_the_same_clock(world: w.World, number: str) -> None:
    to_decision(world, number)
    w.answer(number, world.approver, {"verdict": "returned", "note": "请核对缴款"})
    assert w.task(number).step == "review"
    armed = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.key == "repair.decide")
    assert len(db.session.scalars(armed).all()) == 1


def test_the_proposer_does_not_decide(world: w.World, number: str) -> None:
    to_decision(world, number)
    same = type(world.approver)(**{**world.approver.__dict__, "account_id": world.officer.account_id})
    with pytest.raises(RuleViolation):
        w.answer(number, same, w.APPROVED)


def test_withdrawal_before_the_decision_ends_the_case(world: w.World, number: str) -> None:
    to_decision(world, number)
    case = w.case(number)
    withdraw_application(
        case_number=number, case_version=case.row_version, reason="改日再办", actor=world.applicant, now=w.NOON
    )
    assert w.case(number).outcome == "withdrawn"
    assert record_status(number) == "PUBLISHED"


def test_no_withdrawal_after_the_decision(world: w.World, number: str) -> None:
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    version = w.case(number).row_version
    with pytest.raises(RuleViolation, match="already_decided"):
        withdraw_application(case_number=number, case_version=version, reason="", actor=world.applicant, now=w.NOON)


def test_one_extension_granted_by_another_person_moves_the_clock(world: w.World, number: str) -> None:
    to_review(world, number)
    before = w.case(number).next_due_on
    request_extension(case_number=number, reason="案情复杂", actor=world.officer, now=w.NOON)
    open_task = db.session.scalars(sa.select(CaseTask).where(CaseTask.step == "approve_extension")).one()
    settle_extension(
        task_id=open_task.id, granted=True, note="", basis_article="第九条", actor=world.approver, now=w.NOON
    )
    after = w.case(number).next_due_on
    assert before and after and (after - before).days == 14
    assert letters(number) == ["L02", "L06"]
    with pytest.raises(RuleViolation, match="extension_used"):
        request_extension(case_number=number, reason="再延", actor=world.officer, now=w.NOON)


def test_an_overdue_step_is_told_and_nothing_is_decided_by_silence(world: w.World, number: str) -> None:
    deadline_sweep(w.NOON + timedelta(days=10))
    case = w.case(number)
    assert (case.stage, case.closed_at) == ("accept", None)
    fired = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.fired_at.is_not(None))
    assert {d.key for d in db.session.scalars(fired)} == {"repair.accept"}
    assert deadline_sweep(w.NOON + timedelta(days=10)) == 0


def test_too_early_filing_gets_a_number_and_a_refusal_with_the_date(world: w.World) -> None:
    """Rulebook §12.2 no. 1."""
    from datetime import date

    number = w.file(world, w.make_record(world, determination_date=date(2026, 8, 25)))
    with pytest.raises(RuleViolation, match="accept_too_early"):
        to_review(world, number)
    refusal = {"outcome": "refused", "ground": "too_early", "reasons": "未到最短公示期。", "basis_article": "第二条"}
    w.answer(number, world.officer, refusal)
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number)).one()
    assert letter.context["earliest_date"] == "2026-11-26"


def test_unknown_outcome_calls_a_person(world: w.World, number: str) -> None:
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    row = db.session.scalars(sa.select(WriteBack).where(WriteBack.case_no == number)).first()
    assert row is not None
    settle(row.id, WriteBackState.UNKNOWN)
    assert db.session.scalars(sa.select(CaseTask).where(CaseTask.step == STEP)).one().role == "clerk"


def test_the_same_request_twice_has_one_effect(world: w.World) -> None:
    record = w.make_record(world)
    first = w.file(world, record, key="k1")
    assert w.file(world, record, key="k1") == first


def test_a_second_application_on_an_open_record_is_refused(world: w.World) -> None:
    record = w.make_record(world)
    w.file(world, record)
    with pytest.raises(RuleViolation, match="application_open"):
        w.file(world, record)


def test_a_stale_page_changes_nothing(world: w.World, number: str) -> None:
    from workflow_app.actions.complete_task import complete_task

    open_task = w.task(number)
    with pytest.raises(Conflict):
        complete_task(
            task_id=open_task.id,
            case_version=0,
            answer=w.ACCEPTED,
            idempotency_key=None,
            actor=world.officer,
            now=w.NOON,
        )
    assert w.task(number).step == "accept"


@pytest.mark.parametrize("items", [None, -1, "缴款书", {"name": "缴款书"}, [1], [None], [{}], [{"name": {"x": 1}}]])
def test_an_answer_of_another_shape_is_refused_by_its_field(world: w.World, number: str, items: object) -> None:
    with pytest.raises(InvalidInput) as error:
        w.answer(number, world.officer, {"outcome": "correct", "basis_article": "第八条", "missing_items": items})
    assert "missing_items" in error.value.fields


def test_a_wrong_answer_stores_nothing(world: w.World, number: str) -> None:
    with pytest.raises(InvalidInput) as error:
        w.answer(number, world.officer, {"outcome": "correct", "missing_items": []})
    assert "missing_items" in error.value.fields
    assert w.task(number).step == "accept"
    assert db.session.get(CreditRecord, w.case(number).record_id) is not None


def test_a_receipt_that_comes_after_all_takes_the_question_back(world: w.World, number: str) -> None:
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    first, second = db.session.scalars(sa.select(WriteBack.id).where(WriteBack.case_no == number)).all()
    settle(first, WriteBackState.CONFIRMED)
    settle(second, WriteBackState.UNKNOWN)
    with transaction():  # the first attempt was only late
        write_back.settle(
            second, attempt=1, state=WriteBackState.CONFIRMED, reason=None, receipt_no="R9", receipt={}, now=w.NOON
        )
    assert w.case(number).closed_at is not None
    assert db.session.scalars(sa.select(CaseTask).where(CaseTask.step == STEP)).one().closed_at is not None
