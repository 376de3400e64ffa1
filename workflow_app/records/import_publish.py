"""Publishing a staged file: records written in short transactions, hidden until the last one is in, then all there at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.labels import label
from workflow_app.jobs.attempts import TRANSIENT
from workflow_app.jobs.queue import enqueue
from workflow_app.people.accounts import Account, Actor
from workflow_app.records import listings, orders
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import tell
from workflow_app.records.import_batches import (
    BatchState,
    ImportBatch,
    ImportRow,
    forget_contents,
    half_written,
    locked_batch,
)
from workflow_app.records.import_issues import Treatment
from workflow_app.records.import_kinds import kind_of_file
from workflow_app.records.import_known import Found
from workflow_app.records.import_pace import Pace
from workflow_app.records.import_removal import remove_hidden
from workflow_app.records.import_values import Settler, unpacked
from workflow_app.records.import_writer import RowUnfit, Writer, source_of
from workflow_app.records.importing import codes_open_to
from workflow_app.records.lifecycle import FINAL
from workflow_app.records.publication import publications
from workflow_app.records.routing import seats
from workflow_app.records.visibility import INCLUDE_HIDDEN

logger = logging.getLogger(__name__)
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

    An earlier file whose publication broke off is finished first, and one that is half written is either finished or
    removed. A file that cannot be published fails with its reason and holds up no other.
    """
    today = legal_day(now)
    known = seats(on=today)
    settler = Settler(seats=known, publications=publications(on=today), today=today)
    while (each := _next(batch_id)) is not None:
        allowed = codes_open_to(each.department_id, known)
        kind = kind_of_file(each.kind)
        writer = Writer(batch_id=each.id, allowed=allowed, kind=kind, settler=settler, actor=_publisher(each), now=now)
        if each.state == BatchState.PUBLISHING:
            _publish_or_fail(writer, progress)
        else:
            remove_hidden(each.id)


def _next(batch_id: int) -> ImportBatch | None:
    """Return the file that must come to its end next: one that is half written, or the first that waits."""
    db.session.rollback()
    waiting = sa.and_(ImportBatch.state == BatchState.PUBLISHING, ImportBatch.id <= batch_id)
    query = (
        sa.select(ImportBatch).where(sa.or_(half_written(), waiting)).order_by(sa.not_(half_written()), ImportBatch.id)
    )
    return db.session.scalars(query.limit(1)).first()


def _publisher(batch: ImportBatch) -> Actor:
    account = db.session.get(Account, batch.published_by_id) if batch.published_by_id is not None else None
    return account.actor() if account is not None else Actor.system()


def _publish_or_fail(writer: Writer, progress: Progress) -> None:
    """Publish one file, or put down why it cannot be. What may be better at another attempt is raised."""
    try:
        _publish_one(writer, progress)
    except TRANSIENT:
        raise
    except Exception as error:
        logger.exception("import %d cannot be published", writer.batch_id)
        _fail(writer, error)


def _publish_one(writer: Writer, progress: Progress) -> None:
    batch_id, pace, more = writer.batch_id, Pace(), True
    while more:
        rows = writer.next_rows(pace.size)
        with pace.slice():
            more = writer.write(rows)
        progress(db.session.get_one(ImportBatch, batch_id))
        db.session.rollback()
    if not _show(batch_id, writer.now):
        return
    while _update(batch_id, writer.actor, writer.now):
        pass
    _tell_penalties(writer.actor, writer.now)
    _finish(batch_id, writer.actor, writer.now)
    progress(db.session.get_one(ImportBatch, batch_id))


def _show(batch_id: int, now: datetime) -> bool:
    """Let everybody see the records of the file, all at once; False where it was given up, or is not all written."""
    failpoint("import.showing")
    with transaction():
        batch = locked_batch(batch_id)
        unwritten = sa.select(ImportRow.id).where(
            ImportRow.batch_id == batch_id,
            ImportRow.id > batch.published_to,
            ImportRow.treatment != Treatment.REJECT.value,
        )
        if batch.state != BatchState.PUBLISHING or db.session.scalar(unwritten.limit(1)) is not None:
            return False
        batch.visible_at = batch.visible_at or now
    return True


def _update(batch_id: int, actor: Actor, now: datetime) -> bool:
    """Take over the newer state of records that were there already; tell whether there may be more."""
    with transaction():
        batch = locked_batch(batch_id)
        update = kind_of_file(batch.kind).update
        reported = sa.select(ImportRow).where(
            ImportRow.batch_id == batch_id, ImportRow.outcome == Found.PERFORMED.value
        )
        rows = list(db.session.scalars(reported.order_by(ImportRow.id).limit(UPDATES)))
        for row in rows:
            record = db.session.get_one(
                CreditRecord, row.record_id, with_for_update=True, execution_options=INCLUDE_HIDDEN
            )
            source = source_of(batch.file_name, row.row_number)
            event = update(record, unpacked(row.content), basis=source, actor=actor, now=now)
            if event is not None:
                tell([event], actor=actor, now=now)
                orders.follow(record, event, basis=source, now=now)
            row.outcome, row.content = "updated", ""
        batch.updated += len(rows)
    return len(rows) == UPDATES


def _tell_penalties(actor: Actor, now: datetime) -> None:
    """Put down on penalties that their subject is on a list: entries or penalties of the file may be new. Each in a transaction
    of its own, the next run goes on; it is no fault of the file where one cannot be told now, the nightly sweep tries again."""
    after = 0
    while ids := listings.untold(ended=FINAL, after=after, limit=UPDATES):
        db.session.rollback()
        for record_id in ids:
            with transaction():
                listings.restate_one(record_id, ended=FINAL, actor=actor, now=now)
        after = ids[-1]
    db.session.rollback()


def _fail(writer: Writer, error: Exception) -> None:
    """Put down why a file is not published. Where its records are there already, only what was to be updated is missing."""
    reason = label("import_error.row_unfit", **error.facts) if isinstance(error, RowUnfit) else type(error).__name__
    with transaction():
        batch = locked_batch(writer.batch_id)
        if batch.state != BatchState.PUBLISHING:
            return
        what = "publish_failed" if batch.visible_at is None else "update_failed"
        batch.state, batch.error = BatchState.FAILED, label(f"import_error.{what}", reason=reason)[:500]
        forget_contents(batch.id)
        log.record(
            actor=writer.actor,
            action="records.import_failed",
            object_type="import_batch",
            object_id=str(batch.id),
            details={"file": batch.file_name, "digest": batch.file_digest, "reason": reason[:200]},
            now=writer.now,
        )


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
        enqueue("sweeps", "prepare_advice", f"import:{batch_id}:advice", batch_id)
