"""Shared fixtures: the application on SQLite and on PostgreSQL, a clock that stands still, and makers of small worlds."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings as hypothesis_settings

from workflow_app.factory import create_app
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db
from workflow_app.settings import Settings

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai on 2026-11-24, a Tuesday
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
DATABASES = ["sqlite", *(["postgresql"] if POSTGRES else [])]

# How long an example takes says nothing about the law, and on a busy machine it fails what is right.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=url, data_dir=folder, secret_key="test-key", environment="test", fixed_now=NOON, demo=False
    )


@pytest.fixture(scope="session")
def _apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Flask]:
    apps: dict[str, Flask] = {}
    for name in DATABASES:
        folder = tmp_path_factory.mktemp(name)
        url = f"sqlite:///{folder / 'test.sqlite3'}" if name == "sqlite" else _own_database()
        app = create_app(_settings(url, folder))
        with app.app_context():
            db.create_all()
        apps[name] = app
    return apps


def _own_database(purpose: str = "test") -> str:
    """A database of this test process on the throw-away server."""
    name = f"{purpose}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, _apps: dict[str, Flask]) -> Iterator[Flask]:
    """The application with empty tables, once per database, inside its context."""
    app = _apps[request.param]
    app.extensions["clock"] = FixedClock(NOON)
    app.extensions["jobs"].reset()
    with app.app_context():
        yield app
        db.session.remove()
        _empty(db.engine)


def _empty(engine: sa.Engine) -> None:
    names = [t.name for t in db.metadata.sorted_tables]
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        if engine.dialect.name == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE " + ", ".join(f'"{n}"' for n in names) + " RESTART IDENTITY CASCADE")
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            triggers = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("BEGIN IMMEDIATE")
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            for name in reversed(names):
                cursor.execute(f'DELETE FROM "{name}"')
            for _name, sql in triggers:
                cursor.execute(sql)
            cursor.execute("COMMIT")
            cursor.execute("PRAGMA foreign_keys=ON")
        raw.commit()
    finally:
        raw.close()


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    """The application's clock: 2026-11-24 12:00 in Shanghai until moved."""
    found = app.extensions["clock"]
    assert isinstance(found, FixedClock)
    return found
