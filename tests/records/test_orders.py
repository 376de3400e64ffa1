"""Orders to the platforms outside any case: what they show follows the record, nothing is ordered twice, and a person looks
where an answer is unclear (rulebook §1.3, §1.10, §1.11, §12.2 no. 4, 11, 22)."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import entries
from tests import world as w
from tests.portals.clients import client_of, open_doors, token_in
from tests.processes import objections as o
from tests.processes import test_repair_contest as contest
from tests.processes.roads import settle as answer
from workflow_app.actions.note_on_record import propose_record_order_seen
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.work_on_record import propose_record_delisting
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotPermitted, RuleViolation
from workflow_app.notices.inbox import inbox
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import open_tasks_of
from workflow_app.records.write_back import WriteBack, WriteBackState

SEEN = {"publication": (True, "R-77"), "sharing": (False, "")}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def record_id(world: w.World) -> int:
    return w.make_record(world)


def orders(record_id: int) -> list[tuple[str, str, str]]:
    query = sa.select(WriteBack).where(WriteBack.record_id == record_id).order_by(WriteBack.id)
    return [(o.destination, o.order().finds, o.order().leaves) for o in db.session.scalars(query)]


def answered(record_id: int, *states: WriteBackState) -> None:
    newest = sa.select(WriteBack.id).where(WriteBack.record_id == record_id).order_by(WriteBack.id.desc()).limit(2)
    for number, state in zip(sorted(db.session.scalars(newest)), states, strict=True):
        answer(number, state)


def unclear(world: w.World, record_id: int) -> None:
    contest.contested(world, record_id)
    contest.contested(world, record_id, "quashed")
    answered(record_id, WriteBackState.UNKNOWN, WriteBackState.FAILED)


def propose(
    world: w.World, record_id: int, answers: dict[str, tuple[bool | None, str]], basis: str = "登录查询"
) -> None:
    version = contest.record(record_id).row_version
    propose_record_order_seen(
        record_id=record_id, record_version=version, answers=answers, basis=basis, actor=world.officer, now=w.NOON
    )


OFF = [("publication", "active", "ended"), ("sharing", "active", "ended")]
ON = [("publication", "ended", "active"), ("sharing", "ended", "active")]


def test_22_a_courts_plan_takes_the_record_off_every_platform_and_its_failure_shows_it_again(
    world: w.World, record_id: int
) -> None:
    contest.shielded(world, record_id)
    assert orders(record_id) == OFF
    contest.propose_step(world, record_id, "failed")
    contest.settle(world, record_id, "shield")
    assert orders(record_id) == OFF + ON


def test_22_a_plan_that_is_carried_out_orders_nothing_more(world: w.World, record_id: int) -> None:
    contest.shielded(world, record_id)
    contest.propose_step(world, record_id, "performed")
    contest.settle(world, record_id, "shield")
    assert (contest.record(record_id).status, orders(record_id)) == ("REPAIRED", OFF)


def test_11_a_quashed_penalty_leaves_every_platform(world: w.World, record_id: int) -> None:
    contest.contested(world, record_id)
    assert orders(record_id) == []
    contest.contested(world, record_id, "quashed")
    assert orders(record_id) == OFF


def test_a_shielded_record_that_is_withdrawn_is_not_ordered_off_again(world: w.World, record_id: int) -> None:
    contest.shielded(world, record_id)
    contest.contested(world, record_id)
    contest.contested(world, record_id, "quashed")
    assert (contest.record(record_id).status, orders(record_id)) == ("REVOKED_SRC", OFF)


def test_a_record_at_the_end_of_its_longest_period_is_ordered_off_once(world: w.World) -> None:
    record_id = w.make_record(world, determination_date=date(2025, 11, 20), stops_on=date(2026, 11, 20))
    record_sweep(w.NOON)
    record_sweep(w.NOON)
    assert (contest.record(record_id).status, orders(record_id)) == ("EXPIRED", OFF)


def test_where_answers_are_unclear_a_person_is_asked_until_the_platform_or_two_persons_answer(
    world: w.World, record_id: int
) -> None:
    unclear(world, record_id)
    assert [t.kind for t in open_tasks_of(record_id)] == ["order"], "though the record has come to its end"
    answered(record_id, WriteBackState.CONFIRMED, WriteBackState.CONFIRMED)
    assert open_tasks_of(record_id) == [], "receipts that were only late"


def test_what_was_seen_counts_when_another_person_confirms_it(world: w.World, record_id: int) -> None:
    unclear(world, record_id)
    propose(world, record_id, SEEN)
    with pytest.raises(NotPermitted):
        contest.settle(world, record_id, "order", actor=world.officer)
    assert [o.state for o in db.session.scalars(sa.select(WriteBack).order_by(WriteBack.id))] == ["unknown", "failed"]
    contest.settle(world, record_id, "order")
    first, second = db.session.scalars(sa.select(WriteBack).order_by(WriteBack.id))
    assert (first.state, first.receipt_no, second.state, second.orders) == ("confirmed", "R-77", "queued", 2)
    assert open_tasks_of(record_id) == []
    assert [h.what for h in history_of(record_id)][-2:] == ["order_seen_proposed", "order_confirmed"]


def test_sent_back_the_question_stays(world: w.World, record_id: int) -> None:
    unclear(world, record_id)
    propose(world, record_id, SEEN)
    contest.settle(world, record_id, "order", approved=False)
    assert [(t.kind, t.proposal) for t in open_tasks_of(record_id)] == [("order", None)]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "applied-publication"),
        ({"publication": (True, ""), "sharing": (False, "")}, "receipt_no-publication"),
        ({"publication": (True, "R-1"), "sharing": (True, "R-1")}, "receipt_no-sharing"),
    ],
)
def test_a_wrong_answer_names_its_field(
    world: w.World, record_id: int, answers: dict[str, tuple[bool | None, str]], field: str
) -> None:
    unclear(world, record_id)
    with pytest.raises(InvalidInput) as refused:
        propose(world, record_id, answers)
    assert field in refused.value.fields


def test_a_platform_that_refused_has_not_done_it(world: w.World, record_id: int) -> None:
    contest.shielded(world, record_id)
    answered(record_id, WriteBackState.REFUSED, WriteBackState.CONFIRMED)
    with pytest.raises(InvalidInput) as refused:
        propose(world, record_id, {"publication": (True, "R-1")})
    assert list(refused.value.fields) == ["applied-publication"]


def test_where_nothing_is_unclear_nothing_is_proposed(world: w.World, record_id: int) -> None:
    with pytest.raises(RuleViolation):
        propose(world, record_id, {})


def test_the_pages_ask_and_keep_what_was_typed(app: Flask, world: w.World, record_id: int) -> None:
    open_doors()
    unclear(world, record_id)
    client, path = client_of(app, "jingban"), f"/desk/records/{record_id}/order"
    assert "平台是否照办待核实" in client.get(f"/desk/records/{record_id}").text
    page = client.get(path)
    assert page.status_code == 200 and "是否执行不明" in page.text
    form = {"csrf_token": token_in(page.text), "record_version": str(contest.record(record_id).row_version)}
    wrong = client.post(path, data=form | {"applied-publication": "yes", "basis": "登录平台查询"})
    assert wrong.status_code == 422 and "登录平台查询" in wrong.text and "receipt_no-sharing" in wrong.text
    right = form | {
        "applied-publication": "yes", "receipt_no-publication": "R-7", "applied-sharing": "no", "basis": "登录平台查询",
    }  # fmt: skip
    assert client.post(path, data=right).status_code == 302
    assert "等待确认的意见" in client_of(app, "shenpi").get(path).text


def test_an_entry_that_leaves_its_list_leaves_every_platform(world: w.World) -> None:
    record_id = entries.make_entry(world)
    propose_record_delisting(
        record_id=record_id, record_version=contest.record(record_id).row_version, reason="已纠正", basis="移出决定书",
        actor=world.officer, now=w.NOON,
    )  # fmt: skip
    contest.settle(world, record_id, "delist")
    assert orders(record_id) == OFF


@pytest.mark.parametrize(("status", "ground"), [("REPAIRED", "REPAIR_RESULT"), ("EXPIRED", "OVERDUE")])
def test_what_has_ended_and_is_shown_elsewhere_still_is_ordered_off_by_an_objection(
    world: w.World, status: str, ground: str
) -> None:
    record_id = w.make_record(world, status=status, published=False)
    number = o.file(world, record_id, dispute_ground=ground)
    o.to_examination(world, number)
    o.decide(world, number, "stopped")
    assert orders(record_id) == OFF, "though all was confirmed before"
    o.confirm_all(number)
    found = contest.record(record_id)
    assert (w.case(number).outcome, found.status, found.dispute_case_no) == ("stopped", status, None)


@pytest.mark.parametrize(
    ("status", "ground"), [("REPAIRED", "ERROR"), ("DELETED", "OVERDUE"), ("PUBLISHED", "OVERDUE")]
)
def test_about_nothing_else_is_what_has_ended_disputed(world: w.World, status: str, ground: str) -> None:
    record_id = w.make_record(world, status=status, published=status == "PUBLISHED")
    if status == "PUBLISHED":
        assert o.file(world, record_id, dispute_ground=ground)
        return
    with pytest.raises(RuleViolation):
        o.file(world, record_id, dispute_ground=ground)


def test_what_happens_outside_a_case_is_told_to_the_subject(world: w.World, record_id: int) -> None:
    contest.shielded(world, record_id)
    contest.propose_step(world, record_id, "failed")
    contest.settle(world, record_id, "shield")
    contest.contested(world, record_id)
    contest.contested(world, record_id, "quashed")
    told = [n.key for n in inbox(world.applicant)]
    assert set(told) >= {"record_shielded", "record_unshielded", "record_source_revoked"}
