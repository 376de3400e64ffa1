"""Publishing a staged file: records written in short transactions, hidden until the last one is in, then all there at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.people.accounts import Account, Actor
from workflow_app.records import lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import BatchState, ImportBatch, ImportRow, locked_batch
from workflow_app.records.import_known import Found
from workflow_app.records.import_pace import Pace
from workflow_app.records.import_values import Settler, unpacked
from workflow_app.records.import_writer import Writer, source_of
from workflow_app.records.publication import Publications
from workflow_app.records.routing import seats
from workflow_app.records.visibility import INCLUDE_HIDDEN

Progress = Callable[[ImportBatch], None]
UPDATES = 100


def order_publication(batch_id: int, *, actor: Actor) -> None:
    """Say that a staged file is to be published, in the caller's transaction. Raises RuleViolation where it cannot be."""
    require_transaction()
    batch = locked_batch(batch_id)
    if batch.state == BatchState.PUBLISHING:
        return
    if batch.state != BatchState.STAGED:
        raise RuleViolation("import_not_open", state=batch.state)
    batch.state = BatchState.PUBLISHING
    batch.published_by_id, batch.published_by_name = actor.account_id, actor.name


def publish(batch_id: int, *, now: datetime, progress: Progress = lambda _batch: None) -> None:
    """Publish a file whose publication was ordered; a second run goes on where the first one stopped.

    An earlier file whose publication broke off is finished first.
    """
    ordered = sa.select(ImportBatch.id).where(ImportBatch.state == BatchState.PUBLISHING, ImportBatch.id <= batch_id)
    waiting = list(db.session.scalars(ordered.order_by(ImportBatch.id)))
    today = legal_day(now)
    settler = Settler(seats=seats(on=today), publications=Publications(on=today), today=today)
    for each in waiting:
        _publish_one(each, settler, now, progress)


def _publish_one(batch_id: int, settler: Settler, now: datetime, progress: Progress) -> None:
    batch = db.session.get_one(ImportBatch, batch_id)
    account = db.session.get(Account, batch.published_by_id) if batch.published_by_id is not None else None
    actor = account.actor() if account is not None else Actor.system()
    writer = Writer(batch_id=batch_id, settler=settler, actor=actor, now=now)
    pace, more = Pace(), True
    while more:
        rows = writer.next_rows(pace.size)
        with pace.slice():
            more = writer.write(rows)
        progress(db.session.get_one(ImportBatch, batch_id))
        db.session.rollback()
    _show(batch_id, now)
    while _update(batch_id, actor, now):
        pass
    _finish(batch_id, actor, now)
    progress(db.session.get_one(ImportBatch, batch_id))


def _show(batch_id: int, now: datetime) -> None:
    """Let everybody see the records of the file, all at once."""
    failpoint("import.showing")
    with transaction():
        batch = locked_batch(batch_id)
        batch.visible_at = batch.visible_at or now


def _update(batch_id: int, actor: Actor, now: datetime) -> bool:
    """Take over the newer performance of records that were there already; tell whether there may be more."""
    with transaction():
        batch = locked_batch(batch_id)
        reported = sa.select(ImportRow).where(
            ImportRow.batch_id == batch_id, ImportRow.outcome == Found.PERFORMED.value
        )
        rows = list(db.session.scalars(reported.order_by(ImportRow.id).limit(UPDATES)))
        for row in rows:
            record = db.session.get_one(
                CreditRecord, row.record_id, with_for_update=True, execution_options=INCLUDE_HIDDEN
            )
            content = unpacked(row.content)
            lifecycle.report_performance(
                record,
                fully_performed=content["fully_performed"],
                performed_on=content["performed_on"],
                basis=source_of(batch.file_name, row.row_number),
                actor=actor,
                now=now,
            )
            row.outcome, row.content = "updated", ""
        batch.updated += len(rows)
    return len(rows) == UPDATES


def _finish(batch_id: int, actor: Actor, now: datetime) -> None:
    """Close the batch and say so in the audit log, once."""
    with transaction():
        batch = locked_batch(batch_id)
        if batch.state != BatchState.PUBLISHING:
            return
        batch.state = BatchState.DONE
        counts = {name: getattr(batch, name) for name in ("created", "updated", "unchanged", "rejected")}
        log.record(
            actor=actor,
            action="records.imported",
            object_type="import_batch",
            object_id=str(batch_id),
            details={"file": batch.file_name, "digest": batch.file_digest} | counts,
            now=now,
        )
