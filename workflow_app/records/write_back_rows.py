"""The tables of write-backs: one row per order, one per attempt to deliver it. The verbs are elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime
from workflow_app.records.platform import Order


class WriteBackState(StrEnum):
    """How far an order is. All but the first two are for people to see; only `confirmed` is a success."""

    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    FAILED = "failed"
    CALLED_OFF = "called_off"  # it would show what is no longer public; never sent


OPEN = (WriteBackState.QUEUED, WriteBackState.SENDING)


class WriteBack(Model):
    """One order to one destination. `attempts` counts how often a worker took it up and fences off an older one."""

    __tablename__ = "write_back"
    __table_args__ = (sa.Index("ix_write_back_open", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    case_no: Mapped[str] = mapped_column(sa.String(24))
    decision_seq: Mapped[int]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), index=True)
    destination: Mapped[str] = mapped_column(sa.String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[str] = mapped_column(sa.String(12), default=WriteBackState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    orders: Mapped[int] = mapped_column(
        default=1
    )  # how often it was put in the queue: once, and at each word of a person
    receipt: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    receipt_no: Mapped[str | None] = mapped_column(sa.String(60))
    last_error: Mapped[str | None] = mapped_column(sa.String(200))
    note: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def is_open(self) -> bool:
        """Whether a worker still has to do with it."""
        return self.state in OPEN

    def order(self) -> Order:
        """The order as the platform gets it."""
        return Order(
            key=self.key,
            destination=self.destination,
            case_no=self.case_no,
            record_id=self.record_id,
            payload=dict(self.payload),
        )


class WriteBackAttempt(Model):
    """One time a worker took up an order: whether it sent, and what came of it. Never changed once ended."""

    __tablename__ = "write_back_attempt"
    __table_args__ = (sa.UniqueConstraint("write_back_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    write_back_id: Mapped[int] = mapped_column(sa.ForeignKey("write_back.id"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    reason: Mapped[str | None] = mapped_column(sa.String(200))
