"""What is known about a job, as plain data: its key, its attempts, how far it is and what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

SEPARATOR = "~"
KEY_LENGTH = 200


class JobStatus(StrEnum):
    """How far the newest attempt of a job is."""

    WAITING = "waiting"
    DELAYED = "delayed"  # an outside system did not answer; the next attempt has its time
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    POISONED = "poisoned"  # every worker that took it died


PROBLEMS = (JobStatus.FAILED, JobStatus.POISONED, JobStatus.DELAYED)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt of a job as it is enqueued. A later one starts after `delay` seconds and says after which error."""

    queue: str
    job: str
    key: str
    args: tuple[Any, ...]
    number: int = 1
    delay: float = 0.0
    after: str | None = None
    first_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class JobState:
    """One job by its business key, seen at its newest attempt. Instants are aware UTC.

    `error` is that of this attempt, or for one that waits for its time the error of the attempt before.
    """

    key: str
    job: str
    queue: str
    args: tuple[Any, ...]
    attempt: int
    status: JobStatus
    error: str | None
    first_at: datetime | None
    since: datetime | None


def attempt_id(key: str, attempt: int) -> str:
    """Return the id of the n-th attempt. Raises ValueError for a key that is empty, too long or has the separator."""
    if not key or len(key) > KEY_LENGTH or SEPARATOR in key:
        raise ValueError(f"not a job key: {key!r}")
    return key if attempt == 1 else f"{key}{SEPARATOR}{attempt}"


def split_id(identifier: str) -> tuple[str, int]:
    """Return key and attempt of an id made by `attempt_id`."""
    key, _, attempt = identifier.partition(SEPARATOR)
    return key, int(attempt or 1)
