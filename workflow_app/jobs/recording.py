"""The queue of the tests: keeps in memory what was committed, and runs it when told to. It survives no process."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from workflow_app.foundation.clock import SystemClock
from workflow_app.foundation.errors import ExternalFault
from workflow_app.jobs.queue import JOBS, QUEUES
from workflow_app.jobs.state import PROBLEMS, Attempt, JobState, JobStatus

_PENDING = "jobs enqueued in this transaction"


@dataclass(frozen=True)
class _Pending:
    owner: RecordingQueue
    state: JobState
    inside: tuple[SessionTransaction, ...]


class RecordingQueue:
    """Committed jobs in order, each key once. A rolled-back enqueue leaves nothing."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobState] = {}

    def enqueue(self, session: Session, attempt: Attempt) -> None:
        """Remember a job until the session commits. A delayed attempt waits for a drain of its own."""
        now = SystemClock().now()
        state = JobState(
            key=attempt.key,
            job=attempt.job,
            queue=attempt.queue,
            args=attempt.args,
            attempt=attempt.number,
            status=JobStatus.DELAYED if attempt.delay else JobStatus.WAITING,
            error=attempt.after,
            first_at=attempt.first_at or now,
            since=now,
        )
        _listen()
        if not session.in_transaction():
            session.begin()  # a session that has begun nothing tells nobody of its rollback
        session.info.setdefault(_PENDING, []).append(_Pending(self, state, tuple(_open_transactions(session))))

    def keys(self, queue: str | None = None) -> list[str]:
        """Return the keys committed so far, in order."""
        return [j.key for j in self.jobs.values() if queue in (None, j.queue)]

    def with_status(self, status: JobStatus) -> list[JobState]:
        """Return the jobs that are at a given point, in order."""
        return [j for j in self.jobs.values() if j.status is status]

    def drain(self, app: Flask, *, raising: bool = True) -> int:
        """Run the waiting jobs in order until none is left and return how many ran, those they enqueue included.

        A job that raises ExternalFault waits for the next drain, as it would wait for its time. Any other error fails
        the job and is raised, or with `raising=False` only kept.
        """
        for state in self.with_status(JobStatus.DELAYED):
            self._put(state, JobStatus.WAITING)
        ran = 0
        while waiting := self.with_status(JobStatus.WAITING):
            self._run(app, waiting[0], raising=raising)
            ran += 1
        return ran

    def work(self, app: Flask, key: str) -> JobStatus:
        """Run one job now, whether or not its time has come, and return how it ended; its error is kept, not raised."""
        self._run(app, self.jobs[key], raising=False)
        return self.jobs[key].status

    def find(self, key: str) -> JobState | None:
        """Return a job at its newest attempt."""
        return self.jobs.get(key)

    def problems(self) -> list[JobState]:
        """Return the jobs that failed or wait for an outside system."""
        return [j for j in self.jobs.values() if j.status in PROBLEMS]

    def depths(self) -> dict[str, dict[str, int]]:
        """Return per queue how many jobs are waiting, running and delayed."""
        counted = (JobStatus.WAITING, JobStatus.RUNNING, JobStatus.DELAYED)
        return {q: {s.value: sum(j.queue == q for j in self.with_status(s)) for s in counted} for q in QUEUES}

    def reset(self) -> None:
        """Forget everything."""
        self.jobs.clear()

    def _run(self, app: Flask, state: JobState, *, raising: bool) -> None:
        try:
            with app.app_context():
                JOBS[state.job].run(*state.args)
        except ExternalFault as fault:
            self._put(replace(state, attempt=state.attempt + 1), JobStatus.DELAYED, str(fault))
        except Exception as error:
            self._put(state, JobStatus.FAILED, f"{type(error).__name__}: {error}")
            if raising:
                raise
        else:
            self._put(state, JobStatus.DONE)

    def _put(self, state: JobState, status: JobStatus, error: str | None = None) -> None:
        self.jobs[state.key] = replace(state, status=status, error=error, since=SystemClock().now())

    def _commit(self, state: JobState) -> None:
        known = self.jobs.get(state.key)
        if known is None or known.attempt < state.attempt:
            self.jobs[state.key] = state


def _open_transactions(session: Session) -> list[SessionTransaction]:
    found = []
    current = session.get_nested_transaction() or session.get_transaction()
    while current is not None:
        found.append(current)
        current = current.parent
    return found


def _listen() -> None:
    if not event.contains(Session, "after_commit", _after_commit):
        event.listen(Session, "after_commit", _after_commit)
        event.listen(Session, "after_soft_rollback", _after_rollback)


def _after_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        for pending in session.info.pop(_PENDING, []):
            pending.owner._commit(pending.state)


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    pending = session.info.get(_PENDING)
    if pending:
        session.info[_PENDING] = [p for p in pending if previous.nested and previous not in p.inside]
