"""Enqueueing a job in the caller's transaction, and the register of what a job's name runs. Nothing here runs a job."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from workflow_app.foundation.database import db, require_transaction
from workflow_app.jobs.periodic import periodic
from workflow_app.jobs.state import Attempt, JobState, attempt_id

__all__ = ["JOBS", "QUEUES", "Job", "JobQueue", "enqueue", "init_jobs", "job", "job_queue", "migrate_jobs", "periodic"]

F = TypeVar("F", bound=Callable[..., None])

# One queue per outside system: a slow platform must not hold up the letters. The figure is how many jobs of the queue
# one worker runs at a time.
QUEUES: Mapping[str, int] = {"letters": 8, "writeback": 8, "notices": 4, "sweeps": 2}


@dataclass(frozen=True)
class Job:
    """A function that workers run, under the name by which it is enqueued."""

    name: str
    queue: str
    run: Callable[..., None]


JOBS: dict[str, Job] = {}


class JobQueue(Protocol):
    """What enqueues jobs and tells about them: the job engine, or the recording queue of the tests."""

    def enqueue(self, session: Session, attempt: Attempt) -> None:
        """Add one attempt of a job to the session's transaction: it exists when that commits, once per attempt."""

    def find(self, key: str) -> JobState | None:
        """Return a job at its newest attempt."""

    def problems(self) -> list[JobState]:
        """Return the jobs whose newest attempt failed, was given up or waits for an outside system, oldest first."""

    def depths(self) -> dict[str, dict[str, int]]:
        """Return per queue how many jobs are waiting, running and delayed."""

    def reset(self) -> None:
        """Forget everything; the job engine refuses."""


def job(queue: str) -> Callable[[F], F]:
    """Register a function as the job of its own name. Arguments are JSON; it may run more than once for a key."""
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}")

    def register(function: F) -> F:
        known = JOBS.get(function.__name__)
        if known is not None and known.run.__module__ != function.__module__:
            raise ValueError(f"two jobs named {function.__name__!r}")
        JOBS[function.__name__] = Job(name=function.__name__, queue=queue, run=function)
        return function

    return register


def enqueue(queue: str, job: str, key: str, *args: Any) -> None:
    """Enqueue a job in the open transaction: it runs if and when that commits, and the same key twice is one job.

    Raises RuntimeError outside a transaction and ValueError for an unknown queue or arguments that are not JSON.
    """
    enqueue_attempt(Attempt(queue=queue, job=job, key=key, args=args))


def enqueue_attempt(attempt: Attempt) -> None:
    """Enqueue one attempt of a job, the first or a later one, in the open transaction."""
    require_transaction()
    if attempt.queue not in QUEUES:
        raise ValueError(f"unknown queue {attempt.queue!r}")
    attempt_id(attempt.key, attempt.number)  # refuses a key that could be read as another one's attempt
    if json.loads(json.dumps(attempt.args)) != list(attempt.args):
        raise ValueError(f"arguments of {attempt.job} are not JSON values")
    job_queue().enqueue(cast(Session, db.session()), attempt)


def job_queue() -> JobQueue:
    """The queue of the current application."""
    return cast(JobQueue, current_app.extensions["jobs"])


def init_jobs(app: Flask, *, database_url: str, testing: bool) -> None:
    """Give the application its queue: the job engine on the application's own database, or the tests' recorder."""
    import workflow_app.jobs.failed  # noqa: F401 - brings the tables of this room

    if testing:
        from workflow_app.jobs.recording import RecordingQueue

        app.extensions["jobs"] = RecordingQueue()
    else:
        from workflow_app.jobs.dbos_queue import DbosQueue

        app.extensions["jobs"] = DbosQueue(database_url)


def migrate_jobs(database_url: str) -> None:
    """Create or upgrade the job engine's tables and queues; once per deployment, before any worker starts."""
    from workflow_app.jobs.dbos_queue import migrate

    migrate(database_url)
