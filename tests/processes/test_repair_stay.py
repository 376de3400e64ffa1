"""A repair that stands still on its officer's word and another's, and goes on again: clocks, papers, chasing, ends
(rulebook §10.4, §12.2 no. 13: at the party's wish while the penalty is contested)."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.roads import DISPUTE, disputed, happen, letters, quashed, to_decision, to_review
from workflow_app.actions.ask_enquiry import ask_enquiry
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.stay_case import (
    may_be_stayed,
    request_resumption,
    request_stay,
    settle_resumption,
    settle_stay,
)
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.sweep_stays import stay_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.standing import standing_of
from workflow_app.cases.stays import Stay, is_stayed, open_stay
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AnotherPersonsAct, InvalidInput, NotPermitted, RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department
from workflow_app.records import marks
from workflow_app.records.credit_record import CreditRecord

PAPER = "行政复议受理通知书（兰政复受〔2026〕15号）"
LATER = w.NOON + timedelta(days=7)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def number(world: w.World) -> str:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    return number


def ask(world: w.World, number: str, ground: str = "litigation", **changes: str) -> Stay:
    given = {"facts": "申请人已申请行政复议。", "paper": PAPER} | changes
    return request_stay(case_number=number, ground=ground, actor=world.officer, now=w.NOON, **given)


def waiting(number: str) -> int:
    query = sa.select(CaseTask.id).where(
        CaseTask.case_id == w.case(number).id, CaseTask.engine_id.is_(None), CaseTask.closed_at.is_(None)
    )
    return db.session.scalars(query).one()


def settle(
    world: w.World, number: str, *, granted: bool = True, actor: Actor | None = None, article: str = "第九条"
) -> None:
    settle_stay(
        task_id=waiting(number), granted=granted, note="" if granted else "理由不足", basis_article=article,
        actor=actor or world.approver, now=w.NOON,
    )  # fmt: skip


def stayed(world: w.World, number: str, ground: str = "litigation") -> None:
    ask(world, number, ground)
    settle(world, number)


def resume(world: w.World, number: str, *, granted: bool = True, now: datetime = LATER) -> None:
    request_resumption(case_number=number, reason="复议已终结", paper="终止通知书", actor=world.officer, now=now)
    note = "" if granted else "没有看到文书"
    settle_resumption(task_id=waiting(number), granted=granted, note=note, actor=world.approver, now=now)


def due(number: str) -> dict[str, str | None]:
    running = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.closed_at.is_(None))
    return {d.key: d.due_on.isoformat() if d.due_on else None for d in db.session.scalars(running)}


def test_every_clock_stands_still_on_the_letter_and_runs_on_with_its_rest(world: w.World, number: str) -> None:
    ask(world, number)
    assert due(number) == {"repair.feedback": "2026-12-08", "repair.decide": "2026-12-03"}, "until somebody grants it"
    settle(world, number)
    assert due(number) == {"repair.feedback": None, "repair.decide": None}
    assert (w.case(number).next_due_on, is_stayed(w.case(number))) == (None, True)
    letter = db.session.scalars(sa.select(Letter).where(Letter.code == "L11")).one()
    papers = {s.paper for d in db.session.scalars(sa.select(Deadline)) for s in d.suspensions}
    assert papers == {letter.number}
    assert (letter.context["ended"], PAPER in letter.context["reason"]) == (False, True)
    assert deadline_sweep(w.NOON + timedelta(days=40)) == 0
    resume(world, number)
    assert due(number) == {"repair.feedback": "2026-12-14", "repair.decide": "2026-12-09"}
    assert "resumed" in [n.key for n in inbox(world.applicant)]
    w.answer(number, world.officer, w.proposal(number), now=LATER)
    assert w.case(number).stage == "decide"


def test_nobody_works_on_meanwhile_but_the_party_may_withdraw(world: w.World, number: str) -> None:
    stayed(world, number)
    with pytest.raises(RuleViolation, match="case_stays"):
        w.answer(number, world.officer, w.proposal(number))
    with pytest.raises(RuleViolation, match="case_stays"):
        ask_enquiry(
            case_number=number, case_version=w.case(number).row_version, department_code="11620200MBY780889C",
            question="x", reply_how="x", basis_article="x", idempotency_key=None, actor=world.officer, now=w.NOON,
        )  # fmt: skip
    with pytest.raises(RuleViolation, match="nothing_to_extend"):
        request_extension(case_number=number, reason="x", actor=world.officer, now=w.NOON)
    version = w.case(number).row_version
    withdraw_application(case_number=number, case_version=version, reason="", actor=world.applicant, now=w.NOON)
    assert (w.case(number).outcome, open_stay(w.case(number).id)) == ("withdrawn", None)


def test_the_party_is_not_asked_for_anything_while_its_case_stands_still(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    request = {"outcome": "correct", "basis_article": "第八条"}
    request["missing_items"] = [{"name": "授权委托书", "requirement": "加盖公章"}]  # type: ignore[assignment]
    w.answer(number, world.officer, request)
    stayed(world, number, "party_request")
    assert not standing_of(w.case(number).id, w.NOON).waits_for_party
    with pytest.raises(RuleViolation, match="case_stays"):
        w.answer(number, world.applicant, {"responses": [{"name": "授权委托书", "response": "已上传"}]})
    resume(world, number)
    assert due(number)["repair.feedback"] is None, "the papers are still to come"
    w.answer(number, world.applicant, {"responses": [{"name": "授权委托书", "response": "已上传"}]}, now=LATER)
    assert due(number)["repair.feedback"] is not None


def test_whoever_asked_does_not_grant_and_a_refusal_changes_nothing(world: w.World, number: str) -> None:
    ask(world, number)
    before = due(number)
    with pytest.raises(NotPermitted):
        settle(world, number, actor=world.officer)
    asker = Actor(**{**vars(world.approver), "account_id": world.officer.account_id})
    with pytest.raises(AnotherPersonsAct):
        settle(world, number, actor=asker)
    with pytest.raises(InvalidInput):
        settle(world, number, article="")
    settle(world, number, granted=False)
    assert (due(number), is_stayed(w.case(number)), letters(number)) == (before, False, ["L02"])
    assert may_be_stayed(w.case(number))


def test_without_its_letter_no_time_is_left_out(world: w.World, number: str) -> None:
    ask(world, number)
    with transaction():
        db.session.get_one(Department, world.department_id).phone = ""
    before = due(number)
    with pytest.raises(RuleViolation):
        settle(world, number)
    assert (due(number), is_stayed(w.case(number))) == (before, False)


def test_when_the_day_of_review_has_passed_officer_and_head_are_told_until_it_is_resumed(
    world: w.World, number: str
) -> None:
    stayed(world, number, "appraisal")
    review = db.session.scalars(sa.select(Stay.review_on)).one()
    assert review is not None
    assert review.isoformat() == "2026-12-24"
    assert stay_sweep(w.NOON + timedelta(days=30)) == 0
    assert [stay_sweep(w.NOON + timedelta(days=31)), stay_sweep(w.NOON + timedelta(days=31))] == [1, 0]
    assert "stay_review" in [n.key for n in inbox(world.officer)]
    assert "stay_review" in [n.key for n in inbox(world.approver)]
    assert stay_sweep(w.NOON + timedelta(days=36)) == 1
    resume(world, number, now=w.NOON + timedelta(days=36))
    assert stay_sweep(w.NOON + timedelta(days=60)) == 0


def test_a_resumption_that_is_refused_leaves_the_stay_and_may_be_asked_for_again(world: w.World, number: str) -> None:
    with pytest.raises(RuleViolation, match="not_stayed"):
        resume(world, number)
    stayed(world, number)
    resume(world, number, granted=False)
    assert is_stayed(w.case(number))
    resume(world, number)
    assert not is_stayed(w.case(number))
    stayed(world, number)
    assert is_stayed(w.case(number)), "and once more"


def test_a_dispute_and_a_stay_each_hold_the_clocks_for_themselves(world: w.World, number: str) -> None:
    stayed(world, number)
    happen(number, disputed)
    resume(world, number)
    assert set(due(number).values()) == {None}

    def over(record: CreditRecord) -> object:
        return marks.clear_in_dispute(record, case_no=DISPUTE, outcome="maintained", actor=Actor.system(), now=LATER)

    happen(number, over, now=LATER)  # type: ignore[arg-type]
    assert due(number) == {"repair.feedback": "2026-12-14", "repair.decide": "2026-12-09"}


def test_a_penalty_quashed_meanwhile_ends_case_and_stay(world: w.World, number: str) -> None:
    """No. 11 with no. 13: the case waited for the review, and the review quashed the penalty."""
    stayed(world, number)
    request_resumption(case_number=number, reason="x", paper="x", actor=world.officer, now=w.NOON)
    happen(number, quashed)
    open_tasks = sa.select(CaseTask).where(CaseTask.closed_at.is_(None))
    assert (w.case(number).outcome, list(db.session.scalars(open_tasks))) == ("ended", [])
    assert stay_sweep(w.NOON + timedelta(days=90)) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ground": "其他"}, "stay_ground"),
        ({"facts": ""}, "facts"),
        ({"paper": ""}, "paper"),
        ({"paper": "含\u202e"}, "paper"),
    ],
)
def test_a_request_that_is_not_complete(world: w.World, number: str, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(world, number, **changes)
    assert set(refused.value.fields) == {field}


def test_when_nothing_can_be_stayed(world: w.World, number: str) -> None:
    ask(world, number)
    with pytest.raises(RuleViolation, match="stay_open"):
        ask(world, number)
    other = w.file(world, w.make_record(world))
    to_decision(world, other)
    w.answer(other, world.approver, w.APPROVED)
    with pytest.raises(RuleViolation, match="cannot_stay"):
        ask(world, other)
