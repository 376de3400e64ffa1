"""The life of a record (rulebook §8.3): the only verbs that change its state, each leaving a row of history.

Disputes and shields have their own file. Each verb returns the event
that other cases on the record may have to answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.records import history, listings, window
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.derived import derive_anew
from workflow_app.records.events import RecordEvent
from workflow_app.records.record_tasks import close_tasks


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
NOTHING_TO_REPAIR = FINAL | {
    Status.NOT_PUBLISHED
}  # a record that is not public is not repaired (rulebook §8.3, §12.2 no. 4)
# What a record may leave for what; a verb that is not in the law's list is not in this one.
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.PUBLISHED, Status.NOT_PUBLISHED, Status.DELETED, Status.REVOKED_SRC}),
    Status.NOT_PUBLISHED: frozenset({Status.PUBLISHED, Status.DELETED, Status.REVOKED_SRC}),
    Status.PUBLISHED: frozenset(Status) - {Status.DRAFT, Status.PUBLISHED},
    Status.TEMP_SHIELDED: frozenset(
        {Status.PUBLISHED, Status.REPAIRED, Status.EXPIRED, Status.DELETED, Status.REVOKED_SRC, Status.DELISTED}
    ),
    Status.SUSPENDED: frozenset(
        {Status.PUBLISHED, Status.REPAIRED, Status.EXPIRED, Status.DELETED, Status.REVOKED_SRC, Status.DELISTED}
    ),
    Status.REPAIRED: frozenset({Status.PUBLISHED, Status.EXPIRED, Status.REVOKED_SRC}),
    Status.EXPIRED: frozenset({Status.REVOKED_SRC}),
    Status.DELETED: frozenset(),
    Status.REVOKED_SRC: frozenset(),
    Status.DELISTED: frozenset({Status.PUBLISHED, Status.EXPIRED, Status.REVOKED_SRC}),
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
    if to in FINAL:
        close_tasks(record, actor=actor, now=now)
    listings.follow(record, ended=FINAL, actor=actor, now=now)
    return RecordEvent(kind=what, record_id=record.id, case_no=case_no, at=now, facts=told)


def can_become(record: CreditRecord, to: Status) -> bool:
    """Tell whether a record's state may be left for another."""
    return to in MOVES[Status(record.status)]


def publish(record: CreditRecord, *, actor: Actor, now: datetime, basis: str = "") -> RecordEvent:
    """Put a record on the public site until its longest period ends. Raises RuleViolation for a natural person's (rulebook
    §11) and where that end has passed already (§1.3)."""
    if record.subject_type == "natural_person":
        raise RuleViolation("person_not_published")
    if record.status not in (Status.DRAFT, Status.NOT_PUBLISHED):
        raise RuleViolation("cannot_publish", status=record.status)
    today = legal_day(now)
    record.publication_date = record.publication_date or today
    ending = window.set_window(record, on=today)
    if ending.is_over(today) and window.ends_by_itself(record, ending):
        raise RuleViolation("period_over", day=ending.last_on.isoformat())
    return move(record, Status.PUBLISHED, "published", actor=actor, now=now, basis=basis)


def public_again(record: CreditRecord, *, now: datetime) -> Status:
    """Return where a record goes that was off the page for a time: back, or to its end where publication ended meanwhile."""
    return Status.EXPIRED if window.has_ended(record, on=legal_day(now)) else Status.PUBLISHED


def withhold(record: CreditRecord, *, actor: Actor, now: datetime, basis: str) -> RecordEvent:
    """Take a record off that should not be public: a minor one nobody found necessary, a natural person's (§12.2 no. 4)."""
    return move(record, Status.NOT_PUBLISHED, "withheld", actor=actor, now=now, basis=basis)


def repaired_condition() -> sa.ColumnElement[bool]:
    """Return `CreditRecord.is_repaired` as a condition of a query."""
    left = sa.and_(
        CreditRecord.status == Status.DELISTED.value, CreditRecord.left_reason == label("record_left.repaired")
    )
    return sa.or_(CreditRecord.status == Status.REPAIRED.value, left)


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
    """The platforms have confirmed: publication and sharing have ended, an entry has left its list.

    Raises RuleViolation without a receipt.
    """
    require_transaction()
    if not receipts:
        raise RuleViolation("no_receipt", number=case_no)
    if not record.source_in_force:
        raise RuleViolation("source_revoked", number=case_no)
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    facts = {"receipts": list(receipts)}
    if record.is_entry:
        record.left_on, record.left_reason = legal_day(now), label("record_left.repaired")
    to, what = (Status.DELISTED, "delisted") if record.is_entry else (Status.REPAIRED, "repaired")
    event = move(record, to, what, actor=actor, now=now, case_no=case_no, facts=facts)
    record.repair_case_no, record.shield = None, None
    return event


