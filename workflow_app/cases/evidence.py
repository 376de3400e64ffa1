"""Evidence (证据材料): what was handed in for a case, as rows that point at immutable files."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime

FINDING = "finding"  # what the office itself came by; the party reads of it in the letters


class Evidence(Model):
    """One file handed in. Before filing it hangs on a draft, afterwards on the case; it is never deleted, only replaced."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    purpose: Mapped[str] = mapped_column(sa.String(30))  # see actions.add_evidence; `finding` is the office's own
    display_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    page_count: Mapped[int | None]
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Draft(Model):
    """What an applicant or officer has typed and not yet sent, kept per account and place."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("account_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    place: Mapped[str] = mapped_column(sa.String(80))  # apply:<record id>[:<kind>] | task:<task id>
    values: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
