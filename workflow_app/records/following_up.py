"""Following up a commitment until the original longest period ends (rulebook §7): new penalties of a repaired record's subject
make a task for the department that repaired. A match is no verdict: two persons look at it and say what they found."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history
from workflow_app.records.assessment import original_end
from workflow_app.records.credit_record import CreditRecord, repaired_condition
from workflow_app.records.record_tasks import (
    RecordTask,
    RecordTaskKind,
    close_task,
    open_task,
    open_task_of,
    put_proposal,
    take_proposal,
)

KIND = RecordTaskKind.COMMITMENT


class Finding(StrEnum):
    """What was found about a commitment."""

    KEPT = "kept"  # the new penalty breaks no commitment
    BREACHED = "breached"  # it is broken on purpose; whether the repair is revoked is a case of its own


def perhaps_to_check(*, today: date, after: int, limit: int) -> list[int]:
    """Return repaired records whose commitment still runs and whose subject has a later penalty that nobody has looked at
    for it, in the order of their ids. It may name some without a match: `ask_for_check` looks closely."""
    new = aliased(CreditRecord)
    asked = sa.select(RecordTask.id).where(RecordTask.record_id == CreditRecord.id, RecordTask.kind == KIND)
    later = sa.exists().where(
        new.subject_code == CreditRecord.subject_code,
        new.determination_date > CreditRecord.determination_date,
        new.id > _seen(),
        new.id != CreditRecord.id,
    )
    query = sa.select(CreditRecord.id).where(
        repaired_condition(),
        sa.or_(CreditRecord.stops_on >= today, CreditRecord.stops_on.is_(None)),
        CreditRecord.subject_code.is_not(None),
        CreditRecord.id > after,
        ~sa.exists(asked.where(RecordTask.closed_at.is_(None))),
        later,
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def ask_for_check(record_id: int, *, now: datetime) -> None:
    """Make the task where there is something to look at. Looks again under the lock; does nothing twice."""
    record = db.session.get(CreditRecord, record_id, with_for_update={"key_share": True}, populate_existing=True)
    if record is None or not record.is_repaired:
        return
    end, today = original_end(record, on=legal_day(now)), legal_day(now)
    if end is not None and today <= end and matches_of(record):
        open_task(record, KIND, now=now)


def matches_of(record: CreditRecord) -> list[CreditRecord]:
    """Return the penalties of a repaired record's subject from after its repair that were not looked at yet, the newest first.

    Of other departments only what is public is named; what somebody else keeps is not told (docs/security.md, imports).
    """
    repaired = history.last_of(record.id, "delisted" if record.is_entry else "repaired")
    if repaired is None or record.subject_code is None:
        return []
    seen = db.session.scalar(sa.select(sa.func.max(RecordTask.seen_to)).where(*_mine(record.id))) or 0
    query = sa.select(CreditRecord).where(
        CreditRecord.subject_code == record.subject_code,
        CreditRecord.id != record.id,
        CreditRecord.id > seen,
        CreditRecord.determination_date > legal_day(repaired.at),
        CreditRecord.source_in_force.is_(True),
        sa.or_(CreditRecord.published.is_(True), CreditRecord.department_id == record.department_id),
    )
    return list(db.session.scalars(query.order_by(CreditRecord.determination_date.desc(), CreditRecord.id)))


def propose_finding(record: CreditRecord, *, finding: Finding, basis: str, actor: Actor, now: datetime) -> RecordTask:
    """Propose what was found, with what it rests on. Raises RuleViolation where nothing is to be looked at."""
    task = open_task_of(record, KIND)
    if task is None:
        raise RuleViolation("record_task_closed")
    newest = max((match.id for match in matches_of(record)), default=0)
    put_proposal(task, {"finding": finding.value, "basis": basis, "seen_to": newest}, actor=actor, now=now)
    facts = {"finding": finding.value}
    history.write(record, "commitment_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_finding(record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime) -> None:
    """Confirm what was found or send it back. The record stays as it is either way; later penalties are looked at anew."""
    task = open_task_of(record, KIND)
    proposal = take_proposal(record, KIND, actor=actor)
    if not approve or task is None:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "commitment_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        return
    task.seen_to = proposal["seen_to"]
    what = f"commitment_{proposal['finding']}"
    history.write(record, what, before=record.status, actor=actor, now=now, basis=proposal["basis"])
    close_task(record, KIND, actor=actor, now=now)


def _mine(record_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return RecordTask.record_id == record_id, RecordTask.kind == KIND


def _seen() -> sa.ScalarSelect[int]:
    newest = sa.select(sa.func.coalesce(sa.func.max(RecordTask.seen_to), 0))
    return newest.where(RecordTask.record_id == CreditRecord.id, RecordTask.kind == KIND).scalar_subquery()
