"""What must hold in the tables of credit repair when all is quiet, whatever died on the way."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from faults import at_rest
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db
from workflow_app.processes.repair.replies import last_decision
from workflow_app.records.write_back import all_confirmed

PASSED = ("deadline_passed", "correction_lapsed")  # what tells of a clock that ran out


def broken() -> list[str]:
    """Return what does not hold, each in a few words."""
    return at_rest.broken() + _grants() + _passed()


def _grants() -> list[str]:
    """Every grant ended: its record repaired, with a receipt from each destination."""
    granted = db.session.scalars(sa.select(Case).where(Case.outcome == "granted")).unique()
    return [
        f"{case.number}: record {case.record.status}, closed {case.closed_at}"
        for case in granted
        if case.record.status != "REPAIRED"
        or case.closed_at is None
        or not all_confirmed(case.id, last_decision(case.id).sequence)
    ]


def _passed() -> list[str]:
    """Every clock that ran out stands in the timeline once."""
    mine = sa.select(Case.number).where(Case.kind == "repair")
    told = Counter(db.session.scalars(mine.join(TimelineEntry).where(TimelineEntry.key.in_(PASSED))))
    passed = Counter(db.session.scalars(mine.join(Deadline).where(Deadline.fired_at.is_not(None))))
    differ = sorted(number for number in {*told, *passed} if told[number] != passed[number])
    return [f"{number}: {passed[number]} deadlines passed, told of {told[number]}" for number in differ]
