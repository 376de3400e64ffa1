"""Work on a record outside any case: who may, two persons, what follows, and what happens when two are at it at once."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.world import NOON, World, make_record, make_world
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.work_on_record import propose_record_class, propose_record_outcome, settle_record_task
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotPermitted, RuleViolation
from workflow_app.notices.inbox import Notice
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import RecordTask, RecordTaskKind, count_for, open_tasks_of

CLASSIFY, UNPERFORMED = RecordTaskKind.CLASSIFY, RecordTaskKind.UNPERFORMED


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def load(record_id: int) -> CreditRecord:
    db.session.rollback()
    return db.session.get_one(CreditRecord, record_id)


def propose(
    record_id: int, actor: Actor, *, version: int | None = None, credit_class: str = "minor", **more: object
) -> None:
    at = load(record_id).row_version if version is None else version
    values = {"record_id": record_id, "record_version": at, "credit_class": credit_class, "basis": "分类标准第2条"}
    propose_record_class(**values | more, actor=actor, now=NOON)  # type: ignore[arg-type]


def settle(
    record_id: int, actor: Actor, *, kind: RecordTaskKind = CLASSIFY, approved: bool = True, reason: str = "",
    shown: str | None = None,
) -> None:  # fmt: skip
    settle_record_task(
        record_id=record_id, record_version=load(record_id).row_version, kind=kind, approved=approved, reason=reason,
        actor=actor, now=NOON, shown=shown,
    )  # fmt: skip


def overdue(world: World) -> int:
    record_id = make_record(world, stops_on=date(2026, 11, 1), fully_performed=False, corrected=False)
    record_sweep(NOON)
    return record_id


def propose_outcome(record_id: int, actor: Actor, outcome: str, performed_on: date | None = None) -> None:
    propose_record_outcome(
        record_id=record_id, record_version=load(record_id).row_version, outcome=outcome, basis="行业规定第8条",
        performed_on=performed_on, actor=actor, now=NOON,
    )  # fmt: skip


def test_confirmed_minor_leaves_the_public_page(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer)
    assert (load(record_id).credit_class, load(record_id).status) == (None, "PUBLISHED")
    settle(record_id, world.approver)
    assert (load(record_id).credit_class, load(record_id).status) == ("minor", "NOT_PUBLISHED")
    assert open_tasks_of(record_id) == []


def test_nobody_confirms_a_proposal_that_came_in_place_of_the_one_shown(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer, credit_class="serious")
    shown = open_tasks_of(record_id)[0].shown
    settle(record_id, world.approver, approved=False, reason="不对")
    propose(record_id, world.officer_two)
    with pytest.raises(Conflict):
        settle(record_id, world.approver, shown=shown)
    assert load(record_id).credit_class is None
    settle(record_id, world.approver, shown=open_tasks_of(record_id)[0].shown)
    assert load(record_id).credit_class == "minor"


def test_minor_found_necessary_stays_public(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer, publication_necessary=True)
    settle(record_id, world.approver)
    assert (load(record_id).status, load(record_id).publication_found_necessary) == ("PUBLISHED", True)


def test_nobody_confirms_what_he_proposed(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.approver)
    with pytest.raises(RuleViolation, match="same_person"):
        settle(record_id, world.approver)
    assert load(record_id).credit_class is None


@pytest.mark.parametrize("name", ["clerk", "officer"])
def test_officers_and_clerks_do_not_confirm(world: World, name: str) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer)
    with pytest.raises(NotPermitted):
        settle(record_id, getattr(world, name))


def test_clerks_do_not_propose(world: World) -> None:
    with pytest.raises(NotPermitted):
        propose(make_record(world, credit_class=None), world.clerk)


def test_sent_back_needs_a_reason_that_reaches_who_proposed(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer)
    with pytest.raises(InvalidInput) as refused:
        settle(record_id, world.approver, approved=False)
    assert list(refused.value.fields) == ["reason"]
    settle(record_id, world.approver, approved=False, reason="依据的标准已废止")
    told = db.session.scalars(sa.select(Notice).where(Notice.account_id == world.officer.account_id)).one()
    assert told.facts["reason"] == "依据的标准已废止"
    assert [t.proposal for t in open_tasks_of(record_id)] == [None] and history_of(record_id)[
        -1
    ].what == "class_sent_back"
    propose(record_id, world.officer)  # and once more, better


def test_a_second_proposal_waits_for_the_first(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer)
    with pytest.raises(RuleViolation, match="record_proposed_already"):
        propose(record_id, world.officer_two)


def test_a_record_changed_meanwhile_is_a_conflict(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    version = load(record_id).row_version
    propose(record_id, world.officer, credit_class="general")
    settle(record_id, world.approver)
    with pytest.raises(Conflict):
        propose(record_id, world.officer_two, version=version)


@pytest.mark.parametrize(("values", "fields"), [
    ({"credit_class": "worst"}, ["credit_class"]),
    ({"basis": " "}, ["basis"]),
    ({"basis": "长" * 201}, ["basis"]),
    ({"credit_class": "", "basis": "\u202e"}, ["basis", "credit_class"]),
])  # fmt: skip
def test_wrong_fields_are_all_named_and_nothing_is_kept(
    world: World, values: dict[str, str], fields: list[str]
) -> None:
    record_id = make_record(world, credit_class=None)
    with pytest.raises(InvalidInput) as refused:
        propose(record_id, world.officer, **values)  # type: ignore[arg-type]
    assert sorted(refused.value.fields) == fields and load(record_id) and open_tasks_of(record_id) == []


@pytest.mark.parametrize(("outcome", "status"), [("performed", "EXPIRED"), ("stop", "EXPIRED"), ("keep", "PUBLISHED")])
def test_what_becomes_of_a_record_that_was_not_performed(world: World, outcome: str, status: str) -> None:
    record_id = overdue(world)
    propose_outcome(record_id, world.officer, outcome, date(2026, 11, 3))
    assert load(record_id).status == "PUBLISHED"
    settle(record_id, world.approver, kind=UNPERFORMED)
    record = load(record_id)
    assert record.status == status and open_tasks_of(record_id) == []
    assert (record.fully_performed, record.corrected) == ((True, True) if outcome == "performed" else (False, False))
    record_sweep(NOON)
    assert load(record_id).status == status and open_tasks_of(record_id) == []


@pytest.mark.parametrize("day", [None, date(2026, 11, 25), date(2020, 1, 1)])
def test_a_performance_needs_a_day_that_can_be(world: World, day: date | None) -> None:
    record_id = overdue(world)
    with pytest.raises(InvalidInput) as refused:
        propose_outcome(record_id, world.officer, "performed", day)
    assert list(refused.value.fields) == ["performed_on"]


def test_the_end_of_a_record_closes_what_was_open_on_it(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    propose(record_id, world.officer)
    with transaction():
        lifecycle.revoke_source(
            db.session.get_one(CreditRecord, record_id), basis="复议决定", actor=Actor.system(), now=NOON
        )
    assert open_tasks_of(record_id) == []
    with pytest.raises(RuleViolation):
        settle(record_id, world.approver)
    with pytest.raises(RuleViolation, match="record_final"):
        propose(record_id, world.officer)


def test_each_is_counted_for_whose_turn_it_is(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    make_record(world, credit_class=None, department_id=None)
    with transaction():
        db.session.add(
            RecordTask(record_id=record_id, kind="classify", open_key=f"classify:{record_id}", opened_at=NOON)
        )
    assert [count_for(a) for a in (world.officer, world.approver, world.clerk)] == [1, 1, 0]
    propose(record_id, world.officer)
    assert [count_for(a) for a in (world.officer, world.approver, world.clerk)] == [0, 1, 0]
