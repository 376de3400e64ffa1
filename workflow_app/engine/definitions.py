"""Versions of diagrams as rows: immutable, known by their hash; a case stays on the version it began with."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.engine.definition import Definition
from workflow_app.engine.diagrams import load_definition
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction

FOLDER = Path(__file__).parents[2] / "bpmn"


class WorkflowDefinition(Model):
    """One version of a diagram."""

    __tablename__ = "workflow_definition"
    __table_args__ = (sa.UniqueConstraint("key", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), index=True)
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[bytes] = mapped_column(sa.LargeBinary)
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)




_by_id: dict[int, Definition] = {}  # rows are immutable; tests empty the table under us and so ask the row


def definition_of(definition_id: int) -> Definition:
    """Return a version's parsed diagram; parsed once in a process."""
    known = _by_id.get(definition_id)
    if known is not None and not current_app.testing:
        return known
    row = db.session.get_one(WorkflowDefinition, definition_id)
    _by_id[definition_id] = load_cached(row.key, row.source)
    return _by_id[definition_id]


def register(key: str, source: bytes, *, now: datetime) -> WorkflowDefinition:
    """Keep a diagram as the newest version of its process, or return the version it already is."""
    require_transaction()
    definition = load_definition(source, key)
    found = db.session.scalar(
        sa.select(WorkflowDefinition).where(WorkflowDefinition.key == key, WorkflowDefinition.sha256 == definition.sha256)
    )
    if found is not None:
        return found
    last = db.session.scalar(sa.select(sa.func.max(WorkflowDefinition.version)).where(WorkflowDefinition.key == key))
    row = WorkflowDefinition(
        key=key, version=(last or 0) + 1, sha256=definition.sha256, source=source, registered_at=now
    )
    db.session.add(row)
    db.session.flush()
    return row


@lru_cache(maxsize=16)
def _shipped(key: str) -> bytes:
    return (FOLDER / f"{key}.bpmn").read_bytes()


def current(key: str, *, now: datetime) -> WorkflowDefinition:
    """Return the version new cases begin on: the diagram this release ships, registered at its first use."""
    source = _shipped(key)
    definition = load_cached(key, source)
    query = sa.select(WorkflowDefinition).where(
        WorkflowDefinition.key == key, WorkflowDefinition.sha256 == definition.sha256
    )
    return db.session.scalar(query) or register(key, source, now=now)


@lru_cache(maxsize=16)
def load_cached(key: str, source: bytes) -> Definition:
    """Parse a diagram once in a process."""
    return load_definition(source, key)
