"""A record past its longest period whose obligations are not performed: the sector's rules decide, so two persons do (§1.3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.record_tasks import (
    RecordTask,
    RecordTaskKind,
    close_task,
    open_task_of,
    put_proposal,
    take_proposal,
)


class Outcome(StrEnum):
    """What becomes of the record."""

    PERFORMED = "performed"  # it was performed and corrected after all: publication stops as it would have by itself
    STOP = "stop"  # the sector's rules end publication
    KEEP = "keep"  # the sector's rules keep it public


def propose_outcome(
    record: CreditRecord, *, outcome: Outcome, basis: str, performed_on: date | None, actor: Actor, now: datetime
) -> RecordTask:
    """Propose what becomes of a record, with the rule or paper it rests on. Raises RuleViolation where nothing is open."""
    task = open_task_of(record, RecordTaskKind.UNPERFORMED)
    if task is None:
        raise RuleViolation("record_task_closed")
    day = performed_on.isoformat() if performed_on and outcome is Outcome.PERFORMED else None
    put_proposal(task, {"outcome": outcome.value, "basis": basis, "performed_on": day}, actor=actor, now=now)
    facts = {"outcome": outcome.value}
    history.write(record, "outcome_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_outcome(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm, which carries it out, or send back with a reason. Raises RuleViolation for one's own or where none waits."""
    proposal = take_proposal(record, RecordTaskKind.UNPERFORMED, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "outcome_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        return None
    outcome, basis = Outcome(proposal["outcome"]), proposal["basis"]
    if outcome is Outcome.KEEP:
        history.write(record, "kept_public", before=record.status, actor=actor, now=now, basis=basis)
        close_task(record, RecordTaskKind.UNPERFORMED, actor=actor, now=now)
        return None
    if outcome is Outcome.PERFORMED:
        day = date.fromisoformat(proposal["performed_on"])
        lifecycle.report_performance(
            record, fully_performed=True, performed_on=day, corrected=True, basis=basis, actor=actor, now=now
        )
    return lifecycle.expire(record, basis=basis, actor=actor, now=now)
