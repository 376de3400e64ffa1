"""How one would write it without much thought: jobs in a thread after the commit, repeats without asking first.

The kill harness runs this variant too. It must be caught, or the harness would prove nothing.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from workflow_app.jobs.queue import JOBS, QUEUES
from workflow_app.jobs.state import Attempt, JobState
from workflow_app.records.platform import CreditPlatform, NotApplied, Order, Outcome, RecordState

TRIES = 5
_PENDING = "jobs for after the commit"


class ForgetfulQueue:
    """Keeps jobs in memory and runs them in threads of the web process, each a few times."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(8)
        event.listen(Session, "after_commit", self._after_commit)

    def enqueue(self, session: Session, attempt: Attempt) -> None:
        """Remember a job for after the commit."""
        session.info.setdefault(_PENDING, []).append((attempt.job, attempt.args))

    def find(self, _key: str) -> JobState | None:
        """Know nothing."""
        return None

    def problems(self) -> list[JobState]:
        """Know nothing."""
        return []

    def depths(self) -> dict[str, dict[str, int]]:
        """Know nothing."""
        return {queue: {} for queue in QUEUES}

    def reset(self) -> None:
        """Do nothing."""

    def _after_commit(self, session: Session) -> None:
        for job, args in session.info.pop(_PENDING, []):
            self.pool.submit(self._run, job, args)

    def _run(self, job: str, args: tuple[Any, ...]) -> None:
        for _ in range(TRIES):
            try:
                with self.app.app_context():
                    JOBS[job].run(*args)
                return
            except Exception:
                time.sleep(0.3)


class BlindPlatform:
    """Sends without ever asking what became of an earlier order."""

    def __init__(self, inner: CreditPlatform) -> None:
        self.inner = inner

    def look_up(self, _order: Order) -> Outcome:
        """Assume that it was not done."""
        return NotApplied()

    def state_of(self, _order: Order) -> RecordState | Outcome:
        """Assume that the record is as it was."""
        return RecordState("active")

    def send(self, order: Order) -> Outcome:
        """Send it."""
        return self.inner.send(order)


def careless(app: Flask) -> Flask:
    """Return the application with its queue and its platform replaced by the careless ones."""
    app.extensions["jobs"] = ForgetfulQueue(app)
    app.extensions["platform"] = BlindPlatform(app.extensions["platform"])
    return app


def create_app() -> Flask:
    """Return the application of the house in its careless variant."""
    from workflow_app.factory import create_app as careful

    return careless(careful())
