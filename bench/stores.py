"""Four small tables and the one transaction shape that every contender of the engine measurement is written with.

A step is: read the case; write its state under the row version; close the task; open the next; add an event; commit.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa

TABLES = (
    "CREATE TABLE bench_case(id BIGINT PRIMARY KEY, status TEXT NOT NULL, version INT NOT NULL, state {bytes})",
    "CREATE TABLE bench_task(id BIGINT PRIMARY KEY, case_id BIGINT NOT NULL, name TEXT NOT NULL, is_open INT NOT NULL)",
    "CREATE INDEX bench_task_open ON bench_task(name, id) WHERE is_open = 1",
    "CREATE TABLE bench_event(id {serial}, case_id BIGINT NOT NULL, what TEXT NOT NULL)",
    "CREATE INDEX bench_event_case ON bench_event(case_id)",
)


class Store(Protocol):
    """A connection that takes SQL with question marks."""

    def run(self, statement: str, *values: Any) -> Any:
        """Run a statement and return the cursor."""

    def close(self) -> None:
        """Close the connection."""


class SqliteStore:
    """SQLite as the house runs it: write-ahead log, every commit on disk."""

    def __init__(self, url: sa.URL) -> None:
        self._connection = sqlite3.connect(str(url.database), isolation_level=None, cached_statements=100)
        self._cursor = self._connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.run(f"PRAGMA {pragma}")
        for table in TABLES:
            self.run(table.format(bytes="BLOB", serial="INTEGER PRIMARY KEY"))

    def run(self, statement: str, *values: Any) -> Any:
        """Run a statement; a transaction takes the write lock at once."""
        return self._cursor.execute("BEGIN IMMEDIATE" if statement == "BEGIN" else statement, values)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresStore:
    """PostgreSQL with prepared statements. Refuses a server that may lose a commit."""

    def __init__(self, url: sa.URL) -> None:
        known = {"host": url.query.get("host") or url.host, "user": url.username, "dbname": url.database}
        more = {"password": url.password, "port": url.port}
        given = {k: v for k, v in (known | more).items() if v}
        self._connection = psycopg.connect(**given, autocommit=True, prepare_threshold=1)
        self._cursor = self._connection.cursor()
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if self.run(f"SHOW {setting}").fetchone() != ("on",):
                raise SystemExit(f"{setting} is off: such a server proves nothing")
        for table in TABLES:
            self.run(table.format(bytes="BYTEA", serial="BIGSERIAL PRIMARY KEY"))

    def run(self, statement: str, *values: Any) -> Any:
        """Run a statement."""
        return self._cursor.execute(statement.replace("?", "%s"), values or None)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def store_at(database_url: str) -> Store:
    """Open the store at an SQLAlchemy address; its database is empty."""
    url = sa.make_url(database_url)
    return SqliteStore(url) if url.drivername.startswith("sqlite") else PostgresStore(url)


def write_first(store: Store, case_id: int, task_id: int, status: str, state: bytes | None) -> None:
    """Create a case with its first task, in one transaction."""
    store.run("BEGIN")
    store.run("INSERT INTO bench_case VALUES(?, ?, 1, ?)", case_id, status, state)
    store.run("INSERT INTO bench_task VALUES(?, ?, ?, 1)", task_id, case_id, status)
    store.run("INSERT INTO bench_event(case_id, what) VALUES(?, 'filed')", case_id)
    store.run("COMMIT")


def read_case(store: Store, case_id: int) -> tuple[int, bytes | None]:
    """Begin a transaction; return a case's version and state."""
    store.run("BEGIN")
    version, state = store.run("SELECT version, state FROM bench_case WHERE id = ?", case_id).fetchone()
    return version, bytes(state) if state is not None else None


def write_step(store: Store, case_id: int, task_id: int, version: int, status: str, state: bytes | None) -> None:
    """Write a step and commit. Fails where the case was changed by another."""
    changed = store.run(
        "UPDATE bench_case SET state = ?, status = ?, version = version + 1 WHERE id = ? AND version = ?",
        *(state, status, case_id, version),
    )
    if changed.rowcount != 1:
        raise RuntimeError("overtaken")
    store.run("UPDATE bench_task SET is_open = 0 WHERE id = ?", task_id)
    store.run("INSERT INTO bench_task VALUES(?, ?, ?, 1)", task_id + 1, case_id, status)
    store.run("INSERT INTO bench_event(case_id, what) VALUES(?, ?)", case_id, status)
    store.run("COMMIT")
