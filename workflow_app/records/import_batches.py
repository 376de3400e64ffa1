"""The tables of an import: the file as a batch with its progress, and its rows between judging and publishing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import NotFound


class BatchState(StrEnum):
    """Where a file is on its way."""

    STAGING = "staging"
    STAGED = "staged"
    PUBLISHING = "publishing"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


WORKING = (BatchState.STAGING, BatchState.PUBLISHING)


class ImportBatch(Model):
    """One file. `staged_to` is the last row that is staged, `published_to` the last staged row that is published.

    Records of the batch exist for others from `visible_at` on. `department_id` is whose file it is, None the platform's.
    """

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12), default="penalties", server_default="penalties")  # import_kinds
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), index=True)
    rows_expected: Mapped[int] = mapped_column(default=0)
    rows_read: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    warned: Mapped[int] = mapped_column(default=0)
    normalised: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    staged_to: Mapped[int] = mapped_column(default=0)
    published_to: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.String(500), default="")
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    started_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    started_by_name: Mapped[str] = mapped_column(sa.String(60))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    published_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    visible_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def is_working(self) -> bool:
        """Whether a job has something left to do on it."""
        return self.state in WORKING

    @property
    def is_half_written(self) -> bool:
        """Whether records of it are written that nobody sees yet: they must all be shown or all be removed."""
        return self.published_to > 0 and self.visible_at is None

    @property
    def may_be_discarded(self) -> bool:
        """Whether a person may give it up: as long as nobody has seen a record of it."""
        return self.visible_at is None and self.state not in (BatchState.DONE, BatchState.DISCARDED)

    @property
    def handled(self) -> int:
        """How many accepted rows are published so far, or were there before."""
        return self.created + self.updated + self.unchanged

    @property
    def organisation_id(self) -> int | None:
        """Files belong to no enterprise."""
        return None

    @property
    def assignee_id(self) -> int | None:
        """Files have no assignee."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """Files do not close: their report stays readable."""
        return None


class ImportRow(Model):
    """One row of a file: what was found and, until it is published, what to import (identity numbers as digests).

    Once published, rows without anything to report are removed; `outcome` says what became of the others.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "row_number"),
        sa.Index("ix_import_row_treatment", "batch_id", "treatment", "row_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    row_number: Mapped[int]
    treatment: Mapped[str] = mapped_column(sa.String(10))
    issues: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    subject_name: Mapped[str] = mapped_column(sa.String(200), default="")
    document_number: Mapped[str] = mapped_column(sa.String(120), default="")
    content: Mapped[str] = mapped_column(sa.Text, default="")  # JSON as text, which keeps 汉字 at their own size
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")
    record_id: Mapped[int | None]


def half_written() -> sa.ColumnElement[bool]:
    """Return `is_half_written` as a condition of queries."""
    return sa.and_(ImportBatch.published_to > 0, ImportBatch.visible_at.is_(None))


def locked_batch(batch_id: int) -> ImportBatch:
    """Return a batch, locked for the rest of the transaction and as it now stands. Raises NotFound."""
    query = sa.select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("import_not_found")
    return found


def forget_contents(batch_id: int) -> None:
    """Remove from the rows of a file what would have become records, in the caller's transaction."""
    db.session.execute(sa.update(ImportRow).where(ImportRow.batch_id == batch_id).values(content=""))
