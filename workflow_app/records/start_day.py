"""From which day a record's publication period runs, where the rules on file do not say so for certain (rulebook §3.2).

Once it would be over counted from the determination, two persons say from which day it counts; without their word it stays
public until it is over by either count.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle, window
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


class Start(StrEnum):
    """The day from which the period runs."""

    DETERMINATION = "determination"  # 认定之日: it is over, publication stops
    PUBLICATION = "publication"  # 公示之日: public until the period from there is over


def propose_start(
    record: CreditRecord, *, start: Start, basis: str, publication_date: date | None, actor: Actor, now: datetime
) -> RecordTask:
    """Propose from which day it runs, with the rule that says so, and the day of publication where nobody knew it.

    Raises RuleViolation where nothing is open.
    """
    task = open_task_of(record, RecordTaskKind.START_DAY)
    if task is None:
        raise RuleViolation("record_task_closed")
    day = publication_date.isoformat() if publication_date and start is Start.PUBLICATION else None
    put_proposal(task, {"start": start.value, "basis": basis, "publication_date": day}, actor=actor, now=now)
    facts = {"start": start.value}
    history.write(record, "start_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_start(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm, which ends publication or says until when it lasts, or send back with a reason.

    Raises RuleViolation for one's own proposal and where none waits.
    """
    proposal = take_proposal(record, RecordTaskKind.START_DAY, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "start_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        return None
    start, basis, today = Start(proposal["start"]), proposal["basis"], legal_day(now)
    if start is Start.PUBLICATION and proposal["publication_date"]:
        record.publication_date = date.fromisoformat(proposal["publication_date"])
    ending = window.ending_of_record(record, on=today)
    record.stops_on = ending.earliest_on if start is Start.DETERMINATION else ending.last_on
    facts = {"start": start.value, "stops_on": record.stops_on.isoformat()}
    history.write(record, "start_determined", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    close_task(record, RecordTaskKind.START_DAY, actor=actor, now=now)
    if (
        record.stops_on < today
        and record.status == lifecycle.Status.PUBLISHED
        and window.ends_by_itself(record, ending)
    ):
        return lifecycle.expire(record, basis=basis, actor=actor, now=now, facts=facts)
    return None
