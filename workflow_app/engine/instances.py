"""The engine's part of a case: its state bytes, sealed, and the definition they belong to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.engine import runner
from workflow_app.engine.advance import Step
from workflow_app.engine.definition import Definition
from workflow_app.engine.definitions import WorkflowDefinition, current
from workflow_app.engine.faults import EngineStateAltered
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import NotFound

__all__ = ["EngineStateAltered", "WorkflowInstance", "begin_instance", "init_engine", "instance_of", "save"]


class WorkflowInstance(Model):
    """Where one case stands. `state` is empty once it has finished; `seal` is a keyed hash over all of it."""

    __tablename__ = "workflow_instance"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), unique=True)
    definition_id: Mapped[int] = mapped_column(sa.ForeignKey("workflow_definition.id"), index=True)
    state: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    seal: Mapped[str] = mapped_column(sa.String(64))
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    version: Mapped[WorkflowDefinition] = relationship(lazy="joined", innerjoin=True)

    @property
    def definition(self) -> Definition:
        """The diagram version this case runs on."""
        return self.version.parsed


def init_engine(app: Flask, *, key: str) -> None:
    """Give the application the key that seals engine states."""
    app.extensions["engine_key"] = hashlib.sha256(b"engine-state:" + key.encode()).digest()


def begin_instance(
    process_id: str, *, case_id: int, data: Mapping[str, Any], now: datetime
) -> tuple[WorkflowInstance, Step]:
    """Start a case on the current version of its diagram; the caller applies the step and saves."""
    require_transaction()
    version = current(process_id, now=now)
    step = runner.begin(version.parsed, data)
    instance = WorkflowInstance(case_id=case_id, definition_id=version.id, version=version, state=None, seal="")
    db.session.add(instance)
    return instance, step


def instance_of(case_id: int) -> WorkflowInstance:
    """Return a case's instance, its seal checked. Raises NotFound, or EngineStateAltered for a state tampered with."""
    instance = db.session.scalar(sa.select(WorkflowInstance).where(WorkflowInstance.case_id == case_id))
    if instance is None:
        raise NotFound("case_not_found")
    check_seal(instance)
    return instance


def check_seal(instance: WorkflowInstance) -> None:
    """Raise EngineStateAltered where state, case and version are not those that were sealed together."""
    if not hmac.compare_digest(instance.seal.encode(), _seal(instance).encode()):
        raise EngineStateAltered(case_id=instance.case_id)


def save(instance: WorkflowInstance, state: bytes | None, *, now: datetime) -> None:
    """Keep a new state, sealed; no state means that the case has finished."""
    require_transaction()
    instance.state = state
    instance.finished_at = now if state is None else None
    instance.seal = _seal(instance)


def _seal(instance: WorkflowInstance) -> str:
    key = cast(bytes, current_app.extensions["engine_key"])
    content = b"%d:%d:%d:%s" % (instance.case_id, instance.definition_id, instance.state is None, instance.state or b"")
    return hmac.new(key, content, hashlib.sha256).hexdigest()
