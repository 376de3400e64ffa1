"""Public notices (公告送达): asked for with a ground, approved by another person, published for the period of the law, and
listed for everybody while they run. A notice is about one letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.letters.letter import Letter


class Ground(StrEnum):
    """Why a letter may be announced: other ways were tried, or nobody knows where its addressee is."""

    TRIED = "tried"
    UNKNOWN = "unknown"


class PublicNotice(Model):
    """One notice. `open_letter_id` is unique while it waits for its word or runs, so a letter has one at a time."""

    __tablename__ = "public_notice"
    __table_args__ = (sa.Index("ix_public_notice_shown", "published_on", "expires_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    open_letter_id: Mapped[int | None] = mapped_column(unique=True)
    ground: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(sa.String(500))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    asked_by_name: Mapped[str] = mapped_column(sa.String(60))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    settled_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    published_on: Mapped[date | None] = mapped_column(sa.Date)
    expires_on: Mapped[date | None] = mapped_column(sa.Date)
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_attempt.id"))
    notice_letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    letter: Mapped[Letter] = relationship(lazy="joined", innerjoin=True, foreign_keys=[letter_id])
    paper: Mapped[Letter | None] = relationship(lazy="joined", foreign_keys=[notice_letter_id])


def notices_of(letter_id: int) -> list[PublicNotice]:
    """Return the notices about a letter, the latest first."""
    query = sa.select(PublicNotice).where(PublicNotice.letter_id == letter_id)
    return list(db.session.scalars(query.order_by(PublicNotice.id.desc())))


def open_notice(letter_id: int, *, locked: bool = False) -> PublicNotice | None:
    """Return the notice about a letter that waits for its word or runs."""
    query = sa.select(PublicNotice).where(PublicNotice.open_letter_id == letter_id)
    return db.session.scalar(query.with_for_update(of=PublicNotice) if locked else query)


def shown_notices(
    *, on: date, published_on: date | None = None, offset: int = 0, limit: int = 50
) -> Sequence[PublicNotice]:
    """Return the notices everybody may read on a day, the latest first; those published on one day where it is named."""
    query = _shown(on, published_on).order_by(PublicNotice.published_on.desc(), PublicNotice.id.desc())
    return db.session.scalars(query.offset(offset).limit(limit)).unique().all()


def count_shown(*, on: date, published_on: date | None = None) -> int:
    """Return how many those are."""
    query = sa.select(sa.func.count()).select_from(_shown(on, published_on).order_by(None).subquery())
    return db.session.scalar(query) or 0


def _shown(on: date, published_on: date | None) -> sa.Select[PublicNotice]:
    """Notices that run on a day. One that ended before its time, or has run out, is not shown any more."""
    query = sa.select(PublicNotice).where(
        PublicNotice.published_on <= on, PublicNotice.expires_on >= on, PublicNotice.ended_at.is_(None)
    )
    return query if published_on is None else query.where(PublicNotice.published_on == published_on)
