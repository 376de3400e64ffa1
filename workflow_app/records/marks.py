"""Marks that lie over a record's state beside a repair: one dispute, one court's shield at a time, and which comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The court's approval of a plan or settlement on which a shield rests (rulebook §1.10)."""

    court_case_no: str
    ruling_no: str
    ruling_date: date
    plan_end_date: date
    administrator: str


def mark_in_dispute(
    record: CreditRecord, *, case_no: str, actor: Actor, now: datetime, ended_too: bool = False
) -> RecordEvent:
    """Mark that the record is disputed. It comes before a repair, which waits (§12.2 no. 14). Raises RuleViolation for a
    second dispute or, unless `ended_too`, a record that is no longer anywhere."""
    require_transaction()
    if record.dispute_case_no not in (None, case_no):
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    if record.status in lifecycle.FINAL and not ended_too:
        raise RuleViolation("record_final", status=record.status)
    record.dispute_case_no = case_no
    history.write(record, "dispute_begun", before=record.status, actor=actor, now=now, case_no=case_no)
    return RecordEvent(kind="disputed", record_id=record.id, case_no=case_no, at=now)


def clear_in_dispute(
    record: CreditRecord, *, case_no: str, outcome: str, actor: Actor, now: datetime
) -> RecordEvent | None:
    """Take the mark off: the dispute is settled. Returns nothing where the mark is not this dispute's."""
    require_transaction()
    if record.dispute_case_no != case_no:
        return None
    record.dispute_case_no = None
    facts = {"outcome": outcome}
    history.write(record, "dispute_ended", before=record.status, actor=actor, now=now, case_no=case_no, facts=facts)
    return RecordEvent(kind="dispute_settled", record_id=record.id, case_no=case_no, at=now, facts=facts)


def shield(
    record: CreditRecord, *, ruling: Ruling, case_no: str | None, basis: str, actor: Actor, now: datetime
) -> RecordEvent:
    """Take a record off for as long as a plan runs. Raises RuleViolation for a plan that has ended before it began."""
    if ruling.plan_end_date <= ruling.ruling_date:
        raise RuleViolation("plan_ends_before_ruling")
    facts = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(ruling).items()}
    event = lifecycle.move(
        record, lifecycle.Status.TEMP_SHIELDED, "shielded",
        actor=actor, now=now, case_no=case_no, basis=basis, facts=facts,
    )  # fmt: skip
    record.shield = facts
    return event


def perform_plan(
    record: CreditRecord, *, receipts: Sequence[dict[str, str]], basis: str, actor: Actor, now: datetime
) -> RecordEvent:
    """The plan was carried out: the shield becomes a repair (rulebook §8.3). Raises RuleViolation without a shield, without
    the platforms' receipts, or while the record is disputed."""
    if record.status != lifecycle.Status.TEMP_SHIELDED:
        raise RuleViolation("record_cannot", status=record.status)
    if not receipts:
        raise RuleViolation("no_receipt")
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    facts = {"receipts": list(receipts), "plan": record.shield}
    to = lifecycle.Status.DELISTED if record.is_entry else lifecycle.Status.REPAIRED
    if record.is_entry:
        record.left_on, record.left_reason = legal_day(now), label("record_left.repaired")
    event = lifecycle.move(record, to, "plan_performed", actor=actor, now=now, basis=basis, facts=facts)
    record.shield = None
    return event


def unshield(record: CreditRecord, *, case_no: str | None, basis: str, actor: Actor, now: datetime) -> RecordEvent:
    """The plan has failed: the record is public again, never beyond its longest period. Raises RuleViolation without a
    shield."""
    if record.status != lifecycle.Status.TEMP_SHIELDED:
        raise RuleViolation("record_cannot", status=record.status)
    to = lifecycle.public_again(record, now=now)
    event = lifecycle.move(record, to, "unshielded", actor=actor, now=now, case_no=case_no, basis=basis)
    record.shield = None
    return event
