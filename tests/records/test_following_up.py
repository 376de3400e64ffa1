"""Commitments are followed up (rulebook §7): a new penalty of the subject makes a task, never a verdict; two persons look."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.processes.revocations import opened, repaired, revoked
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.work_on_record import propose_commitment_finding, settle_record_task
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import RecordTaskKind, open_tasks_of

NEXT_DAY = w.NOON + timedelta(days=1)
AFTER = date(2026, 11, 25)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def record(world: w.World) -> int:
    return repaired(world)


def kinds(record_id: int) -> list[str]:
    db.session.rollback()
    return [task.kind for task in open_tasks_of(record_id)]


def version(record_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(CreditRecord, record_id).row_version


def propose(record_id: int, finding: str, actor: Actor, basis: str = "核对新处罚决定书") -> None:
    propose_commitment_finding(
        record_id=record_id, record_version=version(record_id), finding=finding, basis=basis, actor=actor, now=NEXT_DAY
    )


def settle(record_id: int, actor: Actor, *, approved: bool = True) -> None:
    settle_record_task(
        record_id=record_id,
        record_version=version(record_id),
        kind=RecordTaskKind.COMMITMENT,
        approved=approved,
        reason="" if approved else "请附决定书",
        actor=actor,
        now=NEXT_DAY,
    )


def test_a_new_penalty_makes_one_task_for_the_department_that_repaired(world: w.World, record: int) -> None:
    record_sweep(NEXT_DAY)
    assert kinds(record) == []
    new = w.make_record(world, determination_date=AFTER)
    record_sweep(NEXT_DAY)
    record_sweep(NEXT_DAY)
    assert kinds(record) == ["commitment"]
    assert "commitment" not in kinds(new)
    found = db.session.get_one(CreditRecord, record)
    assert (found.status, found.published) == ("REPAIRED", False), "a match is no verdict"


@pytest.mark.parametrize(
    "penalty",
    [
        {"determination_date": date(2026, 11, 24)},  # not after the day of the repair
        {"determination_date": AFTER, "subject_code": "91620402MAY018786N"},
        {"determination_date": AFTER, "source_in_force": False, "status": "REVOKED_SRC", "published": False},
        {"determination_date": AFTER, "department_id": None, "status": "NOT_PUBLISHED", "published": False},
    ],
    ids=["before", "somebody else", "quashed", "another department's, not public"],
)
def test_what_is_no_new_penalty_of_the_subject_makes_none(world: w.World, record: int, penalty: dict[str, Any]) -> None:
    w.make_record(world, **penalty)
    record_sweep(NEXT_DAY)
    assert kinds(record) == []


def test_after_the_original_end_nobody_is_asked(world: w.World, record: int) -> None:
    end = w.NOON + (date(2027, 8, 11) - w.NOON.date())
    w.make_record(world, determination_date=date(2027, 8, 1), stops_on=date(2028, 8, 1))
    record_sweep(end)
    assert kinds(record) == []


def test_two_persons_say_what_they_found_and_only_later_penalties_are_looked_at_again(
    world: w.World, record: int
) -> None:
    w.make_record(world, determination_date=AFTER)
    record_sweep(NEXT_DAY)
    with pytest.raises(InvalidInput):
        propose(record, "guilty", world.officer)
    propose(record, "kept", world.officer)
    with pytest.raises(RuleViolation):
        propose(record, "breached", world.officer_two)
    settle(record, world.approver, approved=False)
    propose(record, "kept", world.officer)
    settle(record, world.approver)
    assert kinds(record) == []
    record_sweep(NEXT_DAY)
    assert kinds(record) == [], "it was looked at"
    w.make_record(world, determination_date=AFTER)
    record_sweep(NEXT_DAY)
    assert kinds(record) == ["commitment"]
    what = [row.what for row in history_of(record)]
    assert what[-4:] == ["commitment_proposed", "commitment_sent_back", "commitment_proposed", "commitment_kept"]


def test_a_breach_changes_nothing_by_itself_and_may_open_a_revocation(world: w.World, record: int) -> None:
    w.make_record(world, determination_date=AFTER)
    record_sweep(NEXT_DAY)
    propose(record, "breached", world.officer)
    settle(record, world.approver)
    assert db.session.get_one(CreditRecord, record).status == "REPAIRED"
    assert opened(world, record, now=NEXT_DAY).startswith("GSCX-")


def test_a_revoked_repair_has_nothing_left_to_be_followed_up(world: w.World, record: int) -> None:
    w.make_record(world, determination_date=AFTER)
    record_sweep(NEXT_DAY)
    revoked(world, record, now=NEXT_DAY)
    assert kinds(record) == []


def test_its_page_names_the_new_penalties_and_keeps_what_was_typed(app: Flask, world: w.World, record: int) -> None:
    open_doors()
    number = sa.select(CreditRecord.document_number).where(
        CreditRecord.id == w.make_record(world, determination_date=AFTER)
    )
    document = db.session.scalar(number)
    record_sweep(NEXT_DAY)
    officer, place = Desk.of(app, "jingban"), f"/desk/records/{record}/commitment"
    assert "承诺履行待核查" in officer.read(f"/desk/records/{record}")
    page = officer.read(place)
    assert str(document) in page
    wrong = officer.send(place, {"record_version": version(record), "basis": "决定书"}, page=place)
    assert wrong.status_code == 422
    assert 'value="决定书"' in wrong.text
    good = {"record_version": version(record), "basis": "决定书", "finding": "breached"}
    assert officer.send(place, good, page=place).status_code == 302
    approver = Desk.of(app, "shenpi")
    assert "违背承诺" in approver.read(place)
    answer = {"record_version": version(record), "answer": "confirm", "task_shown": open_tasks_of(record)[0].shown}
    assert approver.send(f"{place}/settle", answer, page=place).status_code == 302
    told = officer.read(f"/desk/records/{record}")
    assert "核查承诺履行情况：违背承诺" in told
    assert f"/desk/records/{record}/open/revocation" in told
    officer.read(place, status=404)
