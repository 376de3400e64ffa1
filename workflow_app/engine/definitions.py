"""Versions of diagrams as rows: immutable, known by their hash; a case stays on the version it began with."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.engine.definition import Definition
from workflow_app.engine.diagrams import load_definition
from workflow_app.engine.faults import EngineStateAltered
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction

FOLDER = Path(__file__).parents[2] / "bpmn"


class WorkflowDefinition(Model):
    """One version of a diagram. Its bytes never change, and are read only where they have not been parsed yet."""

    __tablename__ = "workflow_definition"
    __table_args__ = (
        sa.UniqueConstraint("key", "version"),
        sa.UniqueConstraint("key", "sha256", name="uq_workflow_definition_key_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def parsed(self) -> Definition:
        """The diagram, parsed once in a process. Raises EngineStateAltered where the bytes do not fit their hash."""
        known = _parsed.get((self.key, self.sha256))
        if known is None:
            known = _parse(self.key, self.source)
            if known.sha256 != self.sha256:
                raise EngineStateAltered(definition_id=self.id)
        return known


_parsed: dict[tuple[str, str], Definition] = {}  # by hash: true whatever the database; a release has a handful


def definition_of(definition_id: int) -> Definition:
    """Return the parsed diagram of a version. Raises SQLAlchemy's NoResultFound for an unknown id."""
    return db.session.get_one(WorkflowDefinition, definition_id).parsed


def register(key: str, source: bytes, *, now: datetime) -> WorkflowDefinition:
    """Keep a diagram as the newest version of its process, or return the version it already is.

    Raises DiagramFault for a diagram that must not be used.
    """
    require_transaction()
    definition = _parse(key, source)
    try:
        with db.session.begin_nested():
            return _known(key, definition.sha256) or _added(key, definition, now=now)
    except IntegrityError:  # another process registered it at this moment
        found = _known(key, definition.sha256)
        if found is None:
            raise
        return found


def current(key: str, *, now: datetime) -> WorkflowDefinition:
    """Return the version new cases begin on: the diagram this release ships, registered at its first use."""
    source = _shipped(key)
    return _known(key, _parse(key, source).sha256) or register(key, source, now=now)


def _known(key: str, sha256: str) -> WorkflowDefinition | None:
    query = sa.select(WorkflowDefinition).where(WorkflowDefinition.key == key, WorkflowDefinition.sha256 == sha256)
    return db.session.scalar(query)


def _added(key: str, definition: Definition, *, now: datetime) -> WorkflowDefinition:
    last = db.session.scalar(sa.select(sa.func.max(WorkflowDefinition.version)).where(WorkflowDefinition.key == key))
    row = WorkflowDefinition(
        key=key, version=(last or 0) + 1, sha256=definition.sha256, source=definition.source, registered_at=now
    )
    db.session.add(row)
    db.session.flush()
    return row


@cache
def _shipped(key: str) -> bytes:
    return (FOLDER / f"{key}.bpmn").read_bytes()


def _parse(key: str, source: bytes) -> Definition:
    place = (key, hashlib.sha256(source).hexdigest())
    if place not in _parsed:
        _parsed[place] = load_definition(source, key)
    return _parsed[place]
