"""What came in and what was decided, week by week (Monday to Sunday in Asia/Shanghai), this week last."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.foundation.clock import start_of_day
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import scope_filter
from workflow_app.supervision.selection import NONE, Selection

WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week from its Monday on."""

    starts_on: date
    filed: int
    decided: int


def weeks(actor: Actor, selection: Selection, *, today: date) -> tuple[Week, ...]:
    """Return the last twelve weeks of a department and kind within an actor's scope, in two queries."""
    monday = today - timedelta(days=today.weekday())
    starts = [monday - WEEK * n for n in reversed(range(WEEKS))]
    filed = _counts(Case.received_at, starts, actor, selection)
    decided = _counts(Case.decided_at, starts, actor, selection)
    return tuple(Week(starts_on=day, filed=f, decided=d) for day, f, d in zip(starts, filed, decided, strict=True))


def _counts(column: Any, starts: list[date], actor: Actor, selection: Selection) -> list[int]:
    bounds = [start_of_day(day) for day in (*starts, starts[-1] + WEEK)]
    sums = [
        sa.func.sum(sa.case((sa.and_(column >= begin, column < end), 1), else_=0)) for begin, end in pairwise(bounds)
    ]
    scope = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    query = sa.select(*sums).where(scope, column >= bounds[0], column < bounds[-1])
    if selection.department_id is not None:
        chosen = selection.department_id
        query = query.where(Case.department_id.is_(None) if chosen == NONE else Case.department_id == chosen)
    if selection.kind is not None:
        query = query.where(Case.kind == selection.kind)
    return [count or 0 for count in db.session.execute(query).one()]
