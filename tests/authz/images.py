"""A database remembered and put back: the whole of it, on SQLite by a copy in memory, on PostgreSQL by a template."""

import sqlite3
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from flask import Flask

from workflow_app.foundation.database import db

# Logs of who looked, who was refused and who tried to sign in; they may grow whatever is asked.
SCRATCH = {"audit_event", "audit_payload", "audit_head", "case_access", "login_session", "sign_in_counter"}


class Image(Protocol):
    """One database that can be compared with how it was and put back."""

    def keep(self, app: Flask) -> None:
        """Remember the database as it is now."""

    def restore(self, app: Flask) -> None:
        """Put the database back."""

    def state(self) -> dict[str, str]:
        """Everything but the logs, by table, to be compared."""

    def mark(self) -> int:
        """A number that changes with every commit: as long as it stands, so does the state."""


class SqliteImage:
    """An SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path, self.image = path, sqlite3.connect(":memory:", check_same_thread=False)
        self.reader = sqlite3.connect(path, check_same_thread=False)

    def keep(self, app: Flask) -> None:
        _release(app)
        self.reader.backup(self.image)

    def restore(self, app: Flask) -> None:
        _release(app)
        with sqlite3.connect(self.path) as target:
            self.image.backup(target)

    def state(self) -> dict[str, str]:
        names = self.reader.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {t: repr(self.reader.execute(f'SELECT * FROM "{t}"').fetchall()) for (t,) in names if t not in SCRATCH}

    def mark(self) -> int:
        found: int = self.reader.execute("PRAGMA data_version").fetchone()[0]
        return found


class PostgresImage:
    """A database on a server of the tests; the image is a database beside it."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, sa.make_url(url).database
        self.server = sa.create_engine(sa.make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        self.reader = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        tables = sorted(t.name for t in db.metadata.sorted_tables if t.name not in SCRATCH)
        rows = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{0}\" t"
        self.question = sa.text(" UNION ALL ".join(rows.format(name) for name in tables))

    def _on_server(self, *statements: str) -> None:
        with self.server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def keep(self, app: Flask) -> None:
        _release(app)
        self._on_server(
            f"DROP DATABASE IF EXISTS {self.name}_image", f"CREATE DATABASE {self.name}_image TEMPLATE {self.name}"
        )

    def restore(self, app: Flask) -> None:
        _release(app)
        self._on_server(
            f"DROP DATABASE {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name} TEMPLATE {self.name}_image"
        )

    def state(self) -> dict[str, str]:
        with self.reader.connect() as connection:
            return dict(connection.execute(self.question).all())  # type: ignore[arg-type]

    def mark(self) -> int:
        with self.server.connect() as connection:  # of the whole server: what others write only costs a comparison
            found: int = connection.exec_driver_sql("SELECT txid_snapshot_xmax(txid_current_snapshot())").scalar() or 0
            return found

    def drop(self) -> None:
        """Leave nothing on the server."""
        self._on_server(*(f"DROP DATABASE IF EXISTS {self.name}{part} WITH (FORCE)" for part in ("", "_image")))
        self.server.dispose()


def _release(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
