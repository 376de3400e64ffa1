"""The bar on further repairs that a revoked one leaves on its subject (rulebook §1.8): whose, from when, until when, by which
decision. How long it lasts is the law's figure of the day of the decision, kept here with how sure it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.facts import RecordFacts
from workflow_app.records.credit_record import CreditRecord


class RepairBar(Model):
    """One bar; both days belong to it. It is never changed; a subject with several is barred until the last has ended."""

    __tablename__ = "repair_bar"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_code: Mapped[str] = mapped_column(sa.String(18), index=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"))
    case_no: Mapped[str] = mapped_column(sa.String(24), unique=True)
    begins_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
    basis: Mapped[str] = mapped_column(sa.String(200))
    confidence: Mapped[str] = mapped_column(sa.String(2))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


def bar(
    record: CreditRecord, *, case_no: str, begins_on: date, ends_on: date, basis: Citation, now: datetime
) -> RepairBar | None:
    """Bar a record's subject; None for one without a code, whom nothing else could be matched with."""
    require_transaction()
    if record.subject_code is None:
        return None
    found = RepairBar(
        subject_code=record.subject_code,
        record_id=record.id,
        case_no=case_no,
        begins_on=begins_on,
        ends_on=ends_on,
        basis=basis.text,
        confidence=basis.confidence.value,
        made_at=now,
    )
    db.session.add(found)
    return found


def bars_of(codes: Collection[str | None]) -> dict[str, RepairBar]:
    """Return by subject the bar that ends last."""
    query = sa.select(RepairBar).where(RepairBar.subject_code.in_([code for code in codes if code]))
    return {found.subject_code: found for found in db.session.scalars(query.order_by(RepairBar.ends_on))}


def with_bar(facts: RecordFacts, bars: dict[str, RepairBar] | None = None) -> RecordFacts:
    """Return the facts of a record with the bar on its subject, where there is one."""
    known = bars_of([facts.subject_code]) if bars is None else bars
    found = known.get(facts.subject_code or "")
    if found is None:
        return facts
    return replace(facts, barred_until=found.ends_on, bar_basis=Citation(found.basis, Confidence(found.confidence)))
