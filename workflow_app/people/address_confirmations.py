"""Confirmations of an address for service (送达地址确认书): where a party takes letters, and whether it agrees to be served in
this system (rulebook §10.5). Signed by whoever speaks for it, online or on paper at the counter; a change is signed anew."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db

ONLINE, ON_PAPER = "online", "paper"


class AddressConfirmation(Model):
    """One confirmation. `in_force_for` is unique: a party has one in force. An ended one stays, with who ended it and why."""

    __tablename__ = "address_confirmation"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    in_force_for: Mapped[int | None] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(sa.String(8))
    electronic: Mapped[bool] = mapped_column(default=False)
    receiver: Mapped[str] = mapped_column(sa.String(60))
    phone: Mapped[str] = mapped_column(sa.String(20))
    postal_address: Mapped[str] = mapped_column(sa.String(200))
    signer_name: Mapped[str] = mapped_column(sa.String(60))
    signed_on: Mapped[date] = mapped_column(sa.Date)
    paper_name: Mapped[str] = mapped_column(sa.String(200), default="")
    paper_type: Mapped[str] = mapped_column(sa.String(100), default="")
    paper_digest: Mapped[str | None] = mapped_column(sa.String(64))
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    kept_by_name: Mapped[str] = mapped_column(sa.String(60))
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ended_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    end_reason: Mapped[str] = mapped_column(sa.String(300), default="")


def confirmation_of(organisation_id: int | None) -> AddressConfirmation | None:
    """Return the confirmation of a party that is in force."""
    if organisation_id is None:
        return None
    return db.session.scalar(sa.select(AddressConfirmation).where(AddressConfirmation.in_force_for == organisation_id))


def confirmations_of(organisation_id: int) -> list[AddressConfirmation]:
    """Return all confirmations of a party, the latest first."""
    query = sa.select(AddressConfirmation).where(AddressConfirmation.organisation_id == organisation_id)
    return list(db.session.scalars(query.order_by(AddressConfirmation.id.desc())))


def electronic_consent(organisation_id: int | None, *, at: datetime) -> AddressConfirmation | None:
    """Return the confirmation under which a party could be served in this system at an instant, ended since or not."""
    if organisation_id is None:
        return None
    query = sa.select(AddressConfirmation).where(
        AddressConfirmation.organisation_id == organisation_id,
        AddressConfirmation.electronic,
        AddressConfirmation.kept_at <= at,
        sa.or_(AddressConfirmation.ended_at.is_(None), AddressConfirmation.ended_at > at),
    )
    return db.session.scalars(query.order_by(AddressConfirmation.id.desc()).limit(1)).first()
