"""What credit repair does when its record is quashed, ends or is disputed while a case is open (rulebook §12.2 no. 11, 14)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.roads import (
    DISPUTE,
    confirm_all,
    deleted,
    disputed,
    happen,
    letters,
    quashed,
    record_status,
    to_decision,
    to_review,
)
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department
from workflow_app.records import marks
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def number(world: w.World) -> str:
    return w.file(world, w.make_record(world))


def settled(record: CreditRecord) -> RecordEvent | None:
    return marks.clear_in_dispute(record, case_no=DISPUTE, outcome="maintained", actor=Actor.system(), now=w.NOON)


def clocks(number: str) -> dict[str, str | None]:
    running = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.closed_at.is_(None))
    return {d.key: d.due_on.isoformat() if d.due_on else None for d in db.session.scalars(running)}


@pytest.mark.parametrize("steps", range(3))
def test_a_quashed_penalty_ends_the_repair_at_every_stage_with_a_letter(
    world: w.World, number: str, steps: int
) -> None:
    (lambda: None, lambda: to_review(world, number), lambda: to_decision(world, number))[steps]()
    happen(number, quashed)
    case = w.case(number)
    assert (case.outcome, case.stage, case.record.status) == ("ended", "closed", "REVOKED_SRC")
    assert case.record.repair_case_no is None
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L11")).one()
    assert letter.context["ended"] is True
    assert "撤销" in letter.context["reason"]


def test_before_a_department_is_known_the_party_is_told_without_a_letter(world: w.World) -> None:
    number = w.file(world, w.make_record(world, department_id=None))
    assert w.case(number).stage == "forward"
    happen(number, quashed)
    assert (w.case(number).outcome, letters(number)) == ("ended", [])
    told = sa.select(TimelineEntry).where(TimelineEntry.key == "ended_without_letter")
    assert "撤销" in db.session.scalars(told).one().facts["reason"]


def test_a_letter_that_cannot_be_issued_does_not_keep_a_quashed_penalty_public(world: w.World, number: str) -> None:
    with transaction():
        db.session.get_one(Department, world.department_id).phone = ""
    happen(number, quashed)
    assert (w.case(number).outcome, record_status(number), letters(number)) == ("ended", "REVOKED_SRC", [])


def test_a_publication_that_ends_by_itself_ends_the_repair(world: w.World, number: str) -> None:
    with transaction():
        db.session.get_one(CreditRecord, w.case(number).record_id).stops_on = w.NOON.date()
    record_sweep(w.NOON + timedelta(days=2))
    assert (w.case(number).outcome, record_status(number)) == ("ended", "EXPIRED")


def test_a_dispute_stops_every_clock_and_their_rest_runs_on_afterwards(world: w.World, number: str) -> None:
    to_review(world, number)
    assert clocks(number) == {"repair.feedback": "2026-12-08", "repair.decide": "2026-12-03"}
    happen(number, disputed)
    assert clocks(number) == {"repair.feedback": None, "repair.decide": None}
    assert w.case(number).next_due_on is None
    later = w.NOON + timedelta(days=7)
    assert deadline_sweep(w.NOON + timedelta(days=30)) == 0
    happen(number, settled, now=later)
    assert clocks(number) == {"repair.feedback": "2026-12-14", "repair.decide": "2026-12-09"}
    assert w.case(number).next_due_on.isoformat() == "2026-12-09"
    assert letters(number) == ["L02", "L11"]


@pytest.mark.parametrize("steps", range(3))
def test_nobody_works_on_while_the_record_is_disputed_but_the_party_may_withdraw(
    world: w.World, number: str, steps: int
) -> None:
    (lambda: None, lambda: to_review(world, number), lambda: to_decision(world, number))[steps]()
    happen(number, disputed)
    act = (
        lambda: w.answer(number, world.officer, w.ACCEPTED),
        lambda: w.answer(number, world.officer, w.proposal(number)),
        lambda: w.answer(number, world.approver, w.APPROVED),
    )[steps]
    with pytest.raises(RuleViolation, match="repair_waits_for_dispute"):
        act()
    withdraw_application(
        case_number=number,
        case_version=w.case(number).row_version,
        reason="",
        actor=world.applicant,
        now=w.NOON,
    )
    assert w.case(number).outcome == "withdrawn"


def test_a_dispute_that_is_right_ends_the_repair(world: w.World, number: str) -> None:
    happen(number, disputed)
    happen(number, deleted)
    assert (w.case(number).outcome, record_status(number)) == ("ended", "DELETED")


def test_receipts_wait_for_the_dispute_and_count_afterwards(world: w.World, number: str) -> None:
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    happen(number, disputed)
    confirm_all(number)
    assert (w.case(number).closed_at, record_status(number)) == (None, "PUBLISHED")
    happen(number, settled)
    assert w.case(number).closed_at is not None
    assert record_status(number) == "REPAIRED"


def test_an_application_on_a_disputed_record_begins_with_its_clocks_stopped(world: w.World) -> None:
    record_id = w.make_record(world)
    with transaction():
        disputed(db.session.get_one(CreditRecord, record_id))
    number = w.file(world, record_id)
    assert clocks(number) == {"repair.feedback": None, "repair.accept": None}


def test_papers_and_dispute_stop_the_whole_clock_once_each_with_its_own_paper(world: w.World, number: str) -> None:
    request = {"outcome": "correct", "basis_article": "第八条"}
    request["missing_items"] = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(number, world.officer, request)
    happen(number, disputed)
    happen(number, settled)
    running = clocks(number)
    assert running["repair.feedback"] is None, "the papers are still to come"
    assert running["repair.correct"] is not None
