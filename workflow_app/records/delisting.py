"""Taking an entry out of its list ex officio: who keeps the list does so by two persons, with reason and basis (§1.11)."""

from __future__ import annotations

from datetime import datetime

from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.record_tasks import (
    RecordTask,
    RecordTaskKind,
    close_task,
    open_task,
    put_proposal,
    take_proposal,
)


def check_entry(record: CreditRecord) -> None:
    """Raise RuleViolation for what is no entry, or has ended."""
    if not record.is_entry:
        raise RuleViolation("record_no_entry")
    if record.status in lifecycle.FINAL:
        raise RuleViolation("record_final", status=record.status)


def propose_delisting(record: CreditRecord, *, reason: str, basis: str, actor: Actor, now: datetime) -> RecordTask:
    """Propose that an entry leaves its list. Raises RuleViolation for what is none and while another proposal waits."""
    check_entry(record)
    task = open_task(record, RecordTaskKind.DELIST, now=now)
    put_proposal(task, {"reason": reason, "basis": basis}, actor=actor, now=now)
    facts = {"reason": reason}
    history.write(record, "delisting_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_delisting(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm, which carries it out, or send back with a reason. Raises RuleViolation for one's own or where none waits."""
    proposal = take_proposal(record, RecordTaskKind.DELIST, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "delisting_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        close_task(record, RecordTaskKind.DELIST, actor=actor, now=now)
        return None
    return lifecycle.delist(record, basis=proposal["basis"], reason=proposal["reason"], actor=actor, now=now)
