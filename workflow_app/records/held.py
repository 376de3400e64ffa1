"""A record held back because nobody could verify it (中止披露, rulebook §4.3): an act for the time being, so two persons say what
becomes of it once its papers are found, or are known to be lost."""

from __future__ import annotations

from datetime import datetime
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
    open_task,
    put_proposal,
    take_proposal,
)


class Fate(StrEnum):
    """What becomes of it."""

    SHOW = "show"  # verified: shown again, or ended where its time has passed
    DELETE = "delete"  # it cannot be verified any more, or is wrong


def ask(record: CreditRecord, *, now: datetime) -> None:
    """Ask the department for it, in the caller's transaction."""
    open_task(record, RecordTaskKind.HELD, now=now)


def propose_fate(record: CreditRecord, *, fate: Fate, basis: str, actor: Actor, now: datetime) -> RecordTask:
    """Propose what becomes of it, with the paper it rests on. Raises RuleViolation for a record that is not held back, or about
    which an objection is being worked on: that one decides it."""
    if record.status != lifecycle.Status.SUSPENDED:
        raise RuleViolation("record_cannot", status=record.status)
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    task = open_task(record, RecordTaskKind.HELD, now=now)
    put_proposal(task, {"fate": fate.value, "basis": basis}, actor=actor, now=now)
    facts = {"fate": fate.value}
    history.write(record, "held_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_fate(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm, which carries it out, or send back; then it is still to be said. Raises RuleViolation for one's own proposal."""
    proposal = take_proposal(record, RecordTaskKind.HELD, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "held_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        return None
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    close_task(record, RecordTaskKind.HELD, actor=actor, now=now)
    if Fate(proposal["fate"]) is Fate.SHOW:
        return lifecycle.resume(record, basis=proposal["basis"], actor=actor, now=now)
    return lifecycle.delete(record, basis=proposal["basis"], actor=actor, now=now)
