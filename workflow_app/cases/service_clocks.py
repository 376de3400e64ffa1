"""Clocks that run from the service of a letter (rulebook §10.5). One that would cost the party a right waits: armed when the letter
is issued, it stands still until that is served. Any other runs at once and is counted anew from a later service, so that the party
never loses a day. Both days stay on the row: its start, and the stop with its reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.labels import label

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What service did to a clock: its last day before and after, None while it stands still. `late`: it was over already."""

    key: str
    before: date | None
    after: date | None
    late: bool


def wait_for_service(case: Case, *, code: str, number: str, on: date, now: datetime) -> None:
    """Let the clock that runs from the service of a letter stand still until that is served."""
    for deadline in _running(case, code):
        clocks.stop(deadline, on=on, reason=_waiting(number), paper=number, by=None, now=now)


def move_with_service(
    case: Case, *, code: str, number: str, issued_on: date, served_on: date | None, now: datetime
) -> Moved | None:
    """Let the clock of a letter begin on the day it was served, or go back to what it was where it turns out not to be. None
    where no clock runs from it, or the one that did came to a good end."""
    require_transaction()
    key = kind_of(case.kind).served_clocks.get(code)
    if key is None:
        return None
    found = [d for d in _running(case, code) if d.started_on <= issued_on]  # a later one belongs to another letter
    if not found:
        last = _last(case, key)
        over = last is not None and last.closed_as == "lapsed"
        return Moved(key=key, before=last.due_on, after=last.due_on, late=True) if last is not None and over else None
    deadline = found[-1]
    before = deadline.due_on
    _back(deadline, number)
    if served_on is not None and clocks.is_stopped_for(deadline, _waiting(number)):
        clocks.restart(deadline, on=served_on, reason=_served(number), stopped_for=_waiting(number))
    elif served_on is not None and served_on > deadline.started_on:
        clocks.stop(deadline, on=deadline.started_on, reason=_served(number), paper="", by=None, now=now)
        clocks.resume(deadline, on=served_on + DAY, reason=_served(number))
    clocks.project_due(case, clocks.open_deadlines(case))
    return Moved(key=key, before=before, after=deadline.due_on, late=False)


def _back(deadline: Deadline, number: str) -> None:
    """Take an earlier start back: a clock that waited waits again, any other runs from the issue."""
    for suspension in [s for s in deadline.suspensions if s.reason == _served(number)]:
        if suspension.paper:  # what it waited for
            suspension.resumed_on, suspension.reason = None, _waiting(number)
        else:
            deadline.suspensions.remove(suspension)
            db.session.delete(suspension)
    clocks.resume(deadline, on=deadline.started_on, reason="")  # computes anew, ends nothing


def _running(case: Case, code: str) -> list[Deadline]:
    key = kind_of(case.kind).served_clocks.get(code)
    return [d for d in clocks.open_deadlines(case) if d.key == key and d.fired_at is None]


def _last(case: Case, key: str) -> Deadline | None:
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.key == key)
    return db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).first()


def _waiting(number: str) -> str:
    return label("service_clock.waiting", number=number)


def _served(number: str) -> str:
    return label("service_clock.served", number=number)
