"""The tables of an import: the file as a batch with its progress, and its rows between judging and publishing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction


class BatchState(StrEnum):
    """Where a file is on its way."""

    STAGING = "staging"
    STAGED = "staged"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"


class ImportBatch(Model):
    """One file with its progress."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(sa.String(200))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[str] = mapped_column(sa.String(12))
    error: Mapped[str] = mapped_column(sa.String(500), default="")
    expected: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}


class ImportRow(Model):
    """One row of a file: its values until they are written, and what was found."""

    __tablename__ = "import_row"
    __table_args__ = (sa.UniqueConstraint("batch_id", "number"), sa.Index("ix_import_row_state", "batch_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(12))
    values: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    issues: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    has_issues: Mapped[bool]


def new_batch(
    *, filename: str, digest: str, by_id: int | None, department_id: int | None, expected: int, now: datetime
) -> ImportBatch:
    """Begin a batch, in the caller's transaction."""
    require_transaction()
    batch = ImportBatch(
        filename=filename[:200], digest=digest, state=BatchState.STAGING, expected=expected,
        by_id=by_id, department_id=department_id, started_at=now,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    return batch


def issues_of(batch_id: int) -> list[dict[str, Any]]:
    """Return every issue of a batch with its row, in the order of the file."""
    rows = sa.select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.has_issues)
    return [
        {"row": r.number, **issue} for r in db.session.scalars(rows.order_by(ImportRow.number)) for issue in r.issues
    ]
