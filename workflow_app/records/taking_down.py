"""Taking down what should never have been public: minor records nobody found necessary to show (rulebook §1.2, §12.2 no. 4).

They are not repaired. The platforms are ordered to take them off, without a case; what they answer stands in the history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.labels import label
from workflow_app.law.conditions import Condition
from workflow_app.law.eligibility import State, Verdict
from workflow_app.law.facts import CreditClass, InfoType
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle, write_back
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.write_back import WriteBack, WriteBackState

DESTINATIONS = {"publication": "end_publication", "sharing": "stop_sharing"}


def is_needless(record: CreditRecord) -> bool:
    """Tell whether a record is a minor penalty that nobody found necessary to show, whatever has become of it."""
    minor = record.credit_class == CreditClass.MINOR and not record.is_entry
    return minor and not record.publication_found_necessary


def wrongly_public(*, after: int, limit: int) -> list[int]:
    """Return public minor records that nobody found necessary to show, in the order of their ids."""
    query = sa.select(CreditRecord.id).where(
        CreditRecord.status == lifecycle.Status.PUBLISHED.value,
        CreditRecord.record_type == InfoType.PENALTY.value,
        CreditRecord.credit_class == CreditClass.MINOR.value,
        CreditRecord.publication_found_necessary.is_(False),
        CreditRecord.id > after,
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def why_not_public(record: CreditRecord, *, now: datetime) -> Condition | None:
    """Return the law's reason why a public minor record should not be public; None where its rules let it be shown, as those of
    market regulation may."""
    found = assess_record(record, on=legal_day(now))
    if not is_needless(record) or not record.published or found.verdict is not Verdict.NOT_NEEDED:
        return None
    return next((c for c in found.conditions if c.key == "PUBLICLY_SHOWN" and c.state is State.UNMET), None)


def take_down(record_id: int, *, actor: Actor, now: datetime) -> RecordEvent | None:
    """Take a record off the page, ex officio. Looks again under the lock; does nothing twice."""
    require_transaction()
    record = db.session.scalar(sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update())
    if record is None or record.status != lifecycle.Status.PUBLISHED:
        return None
    reason = why_not_public(record, now=now)
    if reason is None:
        return None
    basis = reason.basis.text[:200]
    event = lifecycle.withhold(record, actor=actor, now=now, basis=basis)
    order_taking_down(record, basis=basis, now=now)
    return event


def order_taking_down(record: CreditRecord, *, basis: str, now: datetime) -> None:
    """Order every platform to take a record off that is not public any more, in the caller's transaction."""
    earlier = sa.select(sa.func.max(WriteBack.decision_seq)).where(
        WriteBack.record_id == record.id, WriteBack.case_id.is_(None)
    )
    sequence = (db.session.scalar(earlier) or 0) + 1
    for destination, act in DESTINATIONS.items():
        payload: dict[str, Any] = {
            "act": act,
            "case_no": "",
            "record_id": record.id,
            "document_number": record.document_number,
            "department_code": record.department_code,
            "subject_code": record.subject_code,
            "decided_on": legal_day(now).isoformat(),
            "basis": basis,
        }
        write_back.queue(
            case_id=None, case_no="", record_id=record.id, decision_seq=sequence, destination=destination,
            payload=payload, now=now,
        )  # fmt: skip


@write_back.on_settled
def note_answer(row: WriteBack, *, now: datetime) -> None:
    """Put a platform's answer to an order without a case into the history of its record."""
    if row.case_id is not None:
        return
    record = db.session.get_one(CreditRecord, row.record_id)
    done = row.state == WriteBackState.CONFIRMED
    place = label(f"destination.{row.destination}")
    facts = {"destination": row.destination, "state": row.state, "receipt": row.receipt_no or ""}
    basis = f"{place} {row.receipt_no or ''}".strip() if done else f"{place} {row.last_error or ''}".strip()
    what = "taking_down_confirmed" if done else "taking_down_unsure"
    history.write(record, what, before=record.status, actor=Actor.system(), now=now, basis=basis[:200], facts=facts)
