"""Running an import: stage the file, write the records as drafts in small transactions, then show them all at once.

Every slice is a transaction of its own, so no other writer waits long and a killed import goes on where it stopped. What is
half written is a draft that nobody sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.jobs.queue import job
from workflow_app.people.calendars import current_calendar
from workflow_app.people.departments import Department
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import BatchState, ImportBatch, ImportRow
from workflow_app.records.import_clashes import Clashes
from workflow_app.records.import_files import Raw, read_rows
from workflow_app.records.import_rules import Judged, judge
from workflow_app.records.import_values import new_record, record_values
from workflow_app.records.lifecycle import Status

SLICE = 400
Progress = Callable[[ImportBatch], None]


def judged_rows(path: Path, *, today: date) -> Iterator[tuple[int, Judged]]:
    """Yield every row of a file judged. Raises InvalidInput on `file`, RuleViolation where no department is registered."""
    departments = frozenset(db.session.scalars(sa.select(Department.code)))
    db.session.rollback()
    if not departments:
        raise RuleViolation("import_no_departments")
    clashes = Clashes()
    for number, raw in read_rows(path):
        yield number, _judged(raw, clashes, today, departments)


def _judged(raw: Raw, clashes: Clashes, today: date, departments: frozenset[str]) -> Judged:
    row = judge(raw, today=today, departments=departments)
    clashes.judge(row)
    return row


@job("sweeps")
def stage_import(batch_id: int) -> None:
    """Stage a batch's file, as a job; publishing waits for a person."""
    stage(batch_id, today=legal_day(current_app.extensions["clock"].now()))


@job("sweeps")
def publish_import(batch_id: int) -> None:
    """Write and show a staged batch, as a job."""
    publish(batch_id, now=current_app.extensions["clock"].now())


def stage(batch_id: int, *, today: date, progress: Progress = lambda _batch: None) -> None:
    """Judge the file of a batch and keep every row. Rows already kept by an earlier, killed run are not kept twice."""
    batch = db.session.get_one(ImportBatch, batch_id)
    if batch.state != BatchState.STAGING:
        return
    path = current_app.extensions["storage"].path(batch.digest)
    last = db.session.scalar(sa.select(sa.func.max(ImportRow.number)).where(ImportRow.batch_id == batch_id)) or 0
    try:
        rows = judged_rows(path, today=today)
        while chunk := list(islice(rows, SLICE)):
            _keep(batch_id, [(n, row) for n, row in chunk if n > last], progress)
    except (InvalidInput, RuleViolation) as error:
        text = "；".join(error.fields.values()) if isinstance(error, InvalidInput) else label(f"error.{error.code}")
        with transaction():
            failed = db.session.get_one(ImportBatch, batch_id)
            failed.state, failed.error = BatchState.FAILED, text
        raise
    with transaction():
        staged = db.session.get_one(ImportBatch, batch_id)
        staged.state, staged.expected = BatchState.STAGED, staged.rows


def _keep(batch_id: int, chunk: list[tuple[int, Judged]], progress: Progress) -> None:
    rejected = sum(row.is_rejected for _, row in chunk)
    rows = [
        {
            "batch_id": batch_id,
            "number": number,
            "state": "rejected" if row.is_rejected else "accepted",
            "values": None if row.is_rejected else record_values(row.values),
            "issues": [{"field": i.field, "code": i.code, "treatment": i.treatment.value} for i in row.issues],
            "has_issues": bool(row.issues),
        }
        for number, row in chunk
    ]
    with transaction():
        if rows:
            db.session.execute(sa.insert(ImportRow), rows)
        batch = db.session.get_one(ImportBatch, batch_id)
        batch.rows += len(rows)
        batch.accepted += len(rows) - rejected
        batch.rejected += rejected
    progress(db.session.get_one(ImportBatch, batch_id))


def publish(batch_id: int, *, now: datetime, progress: Progress = lambda _batch: None) -> None:
    """Write the accepted rows of a staged batch and show them all at once; can be repeated after a kill."""
    with transaction():
        batch = db.session.get_one(ImportBatch, batch_id)
        if batch.state not in (BatchState.STAGED, BatchState.PUBLISHING):
            return
        batch.state = BatchState.PUBLISHING
    departments = {d.code: d.id for d in db.session.execute(sa.select(Department.code, Department.id))}
    calendar = current_calendar()
    while True:
        with transaction():
            todo = sa.select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.state == "accepted")
            rows = list(db.session.scalars(todo.order_by(ImportRow.id).limit(SLICE)))
            if not rows:
                break
            writer = Writer(batch_id, departments, now, calendar)
            writer.write(rows)
        db.session.expunge_all()
        progress(db.session.get_one(ImportBatch, batch_id))
    _show(batch_id, now)
    progress(db.session.get_one(ImportBatch, batch_id))


def _show(batch_id: int, now: datetime) -> None:
    """Turn the drafts of a batch into records that everybody sees, in one statement."""
    shown = sa.case(
        (CreditRecord.published, Status.PUBLISHED.value),
        (CreditRecord.stops_on < legal_day(now), Status.EXPIRED.value),
        else_=Status.NOT_PUBLISHED.value,
    )
    drafts = sa.update(CreditRecord).where(
        CreditRecord.import_batch_id == batch_id, CreditRecord.status == Status.DRAFT.value
    )
    with transaction():
        db.session.execute(drafts.values(status=shown), execution_options={"synchronize_session": False})
        batch = db.session.get_one(ImportBatch, batch_id)
        batch.state, batch.ended_at = BatchState.PUBLISHED, now


class Writer:
    """Writes staged rows as draft records, leaving alone what is already there."""

    def __init__(self, batch_id: int, departments: dict[str, int], now: datetime, calendar: Any) -> None:
        self.batch_id, self.departments, self.now, self.calendar = batch_id, departments, now, calendar

    def write(self, rows: list[ImportRow]) -> None:
        """Write one slice, in the caller's transaction."""
        known = self._known([r.values["document_key"] for r in rows if r.values])
        today, written = legal_day(self.now), []
        for row in rows:
            values = row.values or {}
            mark = (values["department_code"], values["document_key"], values["subject_code"], values["subject_name"])
            if mark in known:
                row.state, row.values = "unchanged", None
                continue
            known.add(mark)
            written.append(new_record(values, self.departments, self.batch_id, today, self.calendar))
            row.state, row.values = "written", None
        if written:
            db.session.execute(sa.insert(CreditRecord), written)
        batch = db.session.get_one(ImportBatch, self.batch_id)
        batch.written += len(written)
        batch.unchanged += len(rows) - len(written)

    def _known(self, keys: list[str]) -> set[tuple[str, str, str | None, str]]:
        there = sa.select(
            CreditRecord.department_code,
            CreditRecord.document_key,
            CreditRecord.subject_code,
            CreditRecord.subject_name,
        ).where(CreditRecord.document_key.in_(keys))
        return {tuple(row) for row in db.session.execute(there)}  # type: ignore[misc]
