"""Which records may be urged from a list: those of `rules.suits`, as a condition on the columns of a query."""

from datetime import date

import sqlalchemy as sa

from workflow_app.law.facts import InfoType
from workflow_app.processes.rectification import rules
from workflow_app.records.credit_record import CreditRecord


def candidates(on: date) -> sa.ColumnElement[bool]:
    """Return the condition for a day. `rules.suits` judges each record again before a case is opened."""
    return sa.and_(
        CreditRecord.record_type == InfoType.PENALTY.value,
        CreditRecord.status.not_in(sorted(rules.NEVER)),
        CreditRecord.source_in_force.is_(True),
        CreditRecord.subject_code.is_not(None),
        CreditRecord.determination_date <= rules.latest_determination(on=on),
        sa.or_(CreditRecord.fully_performed.is_not(True), CreditRecord.corrected.is_(False)),
    )


CANDIDATES = candidates
