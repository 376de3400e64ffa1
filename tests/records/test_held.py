"""Records off the page for a time: what brings them back or ends them (rulebook §1.3, §1.10, §4.3, §8.3; §12.2 no. 11, 14, 22)."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import entries
from tests import world as w
from tests.portals.clients import client_of, open_doors, token_in
from tests.processes import objections as o
from tests.processes import test_repair_contest as contest
from tests.processes.roads import happen, letters, to_review
from workflow_app.actions.note_on_record import propose_record_fate
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import held, lifecycle, marks
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.held import Fate
from workflow_app.records.record_tasks import open_tasks_of

SYSTEM = Actor.system()
OVER = {"determination_date": date(2023, 8, 10), "stops_on": date(2026, 8, 10)}
UNPERFORMED = OVER | {"fully_performed": False, "performed_on": None, "credit_class": "serious"}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def state(record_id: int) -> tuple[str, bool]:
    found = contest.record(record_id)
    return found.status, found.published


def suspend(record: CreditRecord, actor: Actor = SYSTEM) -> RecordEvent:
    return lifecycle.suspend(record, basis="无法核实", actor=actor, now=w.NOON)


def settle_fate(world: w.World, record_id: int, fate: Fate) -> None:
    version = contest.record(record_id).row_version
    propose_record_fate(
        record_id=record_id, record_version=version, fate=fate, basis="原件", actor=world.officer, now=w.NOON
    )
    contest.settle(world, record_id, "held")


@pytest.mark.parametrize(("values", "back"), [(UNPERFORMED, "PUBLISHED"), (OVER, "EXPIRED")])
def test_what_was_not_performed_comes_back_beyond_its_longest_period(
    world: w.World, values: dict[str, object], back: str
) -> None:
    record_id = w.make_record(world, **values)
    with transaction():
        suspend(contest.record(record_id), world.officer)
    with transaction():
        lifecycle.resume(contest.record(record_id), basis="核实", actor=world.officer, now=w.NOON)
    assert state(record_id)[0] == back


def test_an_unverifiable_record_is_asked_about_and_two_persons_bring_it_back(world: w.World) -> None:
    record_id = w.make_record(world)
    number = o.file(world, record_id)
    o.to_examination(world, number)
    o.decide(world, number, "unverifiable")
    o.confirm_all(number)
    assert state(record_id) == ("SUSPENDED", False)
    assert [t.kind for t in open_tasks_of(record_id)] == ["held"]
    settle_fate(world, record_id, Fate.SHOW)
    assert state(record_id) == ("PUBLISHED", True) and open_tasks_of(record_id) == []


def test_or_delete_it(world: w.World) -> None:
    record_id = w.make_record(world, status="SUSPENDED", published=False)
    settle_fate(world, record_id, Fate.DELETE)
    assert state(record_id) == ("DELETED", False)


def test_a_public_record_has_no_fate_to_be_told(world: w.World) -> None:
    record_id = w.make_record(world)
    with pytest.raises(RuleViolation):
        settle_fate(world, record_id, Fate.SHOW)


def test_time_passes_for_what_is_held_back_too(world: w.World) -> None:
    record_id = w.make_record(world, **OVER, status="SUSPENDED", published=False)
    still = w.make_record(world, **UNPERFORMED, status="SUSPENDED", published=False)
    record_sweep(w.NOON)
    assert (state(record_id)[0], state(still)[0]) == ("EXPIRED", "SUSPENDED")


@pytest.mark.parametrize("verb", ["shield", "suspend"])
def test_a_repair_waits_while_its_record_is_off_the_page_and_goes_on_when_it_is_back(world: w.World, verb: str) -> None:
    record_id = w.make_record(world)
    number = w.file(world, record_id)
    to_review(world, number)
    ruling = marks.Ruling(
        court_case_no="x",
        ruling_no="x",
        ruling_date=date(2026, 11, 20),
        plan_end_date=date(2027, 6, 30),
        administrator="x",
    )
    off = {
        "shield": lambda r: marks.shield(r, ruling=ruling, case_no=None, basis="x", actor=SYSTEM, now=w.NOON),
        "suspend": suspend,
    }[verb]
    happen(number, off)
    assert letters(number)[-1] == "L11"
    running = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.closed_at.is_(None))
    assert all(d.is_stopped for d in db.session.scalars(running))
    with pytest.raises(RuleViolation):
        w.answer(number, world.officer, w.proposal(number))
    back = {
        "shield": lambda r: marks.unshield(r, case_no=None, basis="x", actor=SYSTEM, now=w.NOON),
        "suspend": lambda r: lifecycle.resume(r, basis="x", actor=SYSTEM, now=w.NOON),
    }[verb]
    happen(number, back)
    assert not any(d.is_stopped for d in db.session.scalars(running))
    w.answer(number, world.officer, w.proposal(number))
    assert w.case(number).stage == "decide"


@pytest.mark.parametrize("status", ["REPAIRED", "EXPIRED"])
def test_11_a_quashed_penalty_is_not_called_repaired_any_more(world: w.World, status: str) -> None:
    record_id = w.make_record(world, status=status, published=False)
    contest.propose(world, record_id, "quashed")
    contest.settle(world, record_id, "contest")
    assert (state(record_id)[0], contest.record(record_id).source_in_force) == ("REVOKED_SRC", False)
    with pytest.raises(RuleViolation):
        contest.propose(world, record_id, "quashed")


def test_11_the_entry_behind_a_quashed_penalty_is_to_be_looked_at(world: w.World) -> None:
    record_id = w.make_record(world)
    entry = entries.make_entry(world, cause=record_id)
    contest.propose(world, record_id, "quashed")
    contest.settle(world, record_id, "contest")
    assert [t.kind for t in open_tasks_of(entry)] == ["delist"]


def test_22_an_entry_under_a_plan_that_is_carried_out_has_left_its_list(world: w.World) -> None:
    entry = entries.make_entry(world)
    contest.shielded(world, entry)
    contest.propose_step(world, entry, "performed")
    contest.settle(world, entry, "shield")
    found = contest.record(entry)
    assert (found.status, found.left_on) == ("DELISTED", date(2026, 11, 24))


def test_the_page_asks_what_becomes_of_it(app: Flask, world: w.World) -> None:
    open_doors()
    record_id = w.make_record(world, status="SUSPENDED", published=False)
    client = client_of(app, "jingban")
    assert client.get(f"/desk/records/{record_id}/held").status_code == 404, "nobody was asked yet"
    with transaction():
        held.ask(contest.record(record_id), now=w.NOON)
    page = client.get(f"/desk/records/{record_id}/held")
    assert "已经核实，恢复公示" in page.text
    form = {"csrf_token": token_in(page.text), "record_version": str(contest.record(record_id).row_version)}
    wrong = client.post(f"/desk/records/{record_id}/held", data=form | {"basis": "原处罚决定书"})
    assert wrong.status_code == 422 and "原处罚决定书" in wrong.text
    assert client.post(f"/desk/records/{record_id}/held", data=form | {"basis": "x", "fate": "show"}).status_code == 302
