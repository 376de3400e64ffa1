"""Stays (中止办理): a case that stands still for a reason of a closed list, asked for by its officer and granted by another
person, until it is resumed the same way (rulebook §10.4). Each rests on a paper; the clocks stand still on the letter alone.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.foundation.database import Model, UTCDateTime, db

_OPEN = "ended_at IS NULL"


class Stay(Model):
    """One stay of one case, from the request to its end. `granted` is None while nobody has settled it; `ended_at` is when it
    was refused, resumed, or fell with the case. A request to resume that was refused leaves the stay as it is."""

    __tablename__ = "case_stay"
    __table_args__ = (
        sa.Index(
            "uq_case_stay_open", "case_id", unique=True, sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)
        ),
        sa.Index("ix_case_stay_chase", "chase_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    ground: Mapped[str] = mapped_column(sa.String(20))
    facts: Mapped[str] = mapped_column(sa.String(1000))
    paper: Mapped[str] = mapped_column(sa.String(200))
    requested_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    letter_number: Mapped[str] = mapped_column(sa.String(60), default="")
    review_on: Mapped[date | None] = mapped_column(sa.Date)
    chase_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    chased: Mapped[int] = mapped_column(default=0)
    resume_reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    resume_paper: Mapped[str] = mapped_column(sa.String(200), default="")
    resume_requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    resume_requested_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resume_note: Mapped[str] = mapped_column(sa.String(1000), default="")
    resumed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_standing(self) -> bool:
        """Whether the case stands still because of it."""
        return bool(self.granted) and self.ended_at is None


def open_stay(case_id: int) -> Stay | None:
    """Return the stay of a case that stands or waits for a word."""
    return db.session.scalars(sa.select(Stay).where(Stay.case_id == case_id, sa.text(_OPEN))).unique().first()


def is_stayed(case: Case) -> bool:
    """Tell whether a case stands still by a stay: kept on the case, so that lists and acts need not ask for it."""
    return bool(case.details.get("stayed"))


def set_stayed(case: Case, ground: str | None) -> None:
    """Put on a case that it stands still, or that it does not any more."""
    case.details = {k: v for k, v in case.details.items() if k != "stayed"} | ({"stayed": ground} if ground else {})


def drop_open(case: Case, *, now: datetime) -> None:
    """End whatever stay there is with its case."""
    stay = open_stay(case.id)
    if stay is not None:
        stay.ended_at, stay.chase_at = now, None
        set_stayed(case, None)
