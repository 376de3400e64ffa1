"""Periods in working days, calendar days, months and years, with stops, extension and rolling, each with its ledger.

Dates are legal days (Asia/Shanghai), never instants. Nothing here knows a number of the law; those are parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_app.law.calendars import Calendar
from workflow_app.law.citations import Citation
from workflow_app.law.day_count import add_months, count_natural_days, count_working_days
from workflow_app.law.ledger import Ledger, compressed
from workflow_app.law.stops import Stop, merged
from workflow_app.law.tally import NoCalendar, PeriodOutOfRange, Tally
from workflow_app.law.units import Roll, Unit

__all__ = [
    "Due",
    "NoCalendar",
    "PeriodOutOfRange",
    "Roll",
    "Stop",
    "Unit",
    "add_months",
    "due",
    "passed_before",
    "remaining_working_days",
    "working_days_after",
    "working_days_before",
]
DAY = timedelta(days=1)
MAX_COUNT = {Unit.WORKING_DAYS: 10_000, Unit.CALENDAR_DAYS: 3_000_000, Unit.MONTHS: 100_000, Unit.YEARS: 9_999}


@dataclass(frozen=True, kw_only=True)
class Due:
    """The last day of a period: None while a stop lasts; `provisional` when a year it needed has no notice yet."""

    due: date | None
    provisional: bool
    ledger: Ledger


def due(
    *,
    start: date,
    count: int,
    unit: Unit,
    roll: Roll,
    calendar: Calendar,
    suspensions: Sequence[Stop] = (),
    extended_by: int = 0,
    basis: Sequence[Citation] = (),
    official: bool = False,
) -> Due:
    """Return the last day of a period of `count` (and `extended_by` more) units after `start`, which is not counted.

    Real stopped days are added back: stopped working days are not counted, and the end of a period in days, months or
    years moves by the natural days stopped before it is rolled. Rolling leads from a rest day to the next working day
    (民诉法85条). Raises NoCalendar when `official` and a day of a year without notice decides, PeriodOutOfRange when a
    count is negative or the end lies outside the calendar.
    """
    total = count + extended_by
    if min(count, extended_by) < 0 or total > MAX_COUNT[unit]:
        raise PeriodOutOfRange(count=count, unit=str(unit))
    try:
        tally = Tally(start=start, calendar=calendar, stops=merged(suspensions, after=start), official=official)
        if unit is Unit.WORKING_DAYS:
            end = count_working_days(tally, total)
        else:
            end = count_natural_days(tally, total, unit)
        if end is not None and roll is Roll.NEXT_WORKING_DAY:
            end = tally.roll(end)
    except OverflowError:
        raise PeriodOutOfRange(count=count, unit=str(unit)) from None
    if extended_by:
        tally.cite("extended")
    ledger = Ledger(start=start, due=end, lines=compressed(tally.lines), rules=(*basis, *tally.rules))
    return Due(due=end, provisional=tally.provisional, ledger=ledger)


def remaining_working_days(today: date, due: date, calendar: Calendar) -> int:
    """Return the working days left after today up to and with the due day: 0 on it, negative when it has passed."""
    if due < today:
        return min(-1, -_working_days(due, today, calendar))
    return _working_days(today, due, calendar)


def working_days_before(due: date, count: int, calendar: Calendar) -> date:
    """Return the working day that has `count` working days after it up to and with the due day."""
    day, passed = due, 0
    while passed < count or not calendar.is_working_day(day):
        passed += calendar.is_working_day(day)
        day -= DAY
    return day


def working_days_after(day: date, count: int, calendar: Calendar) -> date:
    """Return the `count`-th working day after a day; the day itself is not counted."""
    passed = 0
    while passed < count:
        day += DAY
        passed += calendar.is_working_day(day)
    return day


def passed_before(today: date, count: int, calendar: Calendar) -> date:
    """Return the last day after which `count` whole working days have passed when today begins."""
    day, passed = today - DAY, 0
    while passed < count:
        passed += calendar.is_working_day(day)
        day -= DAY
    return day


def _working_days(after: date, until: date, calendar: Calendar) -> int:
    """Count the working days after one day up to and with another."""
    return sum(calendar.is_working_day(after + DAY * n) for n in range(1, (until - after).days + 1))
