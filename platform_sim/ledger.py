"""What the platform knows: records as it shows them, orders with their receipts, and how often each took effect."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS record
    (id INTEGER PRIMARY KEY, publication TEXT NOT NULL, sharing TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS receipt (key TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS effect (id INTEGER PRIMARY KEY, key TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS effect_key ON effect (key);
"""
ENDED = {"publication": "ended", "sharing": "stopped"}
SHOWN = {"publication": "shown", "sharing": "shared"}
BREACHED = {"publication": "breached", "sharing": "breached"}  # off itself; that a commitment was broken is shown
LEAVES = {"ended": ENDED, "active": SHOWN, "breached": BREACHED}  # by what an order says that it leaves


class Ledger:
    """The platform's own database. Each change is on disk before the reply is sent."""

    def __init__(self, folder: Path, *, deduplicates: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "platform.sqlite3"
        self.deduplicates = deduplicates
        self.lock = threading.Lock()
        with closing(self._connect()) as connection:
            connection.executescript(SCHEMA)

    def apply(self, key: str, order: dict[str, Any]) -> dict[str, Any]:
        """Do an order and return its receipt; an order of a known key is answered again, or done again if so told."""
        with self.lock, closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            known = connection.execute("SELECT body FROM receipt WHERE key = ?", (key,)).fetchone()
            if known and self.deduplicates:
                connection.execute("ROLLBACK")
                return dict(json.loads(known[0]))
            now = datetime.now(UTC).isoformat()
            number = connection.execute("INSERT INTO effect (key, at) VALUES (?, ?)", (key, now)).lastrowid
            body = {
                "key": key,
                "case_no": order["case_no"],
                "record_id": order["record_id"],
                "destination": order["destination"],
                "receipt_no": f"XYGS{now[:10].replace('-', '')}{number:06d}",
                "applied_at": now,
            }
            connection.execute(
                "INSERT INTO receipt VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
                (key, json.dumps(body, ensure_ascii=False)),
            )
            self._know(connection, order["record_id"], order)
            column = {"publication": "publication", "sharing": "sharing"}[order["destination"]]
            left = LEAVES[order.get("leaves", "ended")][column]
            connection.execute(f"UPDATE record SET {column} = ? WHERE id = ?", (left, order["record_id"]))  # noqa: S608
            connection.execute("COMMIT")
        return body

    def receipt(self, key: str) -> dict[str, Any] | None:
        """Return the receipt of an order, None where no such order was done."""
        with closing(self._connect()) as connection:
            found = connection.execute("SELECT body FROM receipt WHERE key = ?", (key,)).fetchone()
        return dict(json.loads(found[0])) if found else None

    def record(self, record_id: int) -> dict[str, Any]:
        """Return a record as it is shown. One never heard of is shown: the platform published it before we existed."""
        with closing(self._connect()) as connection:
            found = connection.execute(
                "SELECT publication, sharing, facts FROM record WHERE id = ?", (record_id,)
            ).fetchone()
        state = {"publication": found[0], "sharing": found[1]} if found else SHOWN
        return {"record_id": record_id, **state, "facts": json.loads(found[2]) if found else {}}

    def set_record(self, record_id: int, destination: str, state: str) -> None:
        """Change what is shown of a record behind everybody's back."""
        with self.lock, closing(self._connect()) as connection:
            self._know(connection, record_id, {})
            column = {"publication": "publication", "sharing": "sharing"}[destination]
            connection.execute(f"UPDATE record SET {column} = ? WHERE id = ?", (state, record_id))  # noqa: S608

    def forget(self, key: str) -> None:
        """Lose the receipt of an order; its effect stays."""
        with self.lock, closing(self._connect()) as connection:
            connection.execute("DELETE FROM receipt WHERE key = ?", (key,))

    def effects(self) -> dict[str, int]:
        """Return how often each order took effect."""
        with closing(self._connect()) as connection:
            return dict(connection.execute("SELECT key, count(*) FROM effect GROUP BY key").fetchall())

    def _know(self, connection: sqlite3.Connection, record_id: int, order: dict[str, Any]) -> None:
        facts = {k: order[k] for k in ("subject_code", "document_number", "department_code") if order.get(k)}
        connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (record_id, SHOWN["publication"], SHOWN["sharing"], json.dumps(facts, ensure_ascii=False)),
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
