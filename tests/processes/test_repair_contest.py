"""A contested penalty and a court's plan, noted on the record by two persons, and what an open repair makes of them
(rulebook §12.2 no. 11, 13, 22; §1.10)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.roads import DISPUTE, letters, to_review
from workflow_app.actions.note_on_record import propose_record_contest, propose_record_shield
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.work_on_record import settle_record_task
from workflow_app.cases.timeline import timeline_of
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AnotherPersonsAct, Conflict, InvalidInput, NotPermitted, RuleViolation
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Actor
from workflow_app.records import marks
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import RecordTaskKind, open_tasks_of

PAPER = "行政复议决定书（兰政复决〔2026〕8号）"
RULING = {
    "court_case_no": "（2026）甘01破1号",
    "ruling_no": "（2026）甘01破1号之二",
    "ruling_date": "2026-11-20",
    "plan_end_date": "2027-06-30",
    "administrator": "某某律师事务所",
}
RECEIPTS = {"publication": "R-1", "sharing": "R-2"}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def record_id(world: w.World) -> int:
    return w.make_record(world)


def record(record_id: int) -> CreditRecord:
    db.session.rollback()
    return db.session.get_one(CreditRecord, record_id)


def propose(world: w.World, record_id: int, turn: str, **changes: str) -> None:
    given = {"contest": "reconsideration", "day": "2026-11-23", "basis": PAPER} | changes
    version = record(record_id).row_version
    propose_record_contest(
        record_id=record_id, record_version=version, turn=turn, actor=world.officer, now=w.NOON, **given
    )


def propose_step(world: w.World, record_id: int, step: str, **values: str) -> None:
    given = {"shield": RULING, "performed": RECEIPTS}.get(step, {}) | values
    propose_record_shield(
        record_id=record_id, record_version=record(record_id).row_version, step=step, values=given, basis="裁定书",
        actor=world.officer, now=w.NOON,
    )  # fmt: skip


def settle(world: w.World, record_id: int, kind: str, *, approved: bool = True, actor: Actor | None = None) -> None:
    settle_record_task(
        record_id=record_id, record_version=record(record_id).row_version, kind=RecordTaskKind(kind), approved=approved,
        reason="" if approved else "文书不清楚", actor=actor or world.approver, now=w.NOON,
    )  # fmt: skip


def contested(world: w.World, record_id: int, turn: str = "begun") -> None:
    propose(world, record_id, turn)
    settle(world, record_id, "contest")


def shielded(world: w.World, record_id: int) -> None:
    propose_step(world, record_id, "shield")
    settle(world, record_id, "shield")


def test_13_a_contested_penalty_stays_public_and_its_repair_goes_on_with_a_warning(
    world: w.World, record_id: int
) -> None:
    contested(world, record_id)
    assert (record(record_id).status, record(record_id).contest["basis"]) == ("PUBLISHED", PAPER)  # type: ignore[index]
    number = w.file(world, record_id)
    to_review(world, number)
    assert (w.case(number).stage, letters(number)) == ("review", ["L02"])
    assert "contested" in [n.key for n in inbox(world.applicant)]
    assert "contested" in [e.key for e in timeline_of(w.case(number).id, public_only=True)]


def test_13_what_begins_during_a_repair_is_told_to_party_and_officer(world: w.World, record_id: int) -> None:
    number = w.file(world, record_id)
    to_review(world, number)
    contested(world, record_id)
    assert "contested" in [n.key for n in inbox(world.applicant)]
    assert "case_contested" in [n.key for n in inbox(world.officer)]
    contested(world, record_id, "upheld")
    assert (record(record_id).contest, record(record_id).status) == (None, "PUBLISHED")
    assert "case_contest_upheld" in [n.key for n in inbox(world.officer)]
    assert w.case(number).stage == "review"


@pytest.mark.parametrize("turn", ["quashed", "changed"])
def test_11_quashed_or_changed_the_record_is_withdrawn_and_the_repair_ends(
    world: w.World, record_id: int, turn: str
) -> None:
    number = w.file(world, record_id)
    contested(world, record_id, turn)
    assert (record(record_id).status, record(record_id).source_in_force) == ("REVOKED_SRC", False)
    assert (w.case(number).outcome, letters(number)) == ("ended", ["L11"])
    rows = history_of(record_id)
    assert [r.what for r in rows if r.what.startswith("contest")] == ["contest_proposed", f"contest_{turn}"]
    assert rows[-1].basis == PAPER or rows[-2].basis == PAPER


def test_two_persons_and_a_refusal_that_changes_nothing(world: w.World, record_id: int) -> None:
    propose(world, record_id, "quashed")
    twin = Actor(**{**vars(world.approver), "account_id": world.officer.account_id})
    with pytest.raises(AnotherPersonsAct):
        settle(world, record_id, "contest", actor=twin)
    with pytest.raises(NotPermitted):
        settle(world, record_id, "contest", actor=world.officer_two)
    with pytest.raises(RuleViolation, match="record_proposed_already"):
        propose(world, record_id, "begun")
    settle(world, record_id, "contest", approved=False)
    assert (record(record_id).status, open_tasks_of(record_id)) == ("PUBLISHED", [])
    assert "record_contest_sent_back" in [n.key for n in inbox(world.officer)]


@pytest.mark.parametrize(
    ("turn", "changes", "field"),
    [
        ("别的", {}, "turn"),
        ("begun", {"contest": ""}, "contest"),
        ("begun", {"day": "昨天"}, "day"),
        ("begun", {"day": "2026-12-01"}, "day"),
        ("begun", {"day": "2026-08-01"}, "day"),
        ("begun", {"basis": ""}, "basis"),
    ],
)
def test_what_cannot_be_noted(world: w.World, record_id: int, turn: str, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose(world, record_id, turn, **changes)
    assert set(refused.value.fields) == {field}


def test_nothing_begins_twice_or_is_upheld_before_it_began(world: w.World, record_id: int) -> None:
    with pytest.raises(RuleViolation, match="contest_not_noted"):
        propose(world, record_id, "upheld")
    contested(world, record_id)
    with pytest.raises(RuleViolation, match="contest_noted"):
        propose(world, record_id, "begun")
    with pytest.raises(Conflict):
        propose_record_contest(
            record_id=record_id, record_version=0, turn="upheld", contest="litigation", day="2026-11-23", basis="x",
            actor=world.officer, now=w.NOON,
        )  # fmt: skip


def test_22_a_plan_shields_before_the_shortest_period_has_ended(world: w.World) -> None:
    record_id = w.make_record(world, determination_date=date(2026, 11, 10))
    shielded(world, record_id)
    found = record(record_id)
    assert (found.status, found.published, found.shield["plan_end_date"]) == ("TEMP_SHIELDED", False, "2027-06-30")  # type: ignore[index]


def test_22_a_plan_that_fails_makes_the_record_public_again(world: w.World, record_id: int) -> None:
    shielded(world, record_id)
    propose_step(world, record_id, "failed")
    settle(world, record_id, "shield")
    assert (record(record_id).status, record(record_id).shield) == ("PUBLISHED", None)


def test_22_a_plan_carried_out_becomes_a_repair_on_both_receipts(world: w.World, record_id: int) -> None:
    number = w.file(world, record_id)
    shielded(world, record_id)
    with pytest.raises(InvalidInput) as refused:
        propose_step(world, record_id, "performed", sharing="")
    assert set(refused.value.fields) == {"sharing"}
    with pytest.raises(InvalidInput):
        propose_step(world, record_id, "performed", sharing="R-1")
    propose_step(world, record_id, "performed")
    settle(world, record_id, "shield")
    assert record(record_id).status == "REPAIRED"
    receipts = [r.facts["receipts"] for r in history_of(record_id) if r.what == "plan_performed"]
    assert [[x["receipt_no"] for x in r] for r in receipts] == [["R-1", "R-2"]]
    assert w.case(number).outcome == "ended"


def test_a_dispute_comes_before_the_end_of_a_plan(world: w.World, record_id: int) -> None:
    shielded(world, record_id)
    propose_step(world, record_id, "performed")
    with transaction():
        marks.mark_in_dispute(record(record_id), case_no=DISPUTE, actor=Actor.system(), now=w.NOON)
    with pytest.raises(RuleViolation, match="dispute_open"):
        settle(world, record_id, "shield")


def test_the_end_of_a_plan_is_chased_twice_before_and_becomes_a_task_after(world: w.World, record_id: int) -> None:
    shielded(world, record_id)
    end = w.NOON.replace(year=2027, month=6, day=30)
    said = []
    for days in (-31, -30, -29, -7, -6, 0, 1, 2):
        record_sweep(end + timedelta(days=days))
        said.append([n.key for n in inbox(world.officer) if n.key.startswith("plan_")])
    assert [len(keys) for keys in said] == [0, 1, 1, 2, 2, 2, 3, 3]
    assert said[-1][0] == "plan_over"
    (task,) = open_tasks_of(record_id)
    assert (task.kind, task.proposal) == ("shield", None)
    propose_step(world, record_id, "failed")
    settle(world, record_id, "shield", approved=False)
    assert [t.kind for t in open_tasks_of(record_id)] == ["shield"], "it is still to be said what follows"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"court_case_no": ""}, "court_case_no"),
        ({"ruling_date": "2026-11-25"}, "ruling_date"),
        ({"plan_end_date": "2026-11-20"}, "plan_end_date"),
        ({"plan_end_date": "x"}, "plan_end_date"),
        ({"administrator": "某" * 201}, "administrator"),
    ],
)
def test_a_ruling_that_is_not_complete(world: w.World, record_id: int, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose_step(world, record_id, "shield", **changes)
    assert set(refused.value.fields) == {field}


def test_only_a_public_record_is_shielded_and_only_a_shielded_one_ends(world: w.World, record_id: int) -> None:
    with pytest.raises(RuleViolation, match="record_cannot"):
        propose_step(world, record_id, "failed")
    shielded(world, record_id)
    with pytest.raises(RuleViolation, match="record_cannot"):
        propose_step(world, record_id, "shield")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CreditRecord)) == 1
