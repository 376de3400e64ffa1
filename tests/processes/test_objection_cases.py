"""The acceptance cases of rulebook §12.2 (with 加测) that are about objections, by their numbers."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import world as w
from tests.processes import objections as o
from tests.processes.roads import letters, to_decision
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db
from workflow_app.records.write_back import WriteBack


@pytest.fixture
def world(app) -> w.World:
    return w.make_world()


def clock(number: str, key: str) -> Deadline:
    query = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.key == key)
    return db.session.scalars(query.order_by(Deadline.id.desc())).first()


def test_04_a_warning_that_should_not_be_public_comes_off_by_objection_without_repair(world: w.World) -> None:
    warning = {"credit_class": "minor", "penalties": [{"kind": "warning", "amount_yuan": None}]}
    record = w.make_record(world, determination_date=date(2026, 10, 12), **warning)
    number = o.file(world, record, dispute_ground="NOT_PUBLISHABLE")
    o.to_examination(world, number)
    o.decide(world, number, "stopped")
    o.confirm_all(number)
    assert w.case(number).record.status == "NOT_PUBLISHED"


def test_11_a_quashed_penalty_is_withdrawn_within_its_statutory_clock_and_never_called_repaired(world: w.World) -> None:
    record = w.make_record(world)
    repair = w.file(world, record)
    number = o.file(world, record, dispute_ground="SOURCE_REVOKED", revoking_paper="甘政复决〔2026〕8号")
    w.answer(number, world.officer, {"outcome": "accepted"})
    withdrawing = clock(number, "penalty.withdraw")
    assert (withdrawing.due_on, withdrawing.confidence) == (date(2026, 11, 27), "V")
    assert w.case(number).record.status == "SUSPENDED", "shielded first, verified then"
    w.answer(number, world.clerk, o.CHECKED)
    w.answer(number, world.officer, o.OWN)
    o.decide(world, number, "deleted")
    o.confirm_all(number)
    found = w.case(number).record
    assert (found.status, found.source_in_force, found.dispute_case_no) == ("REVOKED_SRC", False, None)
    assert clock(number, "penalty.withdraw").closed_at is not None
    assert (w.case(repair).outcome, letters(repair)[-1]) == ("ended", "L11")


def test_11_a_quashed_penalty_not_withdrawn_in_time_is_told(world: w.World) -> None:
    number = o.file(world, w.make_record(world), dispute_ground="SOURCE_REVOKED", revoking_paper="甘政复决〔2026〕8号")
    w.answer(number, world.officer, {"outcome": "accepted"})
    deadline_sweep(w.NOON + timedelta(days=4))
    assert clock(number, "penalty.withdraw").fired_at is not None


def test_14_a_repair_waits_and_goes_on_with_the_days_it_had_left(world: w.World) -> None:
    record = w.make_record(world)
    repair = w.file(world, record)
    w.answer(repair, world.officer, w.ACCEPTED)
    due = clock(repair, "repair.decide").due_on
    number = o.file(world, record)
    assert w.case(repair).record.dispute_case_no == number, "flagged the moment it was received"
    assert clock(repair, "repair.decide").due_on is None
    assert letters(repair)[-1] == "L11"
    o.to_examination(world, number)
    later = w.NOON + timedelta(days=2)
    w.answer(number, world.officer, o.concluded("upheld"), now=later)
    w.answer(number, world.approver, o.APPROVED, now=later)
    moved = clock(repair, "repair.decide")
    assert moved.due_on == due + timedelta(days=1), "the one working day between does not count"
    assert {"held", "dispute_over"} <= set(o.told(repair))
    assert {"objection_flagged", "objection_settled"} <= set(o.told(number))
    w.answer(repair, world.officer, w.proposal(repair), now=later)
    assert w.case(repair).stage == "decide"


def test_14_a_repair_ends_when_the_objection_has_the_record_deleted(world: w.World) -> None:
    record = w.make_record(world)
    repair = w.file(world, record)
    number = o.file(world, record)
    o.to_examination(world, number)
    o.decide(world, number, "deleted")
    assert w.case(repair).closed_at is None, "until every receipt is there"
    o.confirm_all(number)
    case = w.case(repair)
    assert (case.outcome, case.record.status, case.record.repair_case_no) == ("ended", "DELETED", None)
    assert "dispute_over" not in o.told(repair)
    assert o.told(repair)[-1] == "ended"


def test_14_a_granted_repair_whose_receipts_came_meanwhile_ends_with_the_dispute(world: w.World) -> None:
    record = w.make_record(world)
    repair = w.file(world, record)
    w.answer(repair, world.officer, w.ACCEPTED)
    w.answer(repair, world.officer, w.proposal(repair))
    w.answer(repair, world.approver, w.APPROVED)
    number = o.file(world, record)
    o.confirm_all(repair)
    assert w.case(repair).stage == "platform_confirmed", "it waits for the dispute, whatever the platforms say"
    o.to_examination(world, number)
    o.decide(world, number, "deleted")
    o.confirm_all(number)
    case = w.case(repair)
    assert (case.closed_at is not None, case.record.status, case.record.repair_case_no) == (True, "DELETED", None)


def test_14_a_withdrawn_objection_lets_the_repair_go_on(world: w.World) -> None:
    from workflow_app.actions.withdraw_application import withdraw_application

    record = w.make_record(world)
    repair, number = w.file(world, record), o.file(world, record)
    version = w.case(number).row_version
    withdraw_application(case_number=number, case_version=version, reason="", actor=world.applicant, now=w.NOON)
    assert clock(repair, "repair.accept").due_on is not None
    assert "dispute_over" in o.told(repair)


def test_18_a_natural_persons_record_is_deleted_by_objection(world: w.World) -> None:
    number = o.file(world, w.make_record(world, subject_type="natural_person"), dispute_ground="NOT_PUBLISHABLE")
    o.to_examination(world, number)
    o.decide(world, number, "deleted")
    o.confirm_all(number)
    assert w.case(number).record.status == "DELETED"


def test_19_a_sole_trader_objects_like_any_other_subject(world: w.World) -> None:
    number = o.file(world, w.make_record(world, subject_type="individual_business"))
    assert w.case(number).stage == "accept"


def test_25_the_clock_of_acceptance_counts_the_working_sunday(world: w.World) -> None:
    friday = w.NOON.replace(month=9, day=18)
    number = o.file(world, w.make_record(world), now=friday)
    assert clock(number, "objection.accept").due_on == date(2026, 9, 21), "Sunday 20 September counts"


def test_26_an_overdue_objection_is_nobodys_yes(world: w.World) -> None:
    number = o.file(world, w.make_record(world))
    deadline_sweep(w.NOON + timedelta(days=30))
    case = w.case(number)
    assert (case.stage, case.outcome, case.record.status) == ("accept", None, "PUBLISHED")
    assert "deadline_passed" in o.told(number)


def test_14_a_correction_puts_nothing_back_that_a_repair_under_way_takes_off(world: w.World) -> None:
    record = w.make_record(world)
    repair = w.file(world, record)
    to_decision(world, repair)
    w.answer(repair, world.approver, {"verdict": "approved", "note": ""})
    number = o.file(world, record)
    o.to_examination(world, number)
    o.decide(world, number, "corrected", fine_yuan="18000")
    newest = sa.select(WriteBack).where(WriteBack.record_id == record).order_by(WriteBack.id.desc()).limit(2)
    assert [row.order().leaves for row in db.session.scalars(newest)] == ["ended", "ended"]
