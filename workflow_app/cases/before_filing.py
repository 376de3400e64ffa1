"""What should be known before an application is filed: one that is open already, earlier ones, and records that look
like the same decision twice. It tells; what may be filed is decided when it is filed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.foundation.database import db
from workflow_app.records.credit_record import CreditRecord


@dataclass(frozen=True, kw_only=True)
class Before:
    """What is known of one record: the open application, the ended ones (newest first), and its twins (其他记录)."""

    open_case: Case | None
    earlier: tuple[Case, ...]
    twins: tuple[CreditRecord, ...]


def before_filing(records: Sequence[CreditRecord], kind: str) -> dict[int, Before]:
    """Return what is known of each record, by its id. `kind` is the kind of process that would be filed."""
    ids = [r.id for r in records]
    cases = sa.select(Case).where(Case.record_id.in_(ids), Case.kind == kind).order_by(Case.id.desc())
    known = list(db.session.scalars(cases).unique())
    twins = _twins(records)
    return {
        r.id: Before(
            open_case=next((c for c in known if c.record_id == r.id and not c.is_closed), None),
            earlier=tuple(c for c in known if c.record_id == r.id and c.is_closed),
            twins=tuple(t for t in twins if t.id != r.id and _decision(t) == _decision(r)),
        )
        for r in records
    }


def _twins(records: Sequence[CreditRecord]) -> list[CreditRecord]:
    """Return the records of the same subjects with the same document numbers, these records among them."""
    codes, keys = {r.subject_code for r in records}, {r.document_key for r in records}
    query = sa.select(CreditRecord).where(CreditRecord.subject_code.in_(codes), CreditRecord.document_key.in_(keys))
    return list(db.session.scalars(query.order_by(CreditRecord.id)))


def _decision(record: CreditRecord) -> tuple[str | None, str]:
    return record.subject_code, record.document_key
