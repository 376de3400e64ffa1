"""Who answers for a record on a day: every department with the one that continues its work (rulebook §12.2 no. 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.law.grounds import GANSU
from workflow_app.people.departments import Department, Succession, successor_of
from workflow_app.records.credit_record import MARKET_REGULATION, CreditRecord


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A department as records name it, and who works on its records now: itself where nobody was named."""

    id: int
    name: str
    sector: str
    answering_id: int


def seats(*, on: date) -> Mapping[str, Seat]:
    """Return every department by its code, with who answers for it on a day."""
    departments = list(db.session.scalars(sa.select(Department)))
    moved = set(db.session.scalars(sa.select(Succession.code).where(Succession.effective_on <= on)))
    found = {}
    for department in departments:
        answering = successor_of(department, on=on) if department.code in moved else department
        found[department.code] = Seat(
            id=department.id,
            name=department.name,
            sector=department.sector,
            answering_id=(answering or department).id,
        )
    return found


def codes_answered_by(department_id: int, known: Mapping[str, Seat]) -> frozenset[str]:
    """Return the codes of a department and of those whose work it continues."""
    return frozenset(code for code, seat in known.items() if department_id in (seat.id, seat.answering_id))


def is_of_other_province(record: CreditRecord) -> bool:
    """Tell whether an authority of another province determined a record: it is repaired there, by way of the national entry
    (rulebook §4.5). Market regulation has an entry of its own, whatever the province."""
    region = record.department_code.strip()[2:4]
    return record.sector not in MARKET_REGULATION and region.isdigit() and region != GANSU
