"""Acceptance cases of rulebook §12.2 that are about repair and stand in no other file, by their numbers."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.roads import to_review
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.take_over_cases import succession_sweep
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import timeline_of
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Account, Role
from workflow_app.people.departments import Department, Succession

HEIR = "11620100MB1A00002X"


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def succeed(*, on: date, heir: str | None = HEIR) -> int:
    """End the department of the world on a day; return the id of the one that continues its work, 0 where nobody does."""
    with transaction():
        db.session.add(Succession(code=w.HOUSING, kind="merged", effective_on=on, successor_code=heir))
        found = w.department(HEIR, "兰州市城市管理委员会")
        db.session.add(found)
        db.session.flush()
        return found.id if heir else 0


def clocks(number: str) -> dict[str, Deadline]:
    query = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.closed_at.is_(None))
    return {d.key: d for d in db.session.scalars(query)}


def keys(number: str, *, public: bool = False) -> list[str]:
    return [e.key for e in timeline_of(w.case(number).id, public_only=public)]


def test_10_an_open_case_goes_to_the_heir_and_its_clocks_begin_on_receipt(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    before = {key: d.due_on for key, d in clocks(number).items()}
    later = w.NOON + timedelta(days=3)  # Friday 2026-11-27
    heir = succeed(on=date(2026, 11, 27))
    assert (succession_sweep(w.NOON), succession_sweep(later), succession_sweep(later)) == (0, 1, 0)
    case = w.case(number)
    assert (case.department_id, case.assignee_id, w.task(number).assignee_id) == (heir, None, None)
    after = clocks(number)
    assert all(after[key].due_on > day for key, day in before.items())
    review = after["repair.decide"]
    assert review.due_on == date(2026, 12, 8), "seven working days from Friday 27 November, which is not counted"
    assert any("承接以前的日子不计入" in str(line) for line in review.ledger["lines"])
    assert "taken_over" in keys(number, public=True) and "taken_over" in [n.key for n in inbox(world.applicant)]
    with pytest.raises(NotFound):  # it is no longer theirs
        w.answer(number, world.officer, w.proposal(number), now=later)


def test_10_the_heirs_officer_goes_on_where_the_case_stood(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    heir = succeed(on=date(2026, 11, 24))
    assert succession_sweep(w.NOON) == 1
    with transaction():
        officer = Account(
            login="chengjie", name="承接人", role=Role.OFFICER, department_id=heir, password_hash="!", created_at=w.NOON
        )
        db.session.add(officer)
        db.session.flush()
        actor = officer.actor()
    w.answer(number, actor, w.ACCEPTED)
    assert w.case(number).stage == "review"
    assert "taken_over_here" in [n.key for n in inbox(actor)]


def test_10_without_an_heir_the_lead_department_is_asked_once_and_the_case_stays(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    succeed(on=date(2026, 11, 24), heir=None)
    assert (succession_sweep(w.NOON), succession_sweep(w.NOON)) == (1, 0)
    assert w.case(number).department_id == world.department_id
    assert "successor_unnamed" in keys(number) and "successor_unnamed" not in keys(number, public=True)
    with transaction():
        db.session.add(Succession(code=w.HOUSING, kind="merged", effective_on=date(2026, 11, 24), successor_code=HEIR))
        assert db.session.scalar(sa.select(Department.id).where(Department.code == HEIR))


def test_10_a_clock_that_stands_still_and_one_that_ran_out_are_left_as_they_are(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    deadline_sweep(w.NOON + timedelta(days=10))
    run_out = {key: d.due_on for key, d in clocks(number).items() if d.fired_at}
    assert run_out
    succeed(on=date(2026, 12, 4))
    succession_sweep(w.NOON + timedelta(days=10))
    assert {key: clocks(number)[key].due_on for key in run_out} == run_out


def test_17_papers_without_authority_are_asked_for_once_and_their_time_is_not_counted(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    missing = [{"name": "授权委托书", "requirement": "写明委托事项、期限，加盖公章"}]
    w.answer(number, world.officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"})
    assert clocks(number)["repair.correct"].due_on == date(2026, 12, 1), "five working days"
    deadline_sweep(w.NOON + timedelta(days=8))
    w.answer(
        number, world.officer, now=w.NOON + timedelta(days=8),
        values={"outcome": "refused", "ground": "uncorrected", "reasons": "没有补正。", "basis_article": "第八条"},
    )  # fmt: skip
    assert w.case(number).outcome == "refused"
    assert w.file(world, w.case(number).record_id, now=w.NOON + timedelta(days=9)), "it may be handed in again"


def test_26_an_overdue_repair_is_nobodys_yes_and_goes_up(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    deadline_sweep(w.NOON + timedelta(days=40))
    case = w.case(number)
    assert (case.stage, case.outcome, case.record.status) == ("review", None, "PUBLISHED")
    assert "deadline_passed" in keys(number)
