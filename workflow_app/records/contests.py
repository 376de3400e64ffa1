"""A penalty before a court or in reconsideration (诉讼、行政复议), noted on its record with the paper, and how it ended.

Meanwhile publication goes on (行政处罚法73条). Upheld, the mark goes; changed or quashed, the record is withdrawn and is never
called repaired (rulebook §12.2 no. 11, 13). Two persons do it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle, listings
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


class Contest(StrEnum):
    """Before whom the decision is contested."""

    RECONSIDERATION = "reconsideration"
    LITIGATION = "litigation"


class Turn(StrEnum):
    """What is noted: that it began, or how it ended."""

    BEGUN = "begun"
    UPHELD = "upheld"
    CHANGED = "changed"
    QUASHED = "quashed"


WITHDRAWS = frozenset({Turn.CHANGED, Turn.QUASHED})


def propose_contest(
    record: CreditRecord, *, turn: Turn, contest: Contest, day: date, basis: str, actor: Actor, now: datetime
) -> RecordTask:
    """Propose what is to be noted, with the paper it rests on and its day. Raises RuleViolation where it began or ended already,
    or where the record has come to its end; what withdraws the decision is noted of a repaired or stopped record too: it
    is not called repaired any more (§12.2 no. 11)."""
    withdrawn = turn in WITHDRAWS and lifecycle.can_become(record, lifecycle.Status.REVOKED_SRC)
    if record.status in lifecycle.FINAL and not withdrawn:
        raise RuleViolation("record_final", status=record.status)
    if turn is Turn.BEGUN and record.contest is not None:
        raise RuleViolation("contest_noted")
    if turn is Turn.UPHELD and record.contest is None:
        raise RuleViolation("contest_not_noted")
    task = open_task(record, RecordTaskKind.CONTEST, now=now)
    facts = {"turn": turn.value, "contest": contest.value, "day": day.isoformat()}
    put_proposal(task, facts | {"basis": basis}, actor=actor, now=now)
    history.write(record, "contest_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_contest(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm, which notes it and carries out what follows, or send back. Raises RuleViolation for one's own proposal."""
    proposal = take_proposal(record, RecordTaskKind.CONTEST, actor=actor)
    close_task(record, RecordTaskKind.CONTEST, actor=actor, now=now)
    facts = {name: proposal[name] for name in ("turn", "contest", "day")}
    if not approve:
        said = facts | {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "contest_sent_back", before=record.status, actor=actor, now=now, facts=said)
        return None
    turn, basis = Turn(proposal["turn"]), proposal["basis"]
    record.contest = facts | {"basis": basis} if turn is Turn.BEGUN else None
    what = f"contest_{turn.value}"
    history.write(record, what, before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    if turn in WITHDRAWS:
        for entry in listings.entries_behind(
            record, ended=lifecycle.FINAL
        ):  # their ground has gone: they are to be looked at
            open_task(entry, RecordTaskKind.DELIST, now=now)
        return lifecycle.revoke_source(record, basis=basis, actor=actor, now=now)
    return RecordEvent(kind=what, record_id=record.id, case_no=None, at=now, facts=facts)
