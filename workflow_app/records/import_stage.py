"""Staging: every row of a file judged and kept, in short transactions that a killed run goes on from."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.failpoints import failpoint
from workflow_app.jobs.attempts import TRANSIENT
from workflow_app.people.accounts import Actor
from workflow_app.records.import_batches import BatchState, ImportBatch, ImportRow, forget_contents, locked_batch
from workflow_app.records.import_clashes import Named
from workflow_app.records.import_files import fault, look_at
from workflow_app.records.import_issues import Treatment
from workflow_app.records.import_kinds import FileKind, kind_of_file
from workflow_app.records.import_pace import Pace
from workflow_app.records.import_values import packed
from workflow_app.records.importing import StagedRow, judged_rows

log = logging.getLogger(__name__)
Progress = Callable[[ImportBatch], None]


def stage(batch_id: int, *, path: Path, actor: Actor, now: datetime, progress: Progress = lambda _batch: None) -> None:
    """Judge the file of a batch and keep its rows; a second run goes on where the first one stopped.

    Raises InvalidInput on `file` for a file that cannot be read, or on which judging itself breaks; the batch then says
    so too. Only what may be better at another attempt is raised as it is.
    """
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    if batch.state != BatchState.STAGING:
        return
    after, pace, kind = batch.staged_to, Pace(), kind_of_file(batch.kind)
    try:
        facts = look_at(path)
        slices = judged_rows(path, facts, kind=kind, actor=actor, now=now, size=lambda: pace.size, after=after)
        for rows in slices:
            db.session.rollback()
            with pace.slice():
                batch = _keep(batch_id, rows, kind)
            progress(batch)
            if batch.state != BatchState.STAGING:
                return
    except InvalidInput as wrong:
        _fail(batch_id, wrong)
        raise
    except TRANSIENT:
        raise
    except Exception as error:
        log.exception("import %d cannot be staged", batch_id)
        broken = fault("stage_failed", reason=type(error).__name__)
        _fail(batch_id, broken)
        raise broken from error
    with transaction():
        staged = locked_batch(batch_id)
        if staged.state == BatchState.STAGING:
            staged.state, staged.rows_expected = BatchState.STAGED, staged.rows_read
    progress(staged)


def _keep(batch_id: int, rows: list[StagedRow], kind: FileKind) -> ImportBatch:
    """Keep one slice. Another run of the same batch may have kept some of it: those rows are left out."""
    values = [_values(batch_id, row, kind.names) for row in rows]
    failpoint("import.staging")
    with transaction():
        batch = locked_batch(batch_id)
        fresh = [v for v in values if v["row_number"] > batch.staged_to]
        if fresh and batch.state == BatchState.STAGING:
            db.session.execute(sa.insert(ImportRow), fresh)
            counts = Counter(v["treatment"] for v in fresh)
            batch.staged_to = fresh[-1]["row_number"]
            batch.rows_read += len(fresh)
            batch.rejected += counts[Treatment.REJECT]
            batch.accepted += len(fresh) - counts[Treatment.REJECT]
            batch.warned += counts[Treatment.WARN]
            batch.normalised += counts[Treatment.NORMALISE]
    return batch


def _values(batch_id: int, row: StagedRow, at: Named) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "row_number": row.judged.number,
        "treatment": row.judged.treatment.value,
        "issues": [i.to_json() for i in row.judged.issues],
        "subject_name": row.judged.texts[at.subject][:200] if row.content else "",
        "document_number": row.judged.texts[at.document][:120] if row.content else "",
        "content": packed(row.content) if row.content else "",
        "outcome": "",
    }


def _fail(batch_id: int, wrong: InvalidInput) -> None:
    with transaction():
        batch = locked_batch(batch_id)
        if batch.state == BatchState.STAGING:
            batch.state, batch.error = BatchState.FAILED, "；".join(wrong.fields.values())[:500]
            forget_contents(batch_id)
