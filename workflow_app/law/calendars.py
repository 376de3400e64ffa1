"""The calendar of working days: weekends, holidays, make-up working days, and which years are official.

The seed is one file a year, each naming its notice. Overrides by administrators reach this room as another Calendar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.general_rules import general_rule
from workflow_app.law.strict_yaml import DATA, Fields, fault, read

DAY = timedelta(days=1)


class DayKind(StrEnum):
    """What a day is for the counting of working days."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


@dataclass(frozen=True)
class SpecialDay:
    """A day that a notice takes out of the weekday rule: a day off, or a day worked in exchange (调休上班)."""

    day: date
    works: bool
    name: str


# 全国年节及纪念日放假办法(2024修订): what does not move with the moon and needs no notice to be a day off.
FIXED_HOLIDAYS: Mapping[tuple[int, int], str] = MappingProxyType(
    {(1, 1): "new_year", (5, 1): "labour", (5, 2): "labour"} | {(10, day): "national" for day in (1, 2, 3)}
)


@dataclass(frozen=True)
class Calendar:
    """A calendar as a value. Of a year without a notice only weekends and fixed-date statutory holidays are known."""

    days: Mapping[date, SpecialDay] = field(repr=False)
    notices: Mapping[int, Citation]

    def kind_of(self, day: date) -> DayKind:
        """Return what a day is. In a year that is not official this is an estimate."""
        special = self.days.get(day)
        if special is not None:
            return DayKind.MAKEUP if special.works else DayKind.HOLIDAY
        if not self.is_official(day.year) and (day.month, day.day) in FIXED_HOLIDAYS:
            return DayKind.HOLIDAY
        return DayKind.WORKING if day.weekday() < 5 else DayKind.WEEKEND

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day counts as a working day (make-up days do)."""
        special = self.days.get(day)
        if special is not None:
            return special.works
        return self.kind_of(day) is DayKind.WORKING

    def name_of(self, day: date) -> str:
        """Return the holiday or make-up day's name, empty for other days."""
        special = self.days.get(day)
        if special is not None:
            return special.name
        key = FIXED_HOLIDAYS.get((day.month, day.day)) if not self.is_official(day.year) else None
        return label(f"law.holiday.{key}") if key else ""

    def is_official(self, year: int) -> bool:
        """Tell whether the notice of a year is in this calendar."""
        return year in self.notices

    def basis_of(self, year: int) -> Citation:
        """Return the notice of a year, or the rule by which a year without one is estimated."""
        return self.notices.get(year) or general_rule("provisional").citation

    def next_working_day(self, day: date) -> date:
        """Return the day itself if it is worked, else the first working day after it."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def with_days(
        self, year: int, days: Iterable[SpecialDay], notice: str, *, confidence: Confidence = Confidence.VERIFIED
    ) -> "Calendar":
        """Return a calendar in which a year is official with exactly these special days, by the notice named."""
        given = tuple(days)
        if any(d.day.year != year for d in given) or len({d.day for d in given}) != len(given):
            raise fault("calendar_days_wrong", where=notice, year=year)
        kept = {day: special for day, special in self.days.items() if day.year != year}
        kept.update({d.day: d for d in given})
        notices = {**self.notices, year: Citation(notice, confidence)}
        return Calendar(MappingProxyType(kept), MappingProxyType(notices))

    def days_of(self, year: int) -> tuple[SpecialDay, ...]:
        """Return the special days of a year in order."""
        return tuple(sorted((d for d in self.days.values() if d.day.year == year), key=lambda d: d.day))


EMPTY = Calendar(MappingProxyType({}), MappingProxyType({}))


@cache
def seed_calendar() -> Calendar:
    """Return the calendar of the notices that came with the product. Raises ConfigurationFault for faulty data."""
    return load_calendar(DATA / "calendars")


def load_calendar(folder: Path) -> Calendar:
    """Read a folder of `<year>.yaml`."""
    calendar = EMPTY
    for path in sorted(folder.glob("*.yaml")):
        calendar = _with_year(calendar, read(path), path.stem)
    return calendar


def _with_year(calendar: Calendar, fields: Fields, stem: str) -> Calendar:
    year, notice = fields.number("year"), fields.text("notice")
    confidence, _sources = fields.evidence()
    if stem != str(year):
        raise fault("calendar_days_wrong", where=fields.where, year=year)
    days = [*_holidays(fields.parts("holidays")), *_makeup(fields.parts("makeup"))]
    fields.done()
    return calendar.with_days(year, days, notice, confidence=confidence)


def _holidays(parts: list[Fields]) -> list[SpecialDay]:
    days: list[SpecialDay] = []
    for part in parts:
        name, first, last = part.text("name"), part.day("from"), part.day("to")
        part.done()
        if last < first:
            raise fault("calendar_days_wrong", where=part.where, year=first.year)
        days += [SpecialDay(first + DAY * n, False, name) for n in range((last - first).days + 1)]
    return days


def _makeup(parts: list[Fields]) -> list[SpecialDay]:
    days: list[SpecialDay] = []
    for part in parts:
        name, day = part.text("name"), part.day("day")
        part.done()
        if day.weekday() < 5:
            raise fault("calendar_days_wrong", where=part.where, year=day.year)
        days.append(SpecialDay(day, True, name))
    return days
