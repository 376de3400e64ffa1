"""The history of a record: one row a change of state or mark, with who, when, why and on which paper. It only grows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord


class RecordHistory(Model):
    """One change. `what` is worded as `record_history.<what>`."""

    __tablename__ = "record_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    what: Mapped[str] = mapped_column(sa.String(40))
    status_before: Mapped[str] = mapped_column(sa.String(20))
    status_after: Mapped[str] = mapped_column(sa.String(20))
    case_no: Mapped[str | None] = mapped_column(sa.String(24))
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(60))


def write(
    record: CreditRecord,
    what: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    case_no: str | None = None,
    basis: str = "",
    facts: dict[str, Any] | None = None,
) -> RecordHistory:
    """Add a row to a record's history."""
    require_transaction()
    row = RecordHistory(
        record_id=record.id,
        at=now,
        what=what,
        status_before=before,
        status_after=record.status,
        case_no=case_no,
        basis=basis,
        facts=facts or {},
        actor_id=actor.account_id,
        actor_name=actor.name,
    )
    db.session.add(row)
    return row


def history_of(record_id: int) -> list[RecordHistory]:
    """Return a record's history, oldest first."""
    query = sa.select(RecordHistory).where(RecordHistory.record_id == record_id).order_by(RecordHistory.id)
    return list(db.session.scalars(query))


def last_of(record_id: int, what: str) -> RecordHistory | None:
    """Return the newest row of a kind in a record's history."""
    query = sa.select(RecordHistory).where(RecordHistory.record_id == record_id, RecordHistory.what == what)
    return db.session.scalars(query.order_by(RecordHistory.id.desc()).limit(1)).first()
