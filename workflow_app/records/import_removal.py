"""Removing what is written of a file that nobody will see: it failed, or was given up, before its records were shown."""

from __future__ import annotations

import sqlalchemy as sa

from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.failpoints import failpoint
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import RecordHistory
from workflow_app.records.import_batches import BatchState, ImportBatch, ImportRow, locked_batch
from workflow_app.records.import_pace import Pace
from workflow_app.records.record_tasks import RecordTask


def remove_hidden(batch_id: int) -> None:
    """Remove the records of a file that is not to be published, in short transactions; a second run goes on.

    They have never been there for anybody, so nothing refers to them but their own history and tasks. A file that is
    being published, or is, keeps its records.
    """
    pace, more = Pace(), True
    while more:
        with pace.slice():
            more = _remove(batch_id, pace.size)


def _remove(batch_id: int, most: int) -> bool:
    failpoint("import.removing")
    table = CreditRecord.__table__.c
    with transaction():
        batch = locked_batch(batch_id)
        if not batch.is_half_written or batch.state == BatchState.PUBLISHING:
            return False
        found = sa.select(table.id).where(table.import_batch_id == batch_id).order_by(table.id).limit(most)
        ids = list(db.session.connection().scalars(found))
        if not ids:
            _end(batch)
            return False
        for column in (RecordTask.__table__.c.record_id, RecordHistory.__table__.c.record_id, table.id):
            db.session.connection().execute(sa.delete(column.table).where(column.in_(ids)))
    return True


def _end(batch: ImportBatch) -> None:
    """Say that nothing of the file is left. Its rows must not name records whose numbers may become another's."""
    batch.published_to = batch.created = batch.unchanged = 0
    named = sa.update(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.record_id.is_not(None))
    db.session.execute(named.values(record_id=None, outcome=""))
