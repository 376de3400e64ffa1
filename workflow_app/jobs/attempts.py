"""One attempt of a job: run it, and when an outside system did not answer enqueue the next attempt for later."""

from __future__ import annotations

import logging
import random
import time

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.foundation.database import transaction
from workflow_app.foundation.errors import ExternalFault
from workflow_app.jobs.queue import Job, enqueue_attempt, job_queue
from workflow_app.jobs.state import Attempt, split_id

# Seconds before the second, third … attempt; the last figure repeats. A waiting attempt holds no place in its queue.
DELAYS = (1, 4, 15, 60, 120, 240, 480, 960, 1920, 3600)
ATTEMPTS = len(DELAYS) + 7 * 24  # about a week, then an administrator decides
DATABASE_ATTEMPTS = 12  # some three hours
STALE_ATTEMPTS = 6
DATABASE_PATIENCE_S = 120.0
log = logging.getLogger("workflow_app.jobs")

TRANSIENT = (ExternalFault, OperationalError, InterfaceError, StaleDataError)


def run_attempt(app: Flask, job: Job, identifier: str, args: tuple[object, ...]) -> str:
    """Run one attempt in a context of its own and say how it ended: "done" or "again".

    A fault of the outside, of the database or a row that changed meanwhile leads to a later attempt of the same key;
    any other error, and a fault after the last attempt, is raised and stays visible as a failed job.
    """
    key, attempt = split_id(identifier)
    try:
        with app.app_context():
            job.run(*args)
    except TRANSIENT as fault:
        if attempt >= _most(fault):
            raise
        delay = delay_after(attempt, fault)
        log.warning("job %s, attempt %d: %s; again in %.0f s", key, attempt, _brief(fault), delay)
        _enqueue_next(app, job, key, args, number=attempt + 1, delay=delay, after=_brief(fault))
        return "again"
    except Exception as error:
        log.error("job %s, attempt %d failed: %s: %s", key, attempt, type(error).__name__, _brief(error))
        raise  # the engine logs the traceback
    return "done"


def delay_after(attempt: int, fault: Exception) -> float:
    """Return the seconds to wait after the n-th attempt: growing, spread by a tenth, no less than the fault asks."""
    step = DELAYS[min(attempt, len(DELAYS)) - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing
    asked = fault.facts.get("retry_after") if isinstance(fault, ExternalFault) else None
    return max(step, min(float(asked), 3600.0)) if isinstance(asked, int | float) else step


def _most(fault: Exception) -> int:
    """Return how many attempts a fault deserves: the outside a week, the database hours, a busy row a minute."""
    if isinstance(fault, ExternalFault):
        return ATTEMPTS
    return STALE_ATTEMPTS if isinstance(fault, StaleDataError) else DATABASE_ATTEMPTS


def _enqueue_next(
    app: Flask, job: Job, key: str, args: tuple[object, ...], *, number: int, delay: float, after: str
) -> None:
    """Enqueue the next attempt, waiting for a database that is away: otherwise its restart would fail every job."""
    limit = time.monotonic() + DATABASE_PATIENCE_S
    while True:
        try:
            with app.app_context():
                before = job_queue().find(key)
                first_at = before.first_at if before else None
                following = Attempt(
                    queue=job.queue,
                    job=job.name,
                    key=key,
                    args=args,
                    number=number,
                    delay=delay,
                    after=after,
                    first_at=first_at,
                )
                with transaction():
                    enqueue_attempt(following)
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > limit:
                raise
            time.sleep(1)


def _brief(fault: Exception) -> str:
    return (str(fault).splitlines() or [""])[0][:200]
