"""From which day a market record's period runs, where no rule on file says: two persons decide, until then it stays public."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.world import NOON, World, make_record, make_world
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.work_on_record import propose_record_start, settle_record_task
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import RecordTask, RecordTaskKind, open_tasks_of

# general: a year by SAMR-2025, over on 2026-11-10 from the determination, on 2026-12-01 from the publication
MARKET = {
    "sector": "市场监管", "determination_date": date(2025, 11, 10), "publication_date": date(2025, 12, 1),
}  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def load(record_id: int) -> CreditRecord:
    return db.session.get_one(CreditRecord, record_id, populate_existing=True)


def asked(world: World, **changes: Any) -> int:
    record_id = make_record(world, **MARKET | changes)
    record_sweep(NOON)
    assert [t.kind for t in open_tasks_of(record_id)] == ["start_day"]
    return record_id


def propose(record_id: int, actor: Actor, start: str, publication_date: date | None = None) -> None:
    propose_record_start(
        record_id=record_id, record_version=load(record_id).row_version, start=start, basis="总局答复第1号",
        publication_date=publication_date, actor=actor, now=NOON,
    )  # fmt: skip


def settle(record_id: int, actor: Actor, *, approved: bool = True, reason: str = "") -> None:
    settle_record_task(
        record_id=record_id, record_version=load(record_id).row_version, kind=RecordTaskKind.START_DAY, approved=approved,
        reason=reason, actor=actor, now=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"sector": "住建"},  # its periods run from the determination, that is certain
        {"determination_date": date(2025, 11, 24)},  # not over by either count
        {"fully_performed": False},  # would not stop by itself anyway
        {"publication_date": date(2025, 11, 10)},  # the two counts agree
        {"status": "SUSPENDED", "published": False},
    ],
)
def test_nobody_is_asked_where_nothing_hangs_on_it(world: World, changes: dict[str, Any]) -> None:
    record_id = make_record(world, **MARKET | changes)
    record_sweep(NOON)
    assert db.session.scalars(sa.select(RecordTask).where(RecordTask.kind == "start_day")).all() == []
    assert load(record_id).status in ("PUBLISHED", "EXPIRED", "SUSPENDED")


def test_from_the_determination_it_is_over(world: World) -> None:
    record_id = asked(world)
    propose(record_id, world.officer, "determination")
    assert load(record_id).status == "PUBLISHED"
    settle(record_id, world.approver)
    assert (load(record_id).status, load(record_id).stops_on) == ("EXPIRED", date(2026, 11, 10))
    assert open_tasks_of(record_id) == [] and [h.what for h in history_of(record_id)][-2:] == [
        "start_determined",
        "expired",
    ]


def test_from_the_publication_it_lasts_and_nobody_is_asked_twice(world: World) -> None:
    record_id = asked(world)
    propose(record_id, world.officer, "publication")
    settle(record_id, world.approver)
    record_sweep(NOON + timedelta(days=1))
    assert (load(record_id).status, load(record_id).stops_on) == ("PUBLISHED", date(2026, 12, 1))
    assert open_tasks_of(record_id) == []
    record_sweep(NOON + timedelta(days=8))
    assert load(record_id).status == "EXPIRED"


def test_without_anybodys_word_it_ends_by_the_later_count(world: World) -> None:
    record_id = asked(world)
    record_sweep(NOON + timedelta(days=7))
    assert load(record_id).status == "PUBLISHED"
    record_sweep(NOON + timedelta(days=8))
    assert load(record_id).status == "EXPIRED" and open_tasks_of(record_id) == []


def test_an_unknown_publication_is_asked_for_and_then_counted_from(world: World) -> None:
    record_id = asked(world, publication_date=None)
    assert load(record_id).stops_on == date(2030, 11, 10)
    for wrong in (None, date(2025, 11, 9), date(2026, 11, 25)):
        with pytest.raises(InvalidInput) as refused:
            propose(record_id, world.officer, "publication", wrong)
        assert list(refused.value.fields) == ["publication_date"]
    propose(record_id, world.officer, "publication", date(2025, 12, 20))
    settle(record_id, world.approver)
    assert (load(record_id).publication_date, load(record_id).stops_on) == (date(2025, 12, 20), date(2026, 12, 20))


def test_a_known_publication_is_not_overwritten(world: World) -> None:
    record_id = asked(world)
    propose(record_id, world.officer, "publication", date(2025, 11, 11))
    settle(record_id, world.approver)
    assert load(record_id).publication_date == date(2025, 12, 1)


def test_over_by_the_word_but_unperformed_the_sector_decides(world: World) -> None:
    record_id = asked(world)
    propose(record_id, world.officer, "determination")
    with transaction():
        lifecycle.report_performance(
            load(record_id), fully_performed=False, performed_on=None, basis="", actor=world.officer, now=NOON
        )
    settle(record_id, world.approver)
    assert load(record_id).status == "PUBLISHED"
    record_sweep(NOON)
    assert [t.kind for t in open_tasks_of(record_id)] == ["unperformed"]


def test_nobody_confirms_his_own_word_and_sent_back_it_stays_open(world: World) -> None:
    record_id = asked(world)
    propose(record_id, world.approver, "determination")
    with pytest.raises(RuleViolation, match="same_person"):
        settle(record_id, world.approver)
    with pytest.raises(RuleViolation, match="record_proposed_already"):
        propose(record_id, world.officer, "publication")


def test_sent_back_changes_nothing(world: World) -> None:
    record_id = asked(world)
    propose(record_id, world.officer, "determination")
    settle(record_id, world.approver, approved=False, reason="没有依据")
    assert (load(record_id).status, [t.proposal for t in open_tasks_of(record_id)]) == ("PUBLISHED", [None])
    assert history_of(record_id)[-1].what == "start_sent_back"


def test_an_unknown_start_and_a_closed_task_are_refused(world: World) -> None:
    record_id = asked(world)
    with pytest.raises(InvalidInput) as refused:
        propose(record_id, world.officer, "")
    assert list(refused.value.fields) == ["start"]
    with pytest.raises(RuleViolation, match="record_task_closed"):
        propose(make_record(world), world.officer, "determination")
