"""Whether a row is locked at this moment, asked through a connection of one's own, without waiting."""

import sqlite3

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from workflow_app.foundation.database import db


def is_locked(table: str, row_id: int, *, against: str = "NO KEY UPDATE") -> bool:
    """Return whether somebody else would have to wait for a row (SQLite: for the one write lock there is)."""
    if db.engine.dialect.name == "sqlite":
        other = sqlite3.connect(db.engine.url.database or "", timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        finally:
            other.close()
        return False
    with db.engine.connect() as connection:
        try:
            connection.execute(sa.text(f"SELECT id FROM {table} WHERE id = :id FOR {against} NOWAIT"), {"id": row_id})
        except OperationalError:
            return True
    return False
