"""The queue on the job engine (DBOS), in the application's own database: enqueueing, reading, creating its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, WorkflowStatus
from sqlalchemy import event
from sqlalchemy.orm import Session

from workflow_app.foundation.database import db
from workflow_app.jobs.queue import JOBS, QUEUES
from workflow_app.jobs.serializer import JsonSerializer
from workflow_app.jobs.state import SEPARATOR, Attempt, JobState, JobStatus, attempt_id, split_id

APPLICATION = "casework"
VERSION = "1"  # for ever: the engine's default, a digest of the code, would strand open jobs at every deployment
POLL_S = 0.5
SHOWN = 500  # problems listed at most, newest first

STATUS = {
    "ENQUEUED": JobStatus.WAITING,
    "DELAYED": JobStatus.DELAYED,
    "PENDING": JobStatus.RUNNING,
    "SUCCESS": JobStatus.DONE,
    "ERROR": JobStatus.FAILED,
    "CANCELLED": JobStatus.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobStatus.POISONED,
}


def engine_for_dbos(url: str) -> sa.Engine | None:
    """Return the connection pool the engine needs on SQLite: every commit on disk, the write lock at the first write.

    Our own pool takes the write lock at BEGIN; with that, each of the engine's polls would take it.
    """
    if not url.startswith("sqlite"):
        return None
    engine = sa.create_engine(url)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def client(url: str) -> DBOSClient:
    """Return a client that connects when first used."""
    return DBOSClient(
        system_database_url=url,
        system_database_engine=engine_for_dbos(url),
        application_name=APPLICATION,
        serializer=cast(Any, JsonSerializer()),
        lazy=True,
    )


def migrate(url: str) -> None:
    """Create or upgrade the engine's tables and our queues in it."""
    DBOS.migrate(url)
    registrar = client(url)
    try:
        for name, limit in QUEUES.items():
            registrar.register_queue(name, worker_concurrency=limit, polling_interval_sec=POLL_S)
    finally:
        registrar.destroy()


class DbosQueue:
    """Enqueues for the workers and tells about their jobs; runs none itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = client(url)

    def enqueue(self, session: Session, attempt: Attempt) -> None:
        """Add one attempt of a job to the session's transaction."""
        options: dict[str, Any] = {
            "workflow_name": attempt.job,
            "queue_name": attempt.queue,
            "workflow_id": attempt_id(attempt.key, attempt.number),
            "app_version": VERSION,
        }
        if attempt.delay:
            options["delay_seconds"] = attempt.delay
        if attempt.number > 1:
            first_at = attempt.first_at.isoformat() if attempt.first_at else None
            options["attributes"] = {"after": attempt.after, "first_at": first_at}
        self.client.enqueue_in_transaction(session, options, *attempt.args)  # type: ignore[arg-type]

    def find(self, key: str) -> JobState | None:
        """Return a job at its newest attempt."""
        rows = self.client.list_workflows(workflow_ids=[key])
        rows += self.client.list_workflows(workflow_id_prefix=f"{key}{SEPARATOR}")
        return max(map(_state, rows), key=lambda state: state.attempt, default=None)

    def problems(self) -> list[JobState]:
        """Return the jobs whose newest attempt failed, was given up or waits for an outside system, oldest first."""
        wanted = ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "DELAYED"]
        states = [_state(row) for row in self.client.list_workflows(status=wanted, limit=SHOWN, sort_desc=True)]
        followed = self._existing(attempt_id(s.key, s.attempt + 1) for s in states)
        newest = [s for s in states if attempt_id(s.key, s.attempt + 1) not in followed]
        return sorted(newest, key=lambda state: state.first_at or datetime.max.replace(tzinfo=UTC))

    def depths(self) -> dict[str, dict[str, int]]:
        """Return per queue how many jobs are waiting, running and delayed."""
        shown = (JobStatus.WAITING, JobStatus.RUNNING, JobStatus.DELAYED)
        found: dict[str, dict[str, int]] = {q: dict.fromkeys((s.value for s in shown), 0) for q in QUEUES}
        table = workflow_status(db.engine.dialect.name)
        names = [name for name, status in STATUS.items() if status in shown]
        counted = (
            sa.select(table.c.queue_name, table.c.status, sa.func.count())
            .where(table.c.status.in_(names))
            .group_by(table.c.queue_name, table.c.status)
        )
        for queue, status, count in db.session.execute(counted):
            if queue in found:
                found[queue][STATUS[status].value] += count
        return found

    def purge(self, *, before: datetime, batch: int = 500) -> int:
        """Forget jobs that were done before an instant; return how many. In batches, so that others can write."""
        removed = 0
        while True:
            rows = self.client.list_workflows(
                status="SUCCESS",
                completed_before=before.isoformat(),
                limit=batch,
                load_input=False,
                load_output=False,
            )
            if not rows:
                return removed
            self.client.delete_workflows([row.workflow_id for row in rows])
            removed += len(rows)

    def reset(self) -> None:
        """Refuse: the jobs of an installation are not forgotten."""
        raise RuntimeError("the job engine is not reset")

    def _existing(self, identifiers: Iterable[str]) -> set[str]:
        wanted = list(identifiers)
        if not wanted:
            return set()
        rows = self.client.list_workflows(workflow_ids=wanted, load_input=False, load_output=False)
        return {row.workflow_id for row in rows}


def workflow_status(dialect: str) -> sa.TableClause:
    """The engine's table of jobs, as far as we count in it."""
    schema = "dbos" if dialect == "postgresql" else None
    return sa.table("workflow_status", sa.column("status"), sa.column("queue_name"), schema=schema)


def _state(row: WorkflowStatus) -> JobState:
    key, attempt = split_id(row.workflow_id)
    known = JOBS.get(row.name)
    arguments: Sequence[Any] = row.input["args"] if row.input else ()
    told = row.attributes or {}
    first_at = told.get("first_at")
    return JobState(
        key=key,
        job=row.name,
        queue=row.queue_name or (known.queue if known else ""),
        args=tuple(arguments),
        attempt=attempt,
        status=STATUS[row.status],
        error=str(row.error) if row.error else told.get("after"),
        first_at=datetime.fromisoformat(first_at) if first_at else _instant(row.created_at),
        since=_instant(row.updated_at),
    )


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
