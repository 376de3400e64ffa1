"""Work on a record that no case carries: determining its class, or what becomes of it after its longest period."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord


class RecordTaskKind(StrEnum):
    """What a person has to do on a record."""

    CLASSIFY = "classify"  # no table answers (rulebook §1.2)
    UNPERFORMED = "unperformed"  # the longest period has passed, the obligations are not performed (rulebook §1.3)


class RecordTask(Model):
    """One open or closed task. `open_key` makes two open ones of a kind on a record impossible."""

    __tablename__ = "record_task"
    __table_args__ = (sa.Index("ix_record_task_open", "department_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    open_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    proposal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}


def task_values(*, record_id: int, department_id: int | None, kind: RecordTaskKind, now: datetime) -> dict[str, Any]:
    """Return the columns of a new open task, for writing many at once."""
    return {
        "record_id": record_id,
        "kind": kind.value,
        "open_key": f"{kind.value}:{record_id}",
        "department_id": department_id,
        "opened_at": now,
        "closed_by_name": "",
        "row_version": 1,
    }


def open_task(record: CreditRecord, kind: RecordTaskKind, *, now: datetime) -> RecordTask:
    """Open a task on a record, or return the one that is open."""
    require_transaction()
    task = open_task_of(record, kind)
    if task is None:
        task = RecordTask(**task_values(record_id=record.id, department_id=record.department_id, kind=kind, now=now))
        db.session.add(task)
    return task


def open_task_of(record: CreditRecord, kind: RecordTaskKind) -> RecordTask | None:
    """Return the open task of a kind on a record."""
    return db.session.scalar(sa.select(RecordTask).where(RecordTask.open_key == f"{kind.value}:{record.id}"))


def close_task(record: CreditRecord, kind: RecordTaskKind, *, actor: Actor, now: datetime) -> None:
    """Close the open task of a kind on a record, where there is one."""
    require_transaction()
    task = open_task_of(record, kind)
    if task is not None:
        task.open_key, task.closed_at, task.closed_by_name = None, now, actor.name
