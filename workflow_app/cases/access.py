"""Who looked at which case: a log apart from the hash chain (rulebook §11), and what of a list is new to its reader."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.people.accounts import Actor


class CaseAccess(Model):
    """One look of a member of staff. `what` is case, evidence, original, letter or file; `object_id` which one of these."""

    __tablename__ = "case_access"
    __table_args__ = (sa.Index("ix_case_access_reader", "account_id", "case_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(60))
    actor_role: Mapped[str] = mapped_column(sa.String(20))
    what: Mapped[str] = mapped_column(sa.String(10))
    object_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def note(case_id: int, *, what: str, object_id: int | None, actor: Actor, now: datetime) -> None:
    """Put down a look."""
    require_transaction()
    if actor.account_id is not None:
        db.session.add(
            CaseAccess(
                case_id=case_id,
                account_id=actor.account_id,
                actor_name=actor.name,
                actor_role=actor.role,
                what=what,
                object_id=object_id,
                at=now,
            )
        )


def unread_among(task_ids: list[int], actor: Actor) -> set[int]:
    """Return which tasks stand on cases the actor has not looked at since the task came up."""
    if not task_ids:
        return set()
    looked = sa.select(CaseAccess.id).where(
        CaseAccess.account_id == actor.account_id,
        CaseAccess.case_id == CaseTask.case_id,
        CaseAccess.at >= CaseTask.opened_at,
    )
    query = sa.select(CaseTask.id).where(CaseTask.id.in_(task_ids), ~looked.exists())
    return set(db.session.scalars(query))
