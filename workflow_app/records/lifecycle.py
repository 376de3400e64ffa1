"""The life of a record (rulebook §8.3): the only verbs that change its state, each leaving a row of history.

Disputes and shields have their own file. Each verb returns the event
that other cases on the record may have to answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from workflow_app.foundation.clock import legal_day
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
# What a record may leave for what; a verb that is not in the law's list is not in this one.
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.PUBLISHED, Status.NOT_PUBLISHED, Status.DELETED, Status.REVOKED_SRC}),
    Status.NOT_PUBLISHED: frozenset({Status.PUBLISHED, Status.REPAIRED, Status.DELETED, Status.REVOKED_SRC}),
    Status.PUBLISHED: frozenset(Status) - {Status.DRAFT, Status.PUBLISHED},
    Status.TEMP_SHIELDED: frozenset(
        {Status.PUBLISHED, Status.REPAIRED, Status.EXPIRED, Status.DELETED, Status.REVOKED_SRC}
    ),
    Status.SUSPENDED: frozenset(
        {Status.PUBLISHED, Status.REPAIRED, Status.EXPIRED, Status.DELETED, Status.REVOKED_SRC, Status.DELISTED}
    ),
    Status.REPAIRED: frozenset({Status.PUBLISHED, Status.EXPIRED, Status.REVOKED_SRC}),
    Status.EXPIRED: frozenset({Status.REVOKED_SRC}),
    Status.DELETED: frozenset(),
    Status.REVOKED_SRC: frozenset(),
    Status.DELISTED: frozenset({Status.REVOKED_SRC}),
}
CORRECTABLE = frozenset(
    {"subject_name", "legal_representative", "document_number", "determination_date", "violation_type", "facts",
     "legal_basis", "penalties", "penalty_text", "fine_yuan", "confiscation_yuan", "permit", "valid_until", "procedure"}
)  # fmt: skip


def move(
    record: CreditRecord,
    to: Status,
    what: str,
    *,
    actor: Actor,
    now: datetime,
    case_no: str | None = None,
    basis: str = "",
    refusal: str = "",
    facts: Mapping[str, Any] | None = None,
) -> RecordEvent:
    """Bring a record into another state and write it down. Raises RuleViolation where its state does not allow it."""
    require_transaction()
    before = Status(record.status)
    if to not in MOVES[before]:
        raise RuleViolation(refusal or ("record_final" if before in FINAL else "record_cannot"), status=before.value)
    record.status, record.published = to.value, to is Status.PUBLISHED
    told = dict(facts or {})
    history.write(record, what, before=before.value, actor=actor, now=now, case_no=case_no, basis=basis, facts=told)
    return RecordEvent(kind=what, record_id=record.id, case_no=case_no, at=now, facts=told)


def publish(record: CreditRecord, *, actor: Actor, now: datetime, basis: str = "") -> RecordEvent:
    """Put a record on the public site. Raises RuleViolation for a natural person's (rulebook §11)."""
    if record.subject_type == "natural_person":
        raise RuleViolation("person_not_published")
    if record.status not in (Status.DRAFT, Status.NOT_PUBLISHED):
        raise RuleViolation("cannot_publish", status=record.status)
    event = move(record, Status.PUBLISHED, "published", actor=actor, now=now, basis=basis)
    record.publication_date = record.publication_date or legal_day(now)
    return event


def withhold(record: CreditRecord, *, actor: Actor, now: datetime, basis: str) -> RecordEvent:
    """Take a record off that should not be public: a minor one nobody found necessary, a natural person's (§12.2 no. 4)."""
    return move(record, Status.NOT_PUBLISHED, "withheld", actor=actor, now=now, basis=basis)


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


def may_be_repaired(record: CreditRecord) -> bool:
    """Tell whether a record can still become repaired: there, and the decision behind it in force."""
    return record.source_in_force and Status.REPAIRED in MOVES[Status(record.status)]


