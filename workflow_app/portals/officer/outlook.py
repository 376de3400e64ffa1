"""Where a deadline would come to stand, shown before anybody decides. Nothing here moves a deadline."""

from workflow_app.cases.deadlines import Deadline
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Roll, Stop, Unit, due
from workflow_app.people.calendars import current_calendar


def extended_due(deadline: Deadline, kind_key: str) -> Due:
    """Return the due day of a running clock if its one extension were granted."""
    more = value_of(f"{kind_key}.extend", on=deadline.started_on)
    granted = sum(e.value for e in deadline.extensions if e.granted)
    stops = [Stop(stopped_on=s.stopped_on, resumed_on=s.resumed_on, reason=s.reason) for s in deadline.suspensions]
    return due(
        start=deadline.started_on,
        count=deadline.value + granted + int(more.value),
        unit=Unit(deadline.unit),
        roll=Roll(deadline.roll),
        calendar=current_calendar(),
        suspensions=stops,
    )
