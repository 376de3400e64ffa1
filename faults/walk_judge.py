"""What a walk looks at beside the rows: whether somebody can go on, what really happened outside, what sweeps logged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from faults.picture import Picture
from faults.weather import FickleCredit
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.jobs.state import JobState, JobStatus
from workflow_app.records.lifecycle import Status

WATCHED = ("deadlines", "records", "slips", "stays")  # sweeps go on after an error; here it counts


def jobs_at_hand(queue: RecordingQueue) -> list[JobState]:
    """Return the jobs that wait for their turn or for their time."""
    return queue.with_status(JobStatus.WAITING) + queue.with_status(JobStatus.DELAYED)


def without_next_actor(picture: Picture, queue: RecordingQueue) -> Iterator[str]:
    """Yield the open cases for which there is no open task, no job to come, no clock to run out and no dispute to end."""
    if any(job.queue != "letters" for job in jobs_at_hand(queue)):
        return
    disputed = {r["id"] for r in picture.records if r["dispute_case_no"]}
    for case in picture.open_cases():
        tasks = [t for t in picture.of("tasks", case["id"]) if t["closed_at"] is None]
        running = [d for d in picture.of("deadlines", case["id"]) if d["closed_at"] is None]
        to_fire = [d for d in running if d["fired_at"] is None and d["due_at"] is not None]
        if not tasks and not to_fire and case["record_id"] not in disputed:
            yield f"nobody can go on with {case['number']} at {case['stage']}"


def wrong_outside(picture: Picture, credit: FickleCredit) -> Iterator[str]:
    """Yield the orders that took effect more than once, and the repaired records that a platform still shows."""
    yield from (f"order {key} took effect {n} times" for key, n in credit.effects.items() if n > 1)
    repaired = {r["id"] for r in picture.records if r["status"] == Status.REPAIRED}
    for order in picture.orders:
        if order["record_id"] in repaired and credit.shows(order["record_id"], order["destination"]):
            yield f"record {order['record_id']} is repaired and still shown at {order['destination']}"


@contextmanager
def errors_logged() -> Iterator[list[str]]:
    """Collect what sweeps log as errors."""
    found: list[str] = []
    handler = _Collector(found.append)
    loggers = [logging.getLogger(name) for name in WATCHED]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield found
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _Collector(logging.Handler):
    def __init__(self, take_up: Callable[[str], Any]) -> None:
        super().__init__(logging.ERROR)
        self.take_up = take_up

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message with its error."""
        error = record.exc_info[1] if record.exc_info else None
        self.take_up(f"{record.getMessage()}: {type(error).__name__} {error}")
