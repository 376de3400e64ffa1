"""Databases and worker processes for tests that need real ones."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from tests.jobs.small import SMALL_NOTE, small_app
from workflow_app.foundation.database import db
from workflow_app.jobs.failed import JobRetry
from workflow_app.jobs.heartbeat import WorkerHeartbeat
from workflow_app.jobs.periodic import PeriodicWork
from workflow_app.jobs.queue import migrate_jobs

ROOT = Path(__file__).parents[2]
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
DATABASES = ["sqlite", *(["postgresql"] if POSTGRES else [])]


@contextmanager
def own_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database that nobody else uses."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'small.sqlite3'}"
        return
    name = f"jobs_{os.getpid()}_{time.monotonic_ns()}"
    server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def create_tables() -> None:
    """Create the tables the small application needs: its own and those of the jobs room."""
    SMALL_NOTE.create(db.engine)
    models = (WorkerHeartbeat, PeriodicWork, JobRetry)
    db.metadata.create_all(db.engine, tables=[db.metadata.tables[model.__tablename__] for model in models])


def make_tables(app: Flask, url: str) -> None:
    """Create the tables of the small application and those of the job engine."""
    with app.app_context():
        create_tables()
    migrate_jobs(url)


@contextmanager
def real_app(url: str, *, tables: bool = True) -> Iterator[Flask]:
    """The small application on the job engine, inside its context."""
    app = small_app(url, testing=False)
    if tables:
        make_tables(app, url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
        app.extensions["jobs"].client.destroy()


@contextmanager
def worker(url: str, log: Path, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process of the small application, ended by SIGKILL if it still runs."""
    command = [sys.executable, "-m", "workflow_app.jobs.worker", "--app", "tests.jobs.small:create_app"]
    with log.open("ab") as out:
        env = os.environ | {"DATABASE_URL": url} | more
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(what: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds in the database, at most so long; each look is a fresh read."""

    def fresh() -> bool:
        db.session.rollback()
        return what()

    return wait_until(fresh, seconds)


def wait_until(what: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds, at most so long."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if what():
            return True
        time.sleep(0.05)
    return False
