"""What the administrator's page and the health check show of the jobs, and trying a failed job again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import Conflict, NotFound
from workflow_app.jobs.heartbeat import SILENT_AFTER_S, WorkerHeartbeat, database_now
from workflow_app.jobs.periodic import PeriodicWork
from workflow_app.jobs.queue import enqueue_attempt, job_queue
from workflow_app.jobs.state import Attempt, JobState, JobStatus


class Retrier(Protocol):
    """Who asks for another attempt."""

    @property
    def account_id(self) -> int | None:
        """The account, None for the house itself."""

    @property
    def name(self) -> str:
        """The name shown."""


class JobRetry(Model):
    """Another attempt that a person asked for; one row per attempt, so two persons cannot ask for the same one."""

    __tablename__ = "job_retry"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, kw_only=True)
class WorkerState:
    """A worker as its heartbeat shows it. Instants are aware UTC."""

    executor_id: str
    started_at: datetime
    seen_at: datetime
    alive: bool


def failed_jobs() -> list[JobState]:
    """Return the jobs that will not run again unless a person asks for it, oldest first."""
    return [j for j in job_queue().problems() if j.status is not JobStatus.DELAYED]


def delayed_jobs() -> list[JobState]:
    """Return the jobs that wait for an outside system and will be tried again by themselves."""
    return [j for j in job_queue().problems() if j.status is JobStatus.DELAYED]


def retry(key: str, *, actor: Retrier, now: datetime) -> JobState:
    """Give a failed job another attempt, in the open transaction; return the job as it was.

    Raises NotFound for an unknown key and Conflict for a job that has not failed (somebody was faster, or it runs).
    """
    require_transaction()
    state = job_queue().find(key)
    if state is None:
        raise NotFound("job_not_found", key=key)
    if state.status not in (JobStatus.FAILED, JobStatus.POISONED):
        raise Conflict("job_not_failed", key=key, status=state.status.value)
    again = state.attempt + 1
    if db.session.get(JobRetry, (key, again)) is not None:
        raise Conflict("job_not_failed", key=key, status=state.status.value)
    db.session.add(JobRetry(key=key, attempt=again, account_id=actor.account_id, name=actor.name, at=now))
    enqueue_attempt(
        Attempt(
            queue=state.queue,
            job=state.job,
            key=key,
            args=state.args,
            number=again,
            after=state.error,
            first_at=state.first_at,
        )
    )
    return state


def queue_depths() -> dict[str, dict[str, int]]:
    """Return per queue how many jobs are waiting, running and delayed."""
    return job_queue().depths()


def workers() -> list[WorkerState]:
    """Return the workers that beat lately, the longest running first."""
    limit = database_now() - timedelta(seconds=SILENT_AFTER_S)
    rows = db.session.scalars(sa.select(WorkerHeartbeat).order_by(WorkerHeartbeat.started_at))
    return [
        WorkerState(executor_id=r.executor_id, started_at=r.started_at, seen_at=r.seen_at, alive=r.seen_at >= limit)
        for r in rows
    ]


def periodic_work() -> list[PeriodicWork]:
    """Return the recurring work with its last run and error, by name."""
    return list(db.session.scalars(sa.select(PeriodicWork).order_by(PeriodicWork.name)))
