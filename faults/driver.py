"""What the kill harness does at the application and reads there afterwards; the harness itself knows no page."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from flask import Flask


class Unanswered(Exception):
    """No reply, or a reply that says nothing of the outcome: to be repeated with the same key."""


class Refused(Exception):
    """A clear no (conflict, rule): nothing took effect. The client goes on with something else."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a run happens: its folder, its database and the addresses of its processes."""

    folder: Path
    database_url: str
    web_url: str
    platform_url: str
    environ: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing a client asked for and was told is done. `facts` are what the reply said, to be found again later."""

    key: str
    what: str
    case: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Observed:
    """What is there when all is quiet. Sequences are lists on purpose: a doubled entry must show."""

    acts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by request key: the facts as stored
    letter_numbers: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)  # what each letter is for, one entry per letter
    wanted_letters: list[str] = field(default_factory=list)
    files: dict[str, str] = field(
        default_factory=dict
    )  # digest promised by a row → digest of the bytes, "" when missing
    orders: dict[str, str] = field(default_factory=dict)  # key of each write-back → its state
    stuck: list[str] = field(default_factory=list)  # jobs that neither ended nor wait for their time
    broken: list[str] = field(default_factory=list)  # invariants that do not hold (audit chain, check, integrity)


class Session(Protocol):
    """One client: signs in and works as it likes, one act at a time."""

    def step(self, luck: random.Random, key: str) -> Act:
        """Do the next act under this key, or the very same act again when the key was used before.

        Raises Unanswered or Refused. An act is acknowledged when this returns.
        """


class Driver(Protocol):
    """The application under test, as the harness needs it."""

    web_app: str  # what gunicorn serves, "module:name"
    worker_app: str  # what the worker loads, "module:factory"
    careless_app: str  # the careless variant for gunicorn; it needs no worker
    careless_pause_s: float  # how long the careless variant may live between two kills
    failpoints: tuple[str, ...]

    def prepare(self, place: Place) -> None:
        """Make tables, queues and whoever is needed in an empty place."""

    def session(self, place: Place, number: int) -> Session:
        """Return one client of its own; clients do not share cases."""

    def in_hand(self, place: Place) -> int:
        """Return how many jobs workers have in hand now."""

    def waiting(self, place: Place) -> int:
        """Return how many jobs have not ended, those that wait for their time included."""

    def observe(self, place: Place) -> Observed:
        """Read what is there, from the database and the files."""


def application(place: Place, factory: Any) -> Flask:
    """Return an application of this process on the place's database."""
    import os

    os.environ.update(place.environ)
    app: Flask = factory()
    return app
