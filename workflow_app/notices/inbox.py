"""The inbox: one row a message, to an organisation, to one account, or to a role in a department."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.people.accounts import Actor, Role


class Notice(Model):
    """One message. `key` words it as `notice.<key>` with its facts; exactly one of the three addressees is set.

    Clerks work for every department: what is for them names none.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_staff", "department_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    role: Mapped[str | None] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    case_number: Mapped[str | None] = mapped_column(sa.String(24))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


def notify(
    key: str,
    /,
    *,
    now: datetime,
    organisation_id: int | None = None,
    account_id: int | None = None,
    department_id: int | None = None,
    role: Role | None = None,
    case_number: str | None = None,
    **facts: Any,
) -> Notice:
    """Put a message into an inbox, in the caller's transaction. Facts are plain values (dates as ISO text)."""
    require_transaction()
    notice = Notice(
        key=key,
        facts=facts,
        at=now,
        organisation_id=organisation_id,
        account_id=account_id,
        department_id=department_id,
        role=role,
        case_number=case_number,
    )
    db.session.add(notice)
    return notice


def _mine(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.role is Role.APPLICANT:
        return sa.or_(Notice.organisation_id == actor.organisation_id, Notice.account_id == actor.account_id)
    place = Notice.department_id == actor.department_id
    if actor.role is Role.CLERK:
        place = sa.or_(place, Notice.department_id.is_(None))
    return sa.or_(Notice.account_id == actor.account_id, sa.and_(place, Notice.role == actor.role))


def inbox(actor: Actor, *, limit: int = 100) -> list[Notice]:
    """Return an actor's messages, newest first."""
    query = sa.select(Notice).where(_mine(actor)).order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def unread_count(actor: Actor) -> int:
    """Return how many messages an actor has not read."""
    query = sa.select(sa.func.count()).select_from(Notice).where(_mine(actor), Notice.read_at.is_(None))
    return db.session.scalar(query) or 0


def mark_read(actor: Actor, *, now: datetime) -> int:
    """Mark an actor's messages as read, in the caller's transaction; return how many were new."""
    require_transaction()
    statement = sa.update(Notice).where(_mine(actor), Notice.read_at.is_(None))
    result = db.session.execute(statement.values(read_at=now, read_by_id=actor.account_id))
    return int(result.rowcount)  # type: ignore[attr-defined]
