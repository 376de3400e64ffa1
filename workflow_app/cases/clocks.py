"""Clocks: arming a deadline from the law, moving it, and how a deadline reads today (days left, light, ledger)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline, Extension, Suspension
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.clock import end_of_day, start_of_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.labels import label
from workflow_app.law.calendars import Calendar
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Roll, Stop, Unit, due, remaining_working_days, working_days_before
from workflow_app.people.calendars import current_calendar

REMINDER = "reminder.before"


class Light(StrEnum):
    """How urgent a clock looks (look.md §3)."""

    FAR = "far"
    NORMAL = "normal"
    SOON = "soon"
    TODAY = "today"
    OVER = "over"
    STOP = "stop"
    OK = "ok"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A deadline as it reads on a day. `days` is working days left, negative when overdue, None when stopped or done."""

    deadline: Deadline
    label: str
    light: Light
    days: int | None
    due_on: date | None
    provisional: bool
    total: int
    past: int
    ledger: dict[str, Any]


def arm(case: Case, key: str, *, arming: str = "", step: str = "", start: date, now: datetime) -> Deadline:
    """Start a clock: value, unit and basis as the law has them on the day it starts, kept on the row."""
    require_transaction()
    law = value_of(key, on=start)
    deadline = Deadline(
        case=case,
        key=key,
        arming=arming,
        step=step,
        value=law.value,
        unit=law.unit,
        roll=law.roll,
        basis=law.basis,
        confidence=law.confidence,
        started_on=start,
        armed_at=now,
        ledger={},
    )
    db.session.add(deadline)
    compute(deadline, current_calendar())
    return deadline


def due_of(deadline: Deadline, calendar: Calendar, *, more: int = 0) -> Due:
    """Return when a deadline is due by its row, its suspensions and its granted extensions, and `more` units beside them."""
    granted = sum(e.value for e in deadline.extensions if e.granted)
    stops = [Stop(stopped_on=s.stopped_on, resumed_on=s.resumed_on, reason=s.reason) for s in deadline.suspensions]
    return due(
        start=deadline.started_on,
        count=deadline.value,
        extended_by=granted + more,
        unit=Unit(deadline.unit),
        roll=Roll(deadline.roll),
        calendar=calendar,
        suspensions=stops,
        basis=(Citation(deadline.basis, Confidence(deadline.confidence)),),
    )


def compute(deadline: Deadline, calendar: Calendar) -> None:
    """Set a deadline's dates and ledger as they are now."""
    result = due_of(deadline, calendar)
    deadline.due_on = result.due
    deadline.provisional = result.provisional
    deadline.ledger = result.ledger.to_json()
    deadline.due_at = end_of_day(result.due) if result.due else None
    deadline.remind_at = None
    if result.due is not None:
        lead = value_of(REMINDER, on=deadline.started_on).value
        remind_on = working_days_before(result.due, lead, calendar)
        deadline.remind_at = start_of_day(remind_on) if remind_on > deadline.started_on else None


def open_deadlines(case: Case) -> list[Deadline]:
    """Return the running clocks of a case, those that stand still included."""
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.closed_at.is_(None))
    return list(db.session.scalars(query))


def project_due(case: Case, deadlines: Sequence[Deadline]) -> None:
    """Set the nearest running dates of a case: of the present step before the whole case, and the office's own."""
    running = [d for d in deadlines if d.closed_at is None and d.due_on is not None]
    stepwise = [d for d in running if d.arming]
    case.next_due_on = min((d.due_on for d in stepwise or running if d.due_on), default=None)
    party = kind_of(case.kind).party_steps
    case.office_due_on = min((d.due_on for d in running if d.due_on and d.step not in party), default=None)


def stop(deadline: Deadline, *, on: date, reason: str, paper: str, by: int | None, now: datetime) -> None:
    """Stop a clock from a day on, with the paper that stops it."""
    require_transaction()
    deadline.suspensions.append(Suspension(stopped_on=on, reason=reason, paper=paper, by_id=by, at=now))
    compute(deadline, current_calendar())


def is_stopped_for(deadline: Deadline, reason: str) -> bool:
    """Tell whether a clock stands still for a reason."""
    return any(s.resumed_on is None and s.reason == reason for s in deadline.suspensions)


