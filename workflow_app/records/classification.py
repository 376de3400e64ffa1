"""Who answers for a record today."""

from __future__ import annotations

from datetime import date

from workflow_app.foundation.database import db
from workflow_app.people.departments import Department, successor_of
from workflow_app.records.credit_record import CreditRecord


def responsible_department(record: CreditRecord, *, on: date) -> Department | None:
    """Return the department that recognised a record or continues its work, None where nobody was named (rulebook §12.2 no. 10)."""
    if record.department_id is None:
        return None
    return successor_of(db.session.get_one(Department, record.department_id), on=on)
