"""Stops of a clock (停表) as half-open spans of days, merged where they overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A stop of a clock: it does not run from `stopped_on` until the day before `resumed_on`; None while it lasts."""

    stopped_on: date
    resumed_on: date | None
    reason: str

    @property
    def last(self) -> date | None:
        """The last day that does not count, None while the stop lasts."""
        return None if self.resumed_on is None else self.resumed_on - DAY


def merged(stops: Iterable[Stop], *, after: date) -> tuple[Stop, ...]:
    """Return the stops in order without overlap, cut to the days after a clock's start; empty ones are left out.

    Where stops overlap a day is added back once, under the reason of the stop that began first.
    """
    result: list[Stop] = []
    first = after + DAY
    for stop in sorted(stops, key=lambda s: (s.stopped_on, s.resumed_on or date.max)):
        start = max(stop.stopped_on, first)
        if stop.resumed_on is not None and stop.resumed_on <= start:
            continue
        result.append(Stop(stopped_on=start, resumed_on=stop.resumed_on, reason=stop.reason))
        if stop.resumed_on is None:
            break
        first = stop.resumed_on
    return tuple(result)


def stop_on(stops: tuple[Stop, ...], day: date) -> Stop | None:
    """Return the stop that holds a day, if any."""
    return next((s for s in stops if s.stopped_on <= day and (s.resumed_on is None or day < s.resumed_on)), None)
