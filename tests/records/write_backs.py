"""A case and a record to hang write-backs on, and a credit platform on a loopback port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from platform_sim.ledger import Ledger
from platform_sim.server import Platform, serve
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db, transaction
from workflow_app.records import write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.http_platform import HttpPlatform
from workflow_app.records.write_back import WriteBack

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CASE_NO = "GSXF-2026-000318"
KEY = f"wb:{CASE_NO}:1:publication"


def make_case(case_id: int = 318, record_id: int = 7) -> None:
    """Put the bare rows there that a write-back refers to; what else a case is made of does not matter here."""
    with transaction():
        _bare(CreditRecord.__table__, id=record_id)
        _bare(Case.__table__, id=case_id, number=f"GSXF-2026-{case_id:06d}", record_id=record_id)


def order(*, destination: str = "publication", now: datetime = NOON, case_id: int = 318) -> WriteBack:
    """Order a write-back in the open transaction."""
    return write_back.queue(
        case_id=case_id,
        case_no=f"GSXF-2026-{case_id:06d}",
        record_id=7,
        decision_seq=1,
        destination=destination,
        payload={"case_no": f"GSXF-2026-{case_id:06d}", "record_id": 7, "act": "end_publication"},
        now=now,
    )


@contextmanager
def live_platform(folder: Path, *, deduplicates: bool = True) -> Iterator[tuple[Platform, str]]:
    """A platform on a free loopback port."""
    found = Platform(ledger=Ledger(folder, deduplicates=deduplicates), key="test-key", control=True)
    server = serve(found, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def connect(app: Flask, url: str, *, key: str = "test-key", timeout: float = 1.0) -> None:
    """Let the application speak to that platform."""
    app.extensions["platform"] = HttpPlatform(url, key, timeout=timeout)


def row(key: str = KEY) -> WriteBack:
    """Read a write-back afresh."""
    db.session.rollback()
    return db.session.scalars(sa.select(WriteBack).where(WriteBack.key == key)).one()


def _bare(table: sa.Table, **values: object) -> None:
    """Insert a row with the values given, something of the right type where a column needs one, and its parents."""
    filler = {int: 0, str: "-", bool: False, datetime: NOON, date: NOON.date(), dict: {}, list: []}
    for column in table.columns:
        if column.name in values or column.nullable or column.default is not None:
            continue
        for key in column.foreign_keys:
            parent = key.column.table
            values[column.name] = 1
            if not db.session.scalar(sa.select(sa.func.count()).select_from(parent)):
                _bare(parent, id=1)
        if not column.foreign_keys and not column.primary_key:
            values[column.name] = filler.get(
                getattr(column.type, "impl", column.type).python_type, []
            )  # JSON knows no Python type
    db.session.execute(table.insert().values(**values))
