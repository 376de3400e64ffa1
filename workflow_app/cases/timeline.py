"""The timeline (办理经过) of a case: it only grows, and each entry says who, when, what and why; and the private notes."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.people.accounts import Actor


class TimelineEntry(Model):
    """One event. `kind` is act, message, system or stop (how it is drawn); `key` words it; `public` shows it to the party."""

    __tablename__ = "timeline_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(sa.String(10))
    key: Mapped[str] = mapped_column(sa.String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(60))
    actor_role: Mapped[str] = mapped_column(sa.String(20))
    step: Mapped[str | None] = mapped_column(sa.String(60))
    public: Mapped[bool] = mapped_column(default=True)


class Note(Model):
    """A private remark among staff (内部备注): not part of the file, invisible to the party."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(2000))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    author_name: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def tell(
    case_id: int,
    key: str,
    /,
    *,
    actor: Actor,
    now: datetime,
    kind: str = "act",
    step: str | None = None,
    public: bool = True,
    **facts: Any,
) -> TimelineEntry:
    """Add an entry to a case's timeline. `key` is worded as `timeline.<key>`; facts are plain values (dates as ISO text)."""
    require_transaction()
    entry = TimelineEntry(
        case_id=case_id,
        at=now,
        kind=kind,
        key=key,
        facts=facts,
        actor_id=actor.account_id,
        actor_name=actor.name,
        actor_role=actor.role,
        step=step,
        public=public,
    )
    db.session.add(entry)
    return entry


def timeline_of(case_id: int, *, public_only: bool = False) -> list[TimelineEntry]:
    """Return a case's entries, newest first."""
    query = sa.select(TimelineEntry).where(TimelineEntry.case_id == case_id)
    if public_only:
        query = query.where(TimelineEntry.public)
    return list(db.session.scalars(query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())))