def mark_repaired(
    record: CreditRecord, *, case_no: str, receipts: Sequence[dict[str, Any]], actor: Actor, now: datetime
) -> RecordEvent:
    """The platforms have confirmed: publication and sharing have ended. Raises RuleViolation without a receipt."""
    require_transaction()
    if not receipts:
        raise RuleViolation("no_receipt", number=case_no)
    if not record.source_in_force:
        raise RuleViolation("source_revoked", number=case_no)
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    event = move(
        record, Status.REPAIRED, "repaired", actor=actor, now=now, case_no=case_no, facts={"receipts": list(receipts)}
    )
    record.repair_case_no, record.shield = None, None
    return event


def revoke_repair(record: CreditRecord, *, case_no: str, basis: str, actor: Actor, now: datetime) -> RecordEvent:
    """Undo a repair won by false papers: public again until the original longest period ends, never beyond (rulebook §1.8)."""
    if record.status != Status.REPAIRED:
        raise RuleViolation("not_repaired", status=record.status)
    over = record.stops_on is not None and record.stops_on < legal_day(now)
    to = Status.EXPIRED if over else Status.PUBLISHED
    return move(record, to, "repair_revoked", actor=actor, now=now, case_no=case_no, basis=basis)


def expire(record: CreditRecord, *, basis: str, actor: Actor, now: datetime) -> RecordEvent:
    """The longest publication period has passed and everything was performed: publication stops by itself (§1.3)."""
    if record.status != Status.PUBLISHED:
        raise RuleViolation("record_final", status=record.status)
    return move(record, Status.EXPIRED, "expired", actor=actor, now=now, basis=basis)


def delete(record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None) -> RecordEvent:
    """Remove a record from publication and sharing: an objection was right, or it should never have been there."""
    return move(record, Status.DELETED, "deleted", actor=actor, now=now, case_no=case_no, basis=basis)


def revoke_source(
    record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None
) -> RecordEvent:
    """The decision itself was quashed, withdrawn or found unlawful: withdrawn, never called repaired (§12.2 no. 11)."""
    event = move(record, Status.REVOKED_SRC, "source_revoked", actor=actor, now=now, case_no=case_no, basis=basis)
    record.source_in_force = False
    return event


def delist(record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None) -> RecordEvent:
    """The subject has left the list that the record is about."""
    return move(record, Status.DELISTED, "delisted", actor=actor, now=now, case_no=case_no, basis=basis)


def suspend(
    record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None
) -> RecordEvent:
    """Hold a record back while nobody can verify it."""
    return move(record, Status.SUSPENDED, "suspended", actor=actor, now=now, case_no=case_no, basis=basis)


def resume(record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None) -> RecordEvent:
    """Show a record again that was held back."""
    if record.status != Status.SUSPENDED:
        raise RuleViolation("record_cannot", status=record.status)
    return move(record, Status.PUBLISHED, "resumed", actor=actor, now=now, case_no=case_no, basis=basis)


def correct(
    record: CreditRecord,
    *,
    changes: Mapping[str, Any],
    basis: str,
    actor: Actor,
    now: datetime,
    case_no: str | None = None,
) -> RecordEvent:
    """Put columns of a record right; what stood there before stays in its history. Raises RuleViolation for others."""
    require_transaction()
    if record.status in FINAL or not changes or not set(changes) <= CORRECTABLE:
        raise RuleViolation("record_cannot", status=record.status)
    facts = {
        "before": {name: _plain(getattr(record, name)) for name in changes},
        "after": {name: _plain(value) for name, value in changes.items()},
    }
    for name, value in changes.items():
        setattr(record, name, value)
    history.write(
        record, "corrected", before=record.status, actor=actor, now=now, case_no=case_no, basis=basis, facts=facts
    )
    return RecordEvent(kind="corrected", record_id=record.id, case_no=case_no, at=now, facts=facts)


def report_performance(
    record: CreditRecord,
    *,
    fully_performed: bool,
    performed_on: date | None,
    basis: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take over what the department reports of the performance. It changes no state: what follows is a sweep's matter."""
    require_transaction()
    facts = {
        "before": {"fully_performed": record.fully_performed, "performed_on": _plain(record.performed_on)},
        "after": {"fully_performed": fully_performed, "performed_on": _plain(performed_on)},
    }
    record.fully_performed, record.performed_on = fully_performed, performed_on
    history.write(record, "performance_reported", before=record.status, actor=actor, now=now, basis=basis, facts=facts)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool, list, type(None))) else str(value)