def resume(deadline: Deadline, *, on: date, reason: str | None = None) -> None:
    """Let a stopped clock run on. With `reason` only what stopped it for that ends: it may stand still for another."""
    require_transaction()
    for suspension in deadline.suspensions:
        if suspension.resumed_on is None and reason in (None, suspension.reason):
            suspension.resumed_on = on
    compute(deadline, current_calendar())


def restart(deadline: Deadline, *, on: date, reason: str, stopped_for: str) -> None:
    """Let a clock that stood still for something begin anew on a day, which like every first day is not counted, nor is
    anything before it."""
    require_transaction()
    for suspension in deadline.suspensions:
        if suspension.resumed_on is None and suspension.reason == stopped_for:
            suspension.stopped_on, suspension.resumed_on = deadline.started_on, on + timedelta(days=1)
            suspension.reason = reason
    compute(deadline, current_calendar())


def begin_anew(deadline: Deadline, *, on: date, reason: str, now: datetime) -> None:
    """Let a running clock begin anew on a day: like every first day it is not counted, nor is anything before it."""
    require_transaction()
    again = Suspension(stopped_on=deadline.started_on, resumed_on=on + timedelta(days=1), reason=reason[:300], at=now)
    deadline.suspensions.append(again)
    deadline.reminded_at = None
    compute(deadline, current_calendar())


def extensions_left(deadline: Deadline, kind_key: str) -> int:
    """Return how often a deadline may still be extended; a request that was refused is not counted, one that waits is."""
    allowed = value_of(f"{kind_key}.extend_times", on=deadline.started_on).value
    return max(0, allowed - sum(1 for e in deadline.extensions if e.granted is not False))


def extend_too(deadline: Deadline, granted: Extension) -> None:
    """Move a clock by an extension that was granted to another one of the same case, on the same papers."""
    require_transaction()
    if deadline.due_on is None:
        return
    copy = Extension(
        value=granted.value, unit=granted.unit, reason=granted.reason, granted=True, note=granted.note,
        requested_by_id=granted.requested_by_id, requested_at=granted.requested_at,
        settled_by_id=granted.settled_by_id, settled_at=granted.settled_at, due_before=deadline.due_on,
    )  # fmt: skip
    deadline.extensions.append(copy)
    grant(copy, deadline)


def grant(extension: Extension, deadline: Deadline) -> None:
    """Move a deadline by a granted extension."""
    require_transaction()
    compute(deadline, current_calendar())
    extension.due_after = deadline.due_on


def close(deadline: Deadline, *, how: str, now: datetime) -> None:
    """End a clock: met, cancelled or lapsed."""
    require_transaction()
    if deadline.closed_at is None:
        deadline.closed_at = now
        deadline.closed_as = how


def read(deadline: Deadline, today: date, calendar: Calendar | None = None) -> Clock:
    """Return how a deadline reads on a day."""
    calendar = calendar or current_calendar()
    total = deadline.value + sum(e.value for e in deadline.extensions if e.granted)
    days = remaining_working_days(today, deadline.due_on, calendar) if deadline.due_on else None
    light = _light(deadline, days)
    past = 0 if days is None else max(0, min(total, total - days))
    return Clock(
        deadline=deadline,
        label=label(f"clock.{deadline.key}"),
        light=light,
        days=None if light in (Light.STOP, Light.OK) else days,
        due_on=deadline.due_on,
        provisional=deadline.provisional,
        total=total,
        past=past,
        ledger=deadline.ledger,
    )


def current(read: tuple[Clock, ...]) -> Clock | None:
    """Return the clock that counts now: of the present step before that of the whole case, the nearest first."""
    running = [c for c in read if c.deadline.closed_at is None]
    stepwise = [c for c in running if c.deadline.arming]
    ordered = sorted(stepwise or running, key=lambda c: (c.due_on is None, c.due_on))
    return ordered[0] if ordered else None


def light_of(days: int | None, *, stopped: bool = False, done: bool = False) -> Light:
    """Return the light for a number of working days left."""
    if done:
        return Light.OK
    if stopped or days is None:
        return Light.STOP
    if days < 0:
        return Light.OVER
    if days == 0:
        return Light.TODAY
    return Light.SOON if days <= 2 else Light.NORMAL if days <= 5 else Light.FAR


def _light(deadline: Deadline, days: int | None) -> Light:
    return light_of(days, stopped=deadline.is_stopped, done=deadline.closed_at is not None)
