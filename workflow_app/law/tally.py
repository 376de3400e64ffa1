"""A count in progress: the lines written so far, the years touched, the rules used. Periods are counted onto it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from workflow_app.foundation.errors import AppError
from workflow_app.foundation.labels import label
from workflow_app.law.calendars import Calendar
from workflow_app.law.citations import Citation
from workflow_app.law.general_rules import general_rule
from workflow_app.law.ledger import LedgerLine
from workflow_app.law.stops import Stop, stop_on

DAY = timedelta(days=1)


class NoCalendar(AppError):
    """A day decides whose year has no official calendar, and only an official date was wanted."""

    code = "no_calendar"


class PeriodOutOfRange(AppError):
    """The period cannot be counted: negative, or its end lies outside the calendar."""

    code = "period_out_of_range"


@dataclass
class Tally:
    """The working sheet of one period. `stops` are merged and lie after the start."""

    start: date
    calendar: Calendar
    stops: tuple[Stop, ...]
    official: bool
    lines: list[LedgerLine] = field(default_factory=list)
    rules: list[Citation] = field(default_factory=list)
    provisional: bool = False

    def __post_init__(self) -> None:
        self.line(self.start, counted=False, kind="start", why=label("law.day.start"))
        self.cite("first_day")

    def line(
        self, day: date, *, counted: bool, kind: str, why: str, until: date | None = None, number: int | None = None
    ) -> None:
        """Write a line."""
        until = None if until == day else until
        self.lines.append(LedgerLine(day=day, until=until, number=number, counted=counted, kind=kind, why=why))

    def cite(self, key: str) -> None:
        """Add a rule of counting once."""
        self._add(general_rule(key).citation)

    def _add(self, citation: Citation) -> None:
        if citation not in self.rules:
            self.rules.append(citation)

    def works(self, day: date) -> bool:
        """Tell whether a day is worked and note by which notice. Raises NoCalendar where it must be official."""
        if not self.calendar.is_official(day.year):
            if self.official:
                raise NoCalendar(year=day.year)
            self.provisional = True
        self._add(self.calendar.basis_of(day.year))
        return self.calendar.is_working_day(day)

    def why(self, day: date) -> str:
        """Say in Chinese what a day is."""
        key = "law.day." if self.calendar.is_official(day.year) else "law.day_estimated."
        return label(f"{key}{self.calendar.kind_of(day)}", name=self.calendar.name_of(day))

    def stop_on(self, day: date) -> Stop | None:
        """Return the stop that holds a day, if any, and cite the rule."""
        found = stop_on(self.stops, day)
        if found is not None:
            self.cite("stopped")
        return found

    def write_stop(self, stop: Stop, first: date, last: date | None) -> None:
        """Write stopped days; None as the last writes a stop that still lasts."""
        key = "law.day.stopped" if last is not None else "law.day.stopped_open"
        self.line(first, until=last, counted=False, kind="stopped", why=label(key, reason=stop.reason))

    def roll(self, end: date) -> date | None:
        """Return the first worked and running day from `end` on and write the days between; None in an open stop."""
        self.cite("roll")
        day = end
        while (stop := self.stop_on(day)) or not self.works(day):
            if stop and stop.resumed_on is None:
                self.write_stop(stop, day, None)
                return None
            if day != end:
                self._pass(day, stop)
            day += DAY
        if day != end:
            self.line(day, counted=False, kind=self.calendar.kind_of(day).value, why=label("law.day.rolled_to"))
        return day

    def _pass(self, day: date, stop: Stop | None) -> None:
        if stop:
            self.write_stop(stop, day, day)
        else:
            why = label("law.day.rolled_over", day=self.why(day))
            self.line(day, counted=False, kind=self.calendar.kind_of(day).value, why=why)
