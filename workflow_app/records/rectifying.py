"""That a record's subject is being urged to perform (督促整改), and how it ended: a mark for staff, never on the public page
(rulebook §6, §12.1). The state of the record stays what it is: performing is not repairing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow_app.foundation.database import require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent

FAILED = (
    "rectification_failed"  # who reacts to it finds outcome, notice, conclusion, missing and verified_by in its facts
)


def begin(record: CreditRecord, *, case_no: str, basis: str, actor: Actor, now: datetime) -> RecordEvent | None:
    """Mark that the notice is out. Returns nothing where it is marked for this case already; raises RuleViolation where
    another case marks it or the record has come to its end."""
    require_transaction()
    if record.rectification_case_no == case_no:
        return None
    if record.rectification_case_no is not None:
        raise RuleViolation("application_open", number=record.rectification_case_no)
    if record.status in lifecycle.FINAL:
        raise RuleViolation("record_final", status=record.status)
    record.rectification_case_no = case_no
    return _told(record, "rectification_begun", case_no=case_no, basis=basis, facts={}, actor=actor, now=now)


def finish(
    record: CreditRecord, *, case_no: str, performed_on: date, basis: str, actor: Actor, now: datetime
) -> RecordEvent:
    """Everything was put right: the file says 已整改 and the department reports performance. Repair is applied for apart."""
    require_transaction()
    lifecycle.report_performance(
        record, fully_performed=True, performed_on=performed_on, corrected=True, basis=basis, actor=actor, now=now
    )
    record.rectification_case_no, record.rectified_on = None, performed_on
    facts = {"performed_on": performed_on.isoformat()}
    return _told(record, "rectified", case_no=case_no, basis=basis, facts=facts, actor=actor, now=now)


def fail(
    record: CreditRecord, *, case_no: str, basis: str, facts: Mapping[str, Any], actor: Actor, now: datetime
) -> RecordEvent:
    """It was not, or not all, put right. The event is what an interview begins with."""
    require_transaction()
    record.rectification_case_no = None
    return _told(record, FAILED, case_no=case_no, basis=basis, facts=facts, actor=actor, now=now)


def leave(record: CreditRecord, *, case_no: str, reason: str, actor: Actor, now: datetime) -> None:
    """Take the mark off without a result: the case was dropped, or the decision behind the record is gone."""
    require_transaction()
    if record.rectification_case_no == case_no:
        record.rectification_case_no = None
        _told(record, "rectification_left", case_no=case_no, basis="", facts={"reason": reason}, actor=actor, now=now)


def _told(
    record: CreditRecord,
    what: str,
    *,
    case_no: str,
    basis: str,
    facts: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> RecordEvent:
    history.write(
        record, what, before=record.status, actor=actor, now=now, case_no=case_no, basis=basis, facts=dict(facts)
    )
    return RecordEvent(kind=what, record_id=record.id, case_no=case_no, at=now, facts=dict(facts))