def revoke_repair(
    record: CreditRecord,
    *,
    case_no: str,
    basis: str,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> RecordEvent:
    """Undo a repair won by false papers: public again until the original longest period ends, never beyond (rulebook §1.8)."""
    if record.status != (Status.DELISTED if record.is_entry else Status.REPAIRED):
        raise RuleViolation("not_repaired", status=record.status)
    record.left_on, record.left_reason = None, ""
    over = window.is_over(record, on=legal_day(now))  # performed or not: past it nothing is shown again (§12.2 no. 33)
    to = Status.EXPIRED if over else Status.PUBLISHED
    close_tasks(record, actor=actor, now=now)  # nobody asks any more whether its commitment is kept
    return move(record, to, "repair_revoked", actor=actor, now=now, case_no=case_no, basis=basis, facts=facts)


def expire(
    record: CreditRecord, *, basis: str, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None
) -> RecordEvent:
    """The longest publication period has passed and everything was performed: publication stops by itself (§1.3)."""
    if record.status not in (Status.PUBLISHED, Status.SUSPENDED):
        raise RuleViolation("record_final", status=record.status)
    if record.is_entry:
        return delist(record, basis=basis, reason=label("record_left.expired"), actor=actor, now=now, facts=facts)
    return move(record, Status.EXPIRED, "expired", actor=actor, now=now, basis=basis, facts=facts)


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


def delist(
    record: CreditRecord,
    *,
    basis: str,
    reason: str,
    left_on: date | None = None,
    case_no: str | None = None,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> RecordEvent:
    """The subject has left the list, today where no day is told. Raises RuleViolation for what is no entry in one."""
    if not record.is_entry:
        raise RuleViolation("record_no_entry")
    record.left_on, record.left_reason = left_on or legal_day(now), reason[:200]
    told = {"reason": reason, "left_on": record.left_on.isoformat()} | dict(facts or {})
    return move(record, Status.DELISTED, "delisted", actor=actor, now=now, case_no=case_no, basis=basis, facts=told)


def suspend(
    record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None
) -> RecordEvent:
    """Hold a record back while nobody can verify it."""
    return move(record, Status.SUSPENDED, "suspended", actor=actor, now=now, case_no=case_no, basis=basis)


def resume(record: CreditRecord, *, basis: str, actor: Actor, now: datetime, case_no: str | None = None) -> RecordEvent:
    """Show a record again that was held back, never beyond its longest period."""
    if record.status != Status.SUSPENDED:
        raise RuleViolation("record_cannot", status=record.status)
    to = public_again(record, now=now)
    return move(record, to, "resumed", actor=actor, now=now, case_no=case_no, basis=basis)


def correct(
    record: CreditRecord,
    *,
    changes: Mapping[str, Any],
    basis: str,
    actor: Actor,
    now: datetime,
    case_no: str | None = None,
) -> RecordEvent:
    """Put columns of a record right, and with them what the law derives from them; what stood there before stays in its
    history. Raises RuleViolation for other columns."""
    require_transaction()
    if record.status in FINAL or not changes or not set(changes) <= CORRECTABLE:
        raise RuleViolation("record_cannot", status=record.status)
    was = {name: getattr(record, name) for name in changes}
    for name, value in changes.items():
        setattr(record, name, value)
    derived = derive_anew(record, changes, now=now)
    facts = {
        "before": {name: _plain(v) for name, v in was.items()} | {n: _plain(b) for n, (b, _) in derived.items()},
        "after": {name: _plain(v) for name, v in changes.items()} | {n: _plain(a) for n, (_, a) in derived.items()},
    }
    history.write(
        record, "corrected", before=record.status, actor=actor, now=now, case_no=case_no, basis=basis, facts=facts
    )
    return RecordEvent(kind="corrected", record_id=record.id, case_no=case_no, at=now, facts=facts)


def report_performance(
    record: CreditRecord,
    *,
    fully_performed: bool,
    performed_on: date | None,
    corrected: bool | None = None,
    basis: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take over what the department reports of performance and correction, None for what it does not speak of.

    It changes no state: what follows is a sweep's matter, or that of whoever settles the task on the record.
    """
    require_transaction()
    before = _performance(record)
    record.fully_performed, record.performed_on = fully_performed, performed_on
    record.corrected = record.corrected if corrected is None else corrected
    facts = {"before": before, "after": _performance(record)}
    history.write(record, "performance_reported", before=record.status, actor=actor, now=now, basis=basis, facts=facts)


def _performance(record: CreditRecord) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in ("fully_performed", "performed_on", "corrected")}


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool, list, type(None))) else str(value)
