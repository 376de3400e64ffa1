"""Deadlines (期限) as rows: armed from the law, moved by suspensions and extensions that are rows too, each with its ledger."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.foundation.database import Model, UTCDateTime


class Deadline(Model):
    """One clock of one case. The parameter's value, unit and basis are kept as they were when the clock started.

    `state` is armed, met (done in time or late, see `closed_at`), cancelled or overdue-fired (`fired_at` set while still
    open). `arming` is the engine's mark of this start, empty for clocks beside the diagram.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "key", "arming"),
        sa.Index("ix_deadline_due", "closed_at", "fired_at", "due_at"),
        sa.Index("ix_deadline_remind", "closed_at", "reminded_at", "remind_at"),
        sa.Index(
            "ix_deadline_parked",
            "case_id",
            sqlite_where=sa.text("parked_error IS NOT NULL"),
            postgresql_where=sa.text("parked_error IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(60))
    arming: Mapped[str] = mapped_column(sa.String(32), default="")
    step: Mapped[str] = mapped_column(sa.String(60), default="")  # the activity of the diagram it hangs on
    value: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.String(20))
    roll: Mapped[str] = mapped_column(sa.String(20))
    basis: Mapped[str] = mapped_column(sa.String(200))
    confidence: Mapped[str] = mapped_column(sa.String(4))
    started_on: Mapped[date] = mapped_column(sa.Date)
    due_on: Mapped[date | None] = mapped_column(sa.Date)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    provisional: Mapped[bool] = mapped_column(default=False)
    ledger: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    armed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_as: Mapped[str | None] = mapped_column(sa.String(12))  # met | cancelled | lapsed
    parked_error: Mapped[str | None] = mapped_column(sa.String(500))
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    case: Mapped[Case] = relationship()
    suspensions: Mapped[list["Suspension"]] = relationship(order_by="Suspension.stopped_on")
    extensions: Mapped[list["Extension"]] = relationship(order_by="Extension.id")

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands still now."""
        return any(s.resumed_on is None for s in self.suspensions)


class Suspension(Model):
    """A stop of a clock with its paper: the days between are added back, both days by the rule of the law room."""

    __tablename__ = "deadline_suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), index=True)
    stopped_on: Mapped[date] = mapped_column(sa.Date)
    resumed_on: Mapped[date | None] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.String(300))
    paper: Mapped[str] = mapped_column(sa.String(120), default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Extension(Model):
    """An extension asked for by one person and granted or refused by another."""

    __tablename__ = "deadline_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), index=True)
    value: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.String(1000))
    requested_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    due_before: Mapped[date] = mapped_column(sa.Date)
    due_after: Mapped[date | None] = mapped_column(sa.Date)
