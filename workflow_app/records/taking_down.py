"""Taking down what should never have been public: minor records nobody found necessary to show (rulebook §1.2, §12.2 no. 4).

They are not repaired. The platforms are ordered to take them off, without a case (`orders`).
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.law.conditions import Condition
from workflow_app.law.eligibility import State, Verdict
from workflow_app.law.facts import CreditClass, InfoType
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle, orders
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent


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
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )
    if record is None or record.status != lifecycle.Status.PUBLISHED:
        return None
    reason = why_not_public(record, now=now)
    if reason is None:
        return None
    basis = reason.basis.text[:200]
    event = lifecycle.withhold(record, actor=actor, now=now, basis=basis)
    orders.follow(record, event, basis=basis, now=now)
    return event
