"""The life of a record (rulebook §8.3): the only verbs that change its state, each leaving a row of history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflow_app.foundation.database import require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.records import history
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent


class Status(StrEnum):
    """Where a record is in its life."""

    DRAFT = "DRAFT"
    NOT_PUBLISHED = "NOT_PUBLISHED"
    PUBLISHED = "PUBLISHED"
    TEMP_SHIELDED = "TEMP_SHIELDED"
    SUSPENDED = "SUSPENDED"
    REPAIRED = "REPAIRED"
    EXPIRED = "EXPIRED"
    DELETED = "DELETED"
    REVOKED_SRC = "REVOKED_SRC"
    DELISTED = "DELISTED"


FINAL = frozenset({Status.REPAIRED, Status.EXPIRED, Status.DELETED, Status.REVOKED_SRC, Status.DELISTED})


def mark_in_repair(record: CreditRecord, *, case_no: str, actor: Actor, now: datetime) -> None:
    """Mark that a repair is being worked on. Raises RuleViolation where another one is."""
    require_transaction()
    if record.repair_case_no not in (None, case_no):
        raise RuleViolation("application_open", number=record.repair_case_no)
    record.repair_case_no = case_no
    history.write(record, "repair_begun", before=record.status, actor=actor, now=now, case_no=case_no)


def clear_in_repair(record: CreditRecord, *, case_no: str, reason: str, actor: Actor, now: datetime) -> None:
    """Take the mark off: the repair ended without effect on the record."""
    require_transaction()
    if record.repair_case_no == case_no:
        record.repair_case_no = None
        facts = {"reason": reason}
        history.write(record, "repair_ended", before=record.status, actor=actor, now=now, case_no=case_no, facts=facts)


def mark_repaired(
    record: CreditRecord, *, case_no: str, receipts: Sequence[dict[str, Any]], actor: Actor, now: datetime
) -> RecordEvent:
    """The platforms have confirmed: publication and sharing have ended. Raises RuleViolation without a receipt."""
    require_transaction()
    if not receipts:
        raise RuleViolation("no_receipt", number=case_no)
    if not record.source_in_force:
        raise RuleViolation("source_revoked", number=case_no)
    before = record.status
    if before in FINAL:
        raise RuleViolation("record_final", status=before)
    record.status, record.published, record.repair_case_no = Status.REPAIRED, False, None
    facts = {"receipts": list(receipts)}
    history.write(record, "repaired", before=before, actor=actor, now=now, case_no=case_no, facts=facts)
    return RecordEvent(kind="repaired", record_id=record.id, case_no=case_no, at=now)


def publish(record: CreditRecord, *, actor: Actor, now: datetime, basis: str = "") -> None:
    """Put a record on the public site."""
    require_transaction()
    if record.status not in (Status.DRAFT, Status.NOT_PUBLISHED):
        raise RuleViolation("cannot_publish", status=record.status)
    before = record.status
    record.status, record.published = Status.PUBLISHED, True
    history.write(record, "published", before=before, actor=actor, now=now, basis=basis)


def expire(record: CreditRecord, *, basis: str, actor: Actor, now: datetime) -> RecordEvent:
    """The longest publication period has passed and everything was performed: publication stops by itself."""
    require_transaction()
    if record.status != Status.PUBLISHED:
        raise RuleViolation("record_final", status=record.status)
    before = record.status
    record.status, record.published = Status.EXPIRED, False
    history.write(record, "expired", before=before, actor=actor, now=now, basis=basis)
    return RecordEvent(kind="expired", record_id=record.id, case_no=None, at=now)
