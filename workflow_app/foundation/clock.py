"""The only place that reads the time. Instants are aware UTC datetimes; a day is a day in Asia/Shanghai."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the instant at which an act happens; handed to whoever needs it, never looked up by the rules."""

    def now(self) -> datetime:
        """Return the current instant as an aware UTC datetime."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current instant as an aware UTC datetime."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and for demonstrations of a given day."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        """Return the instant last set."""
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Set the instant returned from now on."""
        self._instant = instant


class RunningClock:
    """A clock that starts at a given instant and runs on: a demonstration that plays on a chosen day."""

    def __init__(self, start: datetime, tick: Callable[[], datetime] | None = None) -> None:
        self._tick = tick = tick or SystemClock().now
        self._offset = start - tick()

    def now(self) -> datetime:
        """Return the shifted instant."""
        return self._tick() + self._offset


def legal_day(instant: datetime) -> date:
    """Return the day in Asia/Shanghai on which an instant falls (Civil Code art. 203: a day ends at 24:00)."""
    return instant.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """Return the instant at which a legal day has passed: 24:00 in Asia/Shanghai, as aware UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Return the first instant of a legal day in Asia/Shanghai, as aware UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
