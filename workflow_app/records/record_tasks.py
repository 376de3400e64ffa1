"""Work on a record that no case carries: its class, from when its periods run, what becomes of it after the longest one.

Two persons do it: one proposes, another confirms or sends back. The proposal lies in the task until it is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, forbid_same_person, holds, scope_filter
from workflow_app.records.credit_record import CreditRecord


class RecordTaskKind(StrEnum):
    """What a person has to do on a record."""

    CLASSIFY = "classify"  # no table answers (rulebook §1.2)
    START_DAY = (
        "start_day"  # whether it is past it hangs on a start day that is not verified or not known (rulebook §3.2)
    )
    DELIST = "delist"  # an entry leaves its list ex officio (rulebook §1.11)
    COMMITMENT = "commitment"  # its subject has a new penalty: is the commitment kept? (rulebook §7)
    CONTEST = "contest"  # the decision is contested, or that has ended (rulebook §12.2 no. 11, 13)
    SHIELD = "shield"  # a court's plan over the record begins or ends (rulebook §1.10)
    HELD = "held"  # held back because nobody could verify it: shown again, or deleted (rulebook §4.3)
    ORDER = "order"  # a platform's answer to an order without a case is unclear
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
    proposal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    seen_to: Mapped[int | None]  # of a commitment: the newest record that was looked at
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def shown(self) -> str:
        """What a page showed of the task: which one, and in which version. A proposal that comes in place of another alters it."""
        return f"{self.id}.{self.row_version}"


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


def open_tasks_of(record_id: int) -> list[RecordTask]:
    """Return the open tasks on a record, the oldest first."""
    query = sa.select(RecordTask).where(RecordTask.record_id == record_id, RecordTask.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(RecordTask.id)))


def tasks_by_record(record_ids: Sequence[int]) -> dict[int, RecordTask]:
    """Return for each record that has one its open task; where there are two, the one whose proposal waits."""
    query = sa.select(RecordTask).where(RecordTask.record_id.in_(record_ids), RecordTask.closed_at.is_(None))
    found = sorted(db.session.scalars(query), key=lambda task: (task.proposal is not None, -task.id))
    return {task.record_id: task for task in found}


def count_for(actor: Actor) -> int:
    """Return on how many records a task waits for an actor: to be proposed, or proposed and to be settled."""
    turns = []
    if holds(actor, Permission.RECORD_PROPOSE):
        turns.append(RecordTask.proposal.is_(None))
    if holds(actor, Permission.RECORD_SETTLE):
        turns.append(RecordTask.proposal.is_not(None))
    if not turns:
        return 0
    scope = scope_filter(actor, department=CreditRecord.department_id, organisation=sa.literal(0))
    query = sa.select(CreditRecord.id).join(RecordTask, RecordTask.record_id == CreditRecord.id)
    query = query.where(RecordTask.closed_at.is_(None), sa.or_(*turns), scope).distinct()
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def put_proposal(task: RecordTask, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Lay a proposal into a task. Raises RuleViolation while another one waits there."""
    require_transaction()
    if task.proposal is not None:
        raise RuleViolation("record_proposed_already", name=task.proposal["by_name"])
    task.proposal = {**values, "by_id": actor.account_id, "by_name": actor.name, "at": now.isoformat()}


def take_proposal(record: CreditRecord, kind: RecordTaskKind, *, actor: Actor) -> dict[str, Any]:
    """Take the waiting proposal out of a record's task. Raises RuleViolation for one's own and where none waits."""
    require_transaction()
    task = open_task_of(record, kind)
    if task is None or task.proposal is None:
        raise RuleViolation("record_nothing_proposed")
    proposal = task.proposal
    forbid_same_person(proposal["by_id"], actor)
    task.proposal = None
    return proposal


def close_task(record: CreditRecord, kind: RecordTaskKind, *, actor: Actor, now: datetime) -> None:
    """Close the open task of a kind on a record, where there is one."""
    require_transaction()
    task = open_task_of(record, kind)
    if task is not None:
        _close(task, actor=actor, now=now)


def close_tasks(record: CreditRecord, *, actor: Actor, now: datetime) -> None:
    """Close what is open on a record: it has come to its end, nobody has anything to decide about it. Whether the platforms did
    as they were told is still to be found out."""
    require_transaction()
    for task in open_tasks_of(record.id):
        if task.kind == RecordTaskKind.ORDER:
            continue
        _close(task, actor=actor, now=now)


def _close(task: RecordTask, *, actor: Actor, now: datetime) -> None:
    task.open_key, task.closed_at, task.closed_by_name = None, now, actor.name
