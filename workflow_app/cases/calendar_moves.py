"""What a calendar does to open deadlines: each computed anew, the earlier, better date of the party kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.clocks import compute
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.database import db
from workflow_app.law.calendars import Calendar


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a calendar does to one deadline. `kept` is true where the party would lose days, so the old date stays."""

    deadline_id: int
    case_number: str
    key: str
    before: date
    after: date
    was_provisional: bool
    provisional: bool
    kept: bool

    @property
    def is_change(self) -> bool:
        """Whether anything about the date changes."""
        return not self.kept and (self.before != self.after or self.was_provisional != self.provisional)


def touched_by(year: int) -> sa.Select[Any]:
    """Return the ids of the open deadlines whose period reaches into a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    open_ones = Deadline.closed_at.is_(None), Deadline.fired_at.is_(None), Deadline.due_on.is_not(None)
    return sa.select(Deadline.id).where(*open_ones, Deadline.due_on >= first, Deadline.started_on <= last)


def preview_moves(year: int, calendar: Calendar) -> list[Move]:
    """Return what a calendar would do to the open deadlines of a year. Nothing is kept of it."""
    try:
        with db.session.no_autoflush:
            deadlines = db.session.scalars(sa.select(Deadline).where(Deadline.id.in_(touched_by(year))))
            return [recompute(deadline, calendar) for deadline in deadlines.unique()]
    finally:
        db.session.rollback()


def recompute(deadline: Deadline, calendar: Calendar) -> Move:
    """Compute a deadline anew and say how it moved; where the party would lose days its date is put back.

    Nothing is written meanwhile, so a caller may still expire the row and leave it as it was.
    """
    before, was = deadline.due_on, deadline.provisional
    if before is None:
        raise ValueError("a stopped clock has no date to move")
    case, earlier = deadline.case, (deadline.due_at, deadline.remind_at, deadline.ledger)
    with db.session.no_autoflush:
        compute(deadline, calendar)
    after = deadline.due_on or before
    loses = after < before and deadline.step in kind_of(case.kind).party_steps
    move = Move(
        deadline_id=deadline.id,
        case_number=case.number,
        key=deadline.key,
        before=before,
        after=after,
        was_provisional=was,
        provisional=deadline.provisional,
        kept=loses,
    )
    if loses:
        deadline.due_on = before
        deadline.due_at, deadline.remind_at, deadline.ledger = earlier
    return move
