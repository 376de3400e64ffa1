"""Service of letters (送达): into the party's inbox, and when it was first opened there. Other ways come later."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor, Role


class LetterDelivery(Model):
    """How a letter was brought to its addressee. `first_opened_at` is evidence of receipt, not its date in law."""

    __tablename__ = "letter_delivery"
    __table_args__ = (sa.UniqueConstraint("letter_id", "method"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    method: Mapped[str] = mapped_column(sa.String(12))  # electronic
    delivered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    first_opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}


def deliver_to_inbox(letter: Letter, *, now: datetime) -> LetterDelivery | None:
    """Put a letter whose pages are made into the party's inbox, once; None where the addressee has no account here."""
    require_transaction()
    if letter.organisation_id is None:
        return None
    known = delivery_of(letter.id)
    if known is not None:
        return known
    delivery = LetterDelivery(
        letter_id=letter.id, organisation_id=letter.organisation_id, method="electronic", delivered_at=now
    )
    db.session.add(delivery)
    return delivery


def note_opened(letter: Letter, *, actor: Actor, now: datetime) -> bool:
    """Note that the addressee opened a letter, the first time only; whoever else looks leaves no trace here.

    That an applicant may read the letter at all has been asked before: they act for its addressee.
    """
    require_transaction()
    delivery = delivery_of(letter.id)
    if delivery is None or delivery.first_opened_at is not None or actor.role is not Role.APPLICANT:
        return False
    delivery.first_opened_at, delivery.opened_by_id = now, actor.account_id
    return True


def delivery_of(letter_id: int) -> LetterDelivery | None:
    """Return how a letter was served electronically, if it was."""
    query = sa.select(LetterDelivery).where(
        LetterDelivery.letter_id == letter_id, LetterDelivery.method == "electronic"
    )
    return db.session.scalar(query)


def inbox_of(organisation_id: int) -> list[tuple[Letter, LetterDelivery]]:
    """Return the letters served to an organisation, newest first."""
    query = (
        sa.select(Letter, LetterDelivery)
        .join(LetterDelivery, LetterDelivery.letter_id == Letter.id)
        .where(LetterDelivery.organisation_id == organisation_id)
        .order_by(LetterDelivery.delivered_at.desc(), Letter.id.desc())
    )
    return [(letter, delivery) for letter, delivery in db.session.execute(query)]
