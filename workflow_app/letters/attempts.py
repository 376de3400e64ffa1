"""Attempts to serve a letter: who, when, where, by which way and with what result, and the proof of it. Rows only grow; one
that was noted wrongly is struck with a reason and stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, UTCDateTime, db

IDENTITIES = ("legal_representative", "person_in_charge", "receiving_clerk", "agent", "family_member", "other")


class ServiceAttempt(Model):
    """One attempt. `deemed_on` is the day the letter counts as served by it, with its ledger; None where it failed."""

    __tablename__ = "service_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    way: Mapped[str] = mapped_column(sa.String(12))
    tried_on: Mapped[date] = mapped_column(sa.Date)
    result: Mapped[str] = mapped_column(sa.String(12))
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    server: Mapped[str] = mapped_column(sa.String(120), default="")  # 送达人
    receiver: Mapped[str] = mapped_column(sa.String(60), default="")
    receiver_identity: Mapped[str] = mapped_column(sa.String(24), default="")
    witness: Mapped[str] = mapped_column(sa.String(200), default="")
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    tracking: Mapped[str] = mapped_column(sa.String(40), default="")
    confirmation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("address_confirmation.id"))
    deemed_on: Mapped[date | None] = mapped_column(sa.Date)
    provisional: Mapped[bool] = mapped_column(default=False)
    confidence: Mapped[str] = mapped_column(sa.String(4), default="")
    ledger: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    noted_by_name: Mapped[str] = mapped_column(sa.String(60))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    struck_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    struck_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    struck_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    receipt_letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"))  # 送达回证

    proofs: Mapped[list[ServiceProof]] = relationship(order_by="ServiceProof.id")


class ServiceProof(Model):
    """One file that proves an attempt: the signed receipt, a photograph, the postal advice."""

    __tablename__ = "service_proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("service_attempt.id"), index=True)
    display_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


def attempts_of(letter_id: int) -> list[ServiceAttempt]:
    """Return every attempt on a letter, the latest first, struck ones too."""
    query = sa.select(ServiceAttempt).where(ServiceAttempt.letter_id == letter_id)
    return list(db.session.scalars(query.order_by(ServiceAttempt.tried_on.desc(), ServiceAttempt.id.desc())))


def standing_attempts(letter_id: int) -> list[ServiceAttempt]:
    """Return the attempts that were not struck."""
    return [attempt for attempt in attempts_of(letter_id) if attempt.struck_at is None]
