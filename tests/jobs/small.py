"""The small application of the job tests, and its jobs. Worker processes load it by name, as they load the real one."""

import os
import time
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from workflow_app.foundation.clock import SystemClock
from workflow_app.foundation.database import db, init_database, transaction
from workflow_app.foundation.errors import ExternalFault
from workflow_app.jobs.queue import init_jobs, job, periodic

# What a job of these tests leaves behind. On a catalogue of its own: the product's holds the product's tables only.
SMALL_NOTE = sa.Table(
    "small_note",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.String(200), nullable=False),
)


def small_app(url: str, *, testing: bool) -> Flask:
    """Return the small application."""
    app = Flask("small")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=testing)
    app.extensions["clock"] = SystemClock()
    init_database(app)
    init_jobs(app, database_url=url, testing=testing)
    return app


def create_app() -> Flask:
    """Return the small application on the database the environment names, for worker processes."""
    return small_app(os.environ["DATABASE_URL"], testing=False)


def notes() -> list[str]:
    """Return what the jobs left, in order."""
    return list(db.session.scalars(sa.select(SMALL_NOTE.c.text).order_by(SMALL_NOTE.c.id)))


def leave(text: str) -> None:
    """Leave a note in a transaction of its own."""
    with transaction():
        db.session.execute(SMALL_NOTE.insert().values(text=text))


@job("letters")
def small_write(text: str) -> None:
    """Leave a note."""
    leave(text)


@job("writeback")
def small_unreachable(text: str) -> None:
    """Fail as a platform that does not answer, until its third attempt."""
    if notes().count(text) < 2:
        leave(text)
        raise ExternalFault("platform_down")
    leave("arrived")


@job("notices")
def small_broken() -> None:
    """Fail for a reason that does not go away."""
    raise ValueError("cannot ever work")


@job("letters")
def small_slow(text: str, seconds: float) -> None:
    """Leave a note, take a while, leave another."""
    leave(f"{text} begun")
    time.sleep(seconds)
    leave(f"{text} ended")


@periodic(name="small_tick", seconds=0.5)
def small_tick(now: datetime) -> None:
    """Leave a note every half second where the environment wants it, with the process that did."""
    if os.environ.get("TICK"):
        leave(f"tick {os.getpid()}")
