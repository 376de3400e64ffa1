"""Which workers live: each beats once a second. What becomes of the jobs of a silent one is told in `recovery`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.clock import SystemClock
from workflow_app.foundation.database import Model, UTCDateTime, db, transaction

HEARTBEAT_S = 1.0
SILENT_AFTER_S = 6.0


class WorkerHeartbeat(Model):
    """One living worker process; the row goes when it stops or falls silent."""

    __tablename__ = "worker_heartbeat"

    executor_id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


def database_now() -> datetime:
    """Return the time by the one clock all workers share: the server's on PostgreSQL, this machine's on SQLite."""
    if db.engine.dialect.name == "postgresql":
        found: datetime = db.session.scalar(sa.text("SELECT clock_timestamp()"))
        return found.astimezone(UTC)
    return SystemClock().now()


def beat(me: str) -> None:
    """Record that this worker lives."""
    with transaction():
        now = database_now()
        mine = sa.update(WorkerHeartbeat).where(WorkerHeartbeat.executor_id == me).values(seen_at=now)
        if not _touched(db.session.execute(mine)):
            db.session.add(WorkerHeartbeat(executor_id=me, started_at=now, seen_at=now))


def leave(me: str) -> None:
    """Take the worker out of the living: it stopped in good order."""
    with transaction():
        db.session.execute(sa.delete(WorkerHeartbeat).where(WorkerHeartbeat.executor_id == me))


def living() -> set[str]:
    """Return the executor ids that beat lately."""
    limit = database_now() - timedelta(seconds=SILENT_AFTER_S)
    return set(db.session.scalars(sa.select(WorkerHeartbeat.executor_id).where(WorkerHeartbeat.seen_at >= limit)))


def _touched(result: sa.Result[Any]) -> int:
    return int(getattr(result, "rowcount", 0))
