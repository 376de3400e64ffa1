"""The two ways of counting: day by day over working days, and by the calendar for days, months and years."""

import calendar as months
from datetime import date, timedelta

from workflow_app.foundation.labels import label
from workflow_app.law.stops import Stop
from workflow_app.law.tally import Tally
from workflow_app.law.units import Unit

DAY = timedelta(days=1)
LISTED_DAYS = 14  # a run of natural days up to this long is written day by day


def add_months(day: date, count: int) -> date:
    """Return the corresponding day `count` months later, the last of the month where there is none (民法典202条)."""
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"year {year}")
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def count_working_days(tally: Tally, count: int) -> date | None:
    """Count working days onto a tally and return the last one, None when an open stop comes first."""
    tally.cite("working_days")
    day, number = tally.start, 0
    while number < count:
        day += DAY
        stop = tally.stop_on(day)
        if stop is not None:
            tally.write_stop(stop, day, stop.last)
            if stop.last is None:
                return None
            day = stop.last
            continue
        counted = tally.works(day)
        number += counted
        kind = tally.calendar.kind_of(day).value
        tally.line(day, counted=counted, kind=kind, why=tally.why(day), number=number if counted else None)
    return day


def count_natural_days(tally: Tally, count: int, unit: Unit) -> date | None:
    """Count a period by the calendar onto a tally; return its end, moved by the days stopped, or None."""
    end = _nominal_end(tally, count, unit)
    run = _Run(tally, count, unit, clamped=unit is not Unit.CALENDAR_DAYS and end.day != tally.start.day)
    for stop in tally.stops:
        if stop.stopped_on > end:
            break
        tally.cite("stopped")
        run.count_until(stop.stopped_on - DAY, ends=False)
        tally.write_stop(stop, stop.stopped_on, stop.last)
        if stop.last is None:
            return None
        run.next = stop.last + DAY
        end += DAY * _length(stop)
    run.count_until(end, ends=True)
    return end


def _nominal_end(tally: Tally, count: int, unit: Unit) -> date:
    if unit is Unit.CALENDAR_DAYS:
        tally.cite("natural_days")
        return tally.start + DAY * count
    tally.cite("corresponding_day")
    return add_months(tally.start, count * (12 if unit is Unit.YEARS else 1))


def _length(stop: Stop) -> int:
    assert stop.resumed_on is not None
    return (stop.resumed_on - stop.stopped_on).days


class _Run:
    """Where a count of natural days stands: the next day to write and the number reached."""

    def __init__(self, tally: Tally, count: int, unit: Unit, *, clamped: bool) -> None:
        self.tally, self.unit = tally, unit
        self.next = tally.start + DAY
        self.number = 0
        key = "law.day.period_clamped" if clamped else "law.day.period"
        self.ended = label(key, count=count, unit=label(f"law.unit.{unit}"))

    def count_until(self, last: date, *, ends: bool) -> None:
        """Write the days up to one as counted; `ends` says that the period ends with it."""
        days = (last - self.next).days + 1
        if days <= 0:
            return
        by_day = self.unit is Unit.CALENDAR_DAYS and days <= LISTED_DAYS
        for first in [self.next + DAY * n for n in range(days)] if by_day else [self.next]:
            until = first if by_day else last
            self.number += (until - first).days + 1
            in_days = self.unit is Unit.CALENDAR_DAYS
            why = self.ended if ends and until == last else label("law.day.calendar")
            number = self.number if in_days else None
            self.tally.line(first, until=until, counted=True, kind="calendar", why=why, number=number)
        self.next = last + DAY
