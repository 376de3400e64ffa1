"""Which records exist for everybody else while a file is being published: none of the file's, until all of it is in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import ImportBatch

INCLUDE_HIDDEN = {"include_hidden_records": True}

_unfinished = sa.exists(
    sa.select(ImportBatch.id).where(ImportBatch.id == CreditRecord.import_batch_id, ImportBatch.visible_at.is_(None))
)
_published = with_loader_criteria(
    CreditRecord, sa.or_(CreditRecord.import_batch_id.is_(None), ~_unfinished), include_aliases=True
)


@event.listens_for(Session, "do_orm_execute")
def _hide_unfinished(state: ORMExecuteState) -> None:
    """Leave records of unfinished imports out of every query through the ORM, unless it asks for them."""
    if (
        state.is_select
        and not state.is_column_load
        and not state.is_relationship_load
        and not state.execution_options.get("include_hidden_records", False)
    ):
        state.statement = state.statement.options(_published)
