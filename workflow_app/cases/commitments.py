"""Commitments on the public page (信用承诺公示): of repaired records, until their original longest period ends (rulebook §7).

Of a natural person nothing is public, so nothing of one is here; who signed is not here either.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from workflow_app.cases.case import Case
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.text import fold_code
from workflow_app.law.facts import SubjectType
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key
from workflow_app.records.lifecycle import repaired_condition
from workflow_app.records.masking import masked


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One public commitment. `made_on` is the day it was handed in, `until` the last day it is shown."""

    subject_name: str
    subject_code: str
    document_number: str
    department_name: str
    made_on: date
    until: date


def public_commitments(*, on: date, words: str = "", offset: int = 0, limit: int = 50) -> tuple[list[Commitment], int]:
    """Return the commitments public on a day, the newest first, and how many there are in all.

    `words` is a part of a name, a whole code or a whole document number.
    """
    where = _public(on)
    if words:
        where.append(_named(words))
    total = db.session.scalar(sa.select(sa.func.count(Case.id)).join(CreditRecord).where(*where)) or 0
    columns = (
        CreditRecord.subject_name,
        CreditRecord.subject_code,
        CreditRecord.document_number,
        CreditRecord.department_name,
        Case.received_at,
        Case.commitment_until,
    )
    newest = sa.select(*columns).join_from(Case, CreditRecord).where(*where)
    rows = db.session.execute(newest.order_by(Case.received_at.desc(), Case.id.desc()).offset(offset).limit(limit))
    return [_commitment(row) for row in rows], total


def _public(on: date) -> list[sa.ColumnElement[bool]]:
    """A record that is repaired now; a repair that was revoked takes its commitment off, a later one puts its own there."""
    later = aliased(Case)
    replaced = sa.exists().where(
        later.record_id == Case.record_id, later.id > Case.id, later.commitment_until.is_not(None)
    )
    return [
        Case.commitment_until >= on,
        repaired_condition(),
        CreditRecord.subject_type != SubjectType.NATURAL_PERSON,
        ~replaced,
    ]


def _named(words: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        CreditRecord.subject_name.contains(words, autoescape=True),
        CreditRecord.subject_code == fold_code(words),
        CreditRecord.document_key == document_key(words),
    )


def _commitment(row: Any) -> Commitment:
    name, code, document, department, received_at, until = row
    return Commitment(
        subject_name=masked(name),
        subject_code=code or "",
        document_number=masked(document),
        department_name=department,
        made_on=legal_day(received_at),
        until=until,
    )
