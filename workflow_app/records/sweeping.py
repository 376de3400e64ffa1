"""What time does to records: publication that ends by itself, tasks where it must not, windows not yet computed, departments
that ended. Each function does one record or finds the next ones; the loop over them is an action."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.law.facts import AuthoritySystem, CreditClass, InfoType
from workflow_app.law.periods import add_months
from workflow_app.law.rulesets import longest_months
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle, orders, window
from workflow_app.records.credit_record import MARKET_REGULATION, CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.record_tasks import RecordTask, RecordTaskKind, open_task
from workflow_app.records.routing import seats

ENDING = (lifecycle.Status.PUBLISHED, lifecycle.Status.SUSPENDED)
_MARKET = AuthoritySystem.MARKET_REGULATION


def past_longest(*, today: date, after: int, limit: int) -> list[int]:
    """Return records, in the order of their ids, that are public beyond their longest period and were not looked at for it, or are
    held back beyond it."""
    performed = sa.and_(CreditRecord.fully_performed.is_(True), CreditRecord.corrected.is_not(False))
    public = CreditRecord.status == lifecycle.Status.PUBLISHED.value
    query = sa.select(CreditRecord.id).where(
        CreditRecord.status.in_([status.value for status in ENDING]),
        CreditRecord.stops_on < today,
        CreditRecord.id > after,
        sa.or_(performed, sa.and_(public, ~_asked(RecordTaskKind.UNPERFORMED))),
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def stop_if_expired(record_id: int, *, actor: Actor, now: datetime) -> RecordEvent | None:
    """End the publication of a record whose longest period has passed: by itself where it is performed, else a person is
    asked, for the sector's rules decide (rulebook §1.3). Looks again under the lock; does nothing twice."""
    record = _locked(record_id)
    if record is None or record.status not in ENDING or record.stops_on is None or record.stops_on >= legal_day(now):
        return None
    held = record.status == lifecycle.Status.SUSPENDED
    if held and record.dispute_case_no is not None:  # the objection for which it is held back says what becomes of it
        return None
    ending = window.ending_of_record(record, on=legal_day(now))
    if not window.ends_by_itself(record, ending):
        if held:
            return None
        open_task(record, RecordTaskKind.UNPERFORMED, now=now)
        return None
    facts = {"stops_on": record.stops_on.isoformat(), "ruleset": ending.ruleset}
    event = lifecycle.expire(record, basis=ending.basis, actor=actor, now=now, facts=facts)
    orders.follow(record, event, basis=ending.basis, now=now)
    log.record(
        actor=actor, action="record.expired", object_type="record", object_id=str(record.id), details=facts, now=now
    )
    return event


def without_window(*, after: int, limit: int) -> list[int]:
    """Return public records without a last day of publication, in the order of their ids."""
    query = sa.select(CreditRecord.id).where(
        CreditRecord.status == lifecycle.Status.PUBLISHED.value,
        CreditRecord.stops_on.is_(None),
        CreditRecord.record_type != InfoType.ABNORMAL_LIST.value,  # stands until it is put right
        CreditRecord.id > after,
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def set_window(record_id: int, *, now: datetime) -> None:
    """Put the last day of its publication on a record, as the law has it today."""
    record = _locked(record_id)
    if record is not None and record.stops_on is None:
        window.set_window(record, on=legal_day(now))


def perhaps_past_longest(*, today: date, after: int, limit: int) -> list[int]:
    """Return public records of market regulation that would be past their longest period if it ran from the determination,
    and that nobody was asked about: the start of theirs is not verified or not known (rulebook §3.2)."""
    ends = [
        sa.and_(
            CreditRecord.credit_class == credit_class.value if credit_class else CreditRecord.credit_class.is_(None),
            CreditRecord.determination_date <= add_months(today, -longest_months(_MARKET, credit_class)),
        )
        for credit_class in (*CreditClass, None)
    ]
    query = sa.select(CreditRecord.id).where(
        CreditRecord.status == lifecycle.Status.PUBLISHED.value,
        CreditRecord.sector.in_(sorted(MARKET_REGULATION)),
        CreditRecord.record_type == InfoType.PENALTY.value,
        CreditRecord.stops_on >= today,
        sa.or_(*ends),
        CreditRecord.id > after,
        ~_asked(RecordTaskKind.START_DAY),
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def ask_for_start(record_id: int, *, now: datetime) -> None:
    """Ask a person from which day a record's period runs, where that decides whether it is public still."""
    record = _locked(record_id)
    if record is None or record.status != lifecycle.Status.PUBLISHED:
        return
    ending = window.ending_of_record(record, on=legal_day(now))
    decides = window.ends_by_itself(record, ending) or record.publication_date is None
    if decides and ending.needs_start(legal_day(now)):
        open_task(record, RecordTaskKind.START_DAY, now=now)


def of_ended_departments(*, on: date, limit: int) -> list[tuple[int, int]]:
    """Return records that still lie with a department that ended, each with the one that answers for it now."""
    moved = {seat.id: seat.answering_id for seat in seats(on=on).values() if seat.answering_id != seat.id}
    if not moved:
        return []
    query = sa.select(CreditRecord.id, CreditRecord.department_id).where(CreditRecord.department_id.in_(sorted(moved)))
    found = db.session.execute(query.order_by(CreditRecord.id).limit(limit))
    return [(record_id, moved[department_id]) for record_id, department_id in found if department_id is not None]


def reroute(record_id: int, *, to: int, actor: Actor, now: datetime) -> None:
    """Move a record and its open tasks to the department that continues the work; the name on it stays (§12.2 no. 10)."""
    record = _locked(record_id)
    if record is None or record.department_id == to:
        return
    facts = {"from": record.department_id, "to": to}
    record.department_id = to
    open_tasks = sa.update(RecordTask).where(RecordTask.record_id == record_id, RecordTask.closed_at.is_(None))
    db.session.execute(open_tasks.values(department_id=to))
    history.write(record, "rerouted", before=record.status, actor=actor, now=now, facts=facts)


def _locked(record_id: int) -> CreditRecord | None:
    require_transaction()
    return db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )


def _asked(kind: RecordTaskKind) -> sa.ColumnElement[bool]:
    """Whether a task of a kind was ever opened on the record."""
    return sa.exists(
        sa.select(RecordTask.id).where(RecordTask.record_id == CreditRecord.id, RecordTask.kind == kind.value)
    )
