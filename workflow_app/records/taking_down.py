"""Taking down what should not be public: minor records nobody found necessary to show, and what the rules of its day kept off
whatever was found later (rulebook §1.2, §2, §3, §12.2 no. 4).

They are not repaired. The platforms are ordered to take them off, without a case (`orders`).
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.law.facts import AuthoritySystem, CreditClass, InfoType, Procedure
from workflow_app.law.grounds import GANSU
from workflow_app.law.publicity import KeptOff, kept_off_on
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle, orders
from workflow_app.records.credit_record import CreditRecord, facts_of
from workflow_app.records.events import RecordEvent


def is_needless(record: CreditRecord, *, on: date) -> bool:
    """Tell whether the law keeps a penalty off the page on a day, whatever has become of it."""
    return kept_off_on(facts_of(record), on=on) is not None


def wrongly_public(*, on: date, after: int, limit: int) -> list[int]:
    """Return public penalties that the law keeps off the page on a day, in the order of their ids.

    The columns only narrow the question: a record is kept off for a light class, the summary procedure, or because it is a
    mere reprimand, which states no amount.
    """
    columns = sa.or_(
        CreditRecord.credit_class == CreditClass.MINOR.value,
        CreditRecord.procedure == Procedure.SUMMARY.value,
        sa.and_(CreditRecord.fine_yuan.is_(None), CreditRecord.confiscation_yuan.is_(None)),
    )
    query = sa.select(CreditRecord).where(
        CreditRecord.status == lifecycle.Status.PUBLISHED.value,
        CreditRecord.record_type == InfoType.PENALTY.value,
        columns,
    )
    found: list[int] = []
    while len(found) < limit:
        slice_of = query.where(CreditRecord.id > after).order_by(CreditRecord.id).limit(limit)
        records = list(db.session.scalars(slice_of))
        if not records:
            break
        after = records[-1].id
        found += [record.id for record in records if why_not_public(record, on=on)]
    return found


def why_not_public(record: CreditRecord, *, on: date) -> KeptOff | None:
    """Return why a public penalty should not be public; None where its own rules show it, and for one of another province,
    which nobody here takes down."""
    facts = facts_of(record)
    if not record.published or not (facts.system is AuthoritySystem.MARKET_REGULATION or facts.region == GANSU):
        return None
    return kept_off_on(facts, on=on)


def take_down(record_id: int, *, actor: Actor, now: datetime) -> RecordEvent | None:
    """Take a record off the page, ex officio. Looks again under the lock; does nothing twice."""
    require_transaction()
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )
    if record is None or record.status != lifecycle.Status.PUBLISHED:
        return None
    reason = why_not_public(record, on=legal_day(now))
    if reason is None:
        return None
    basis = reason.basis.text[:200]
    event = lifecycle.withhold(record, actor=actor, now=now, basis=basis)
    orders.follow(record, event, basis=basis, now=now)
    return event
