"""The papers an authority rests on: business licence, letter of authority, the court's appointment. Rows that point at
immutable files, hanging on an enrolment or on a mandate; they are no evidence in any case."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db

PURPOSES = ("licence", "authority", "identity", "succession", "appointment", "other")


class AuthorityPaper(Model):
    """One file that proves who may act for a subject. It is never deleted once somebody has decided on it."""

    __tablename__ = "authority_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    mandate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mandate.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    display_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def papers_of_mandates(mandate_ids: list[int]) -> dict[int, list[AuthorityPaper]]:
    """Return the papers of mandates by the mandate's id."""
    found: dict[int, list[AuthorityPaper]] = {i: [] for i in mandate_ids}
    mine = sa.select(AuthorityPaper).where(
        AuthorityPaper.mandate_id.in_(mandate_ids), AuthorityPaper.removed_at.is_(None)
    )
    for paper in db.session.scalars(mine.order_by(AuthorityPaper.id)):
        if paper.mandate_id is not None:
            found[paper.mandate_id].append(paper)
    return found
