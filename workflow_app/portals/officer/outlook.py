"""What would follow, shown before anybody decides: a deadline extended, a record classed. No row changes."""

from dataclasses import replace
from datetime import date

from workflow_app.cases.deadlines import Deadline
from workflow_app.law.eligibility import assess
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Roll, Stop, Unit, due
from workflow_app.people.calendars import current_calendar
from workflow_app.records.credit_record import CreditRecord, facts_of

CLASSES = ("minor", "general", "serious")


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


def earliest_by_class(record: CreditRecord, today: date) -> list[tuple[str, date | None]]:
    """Return for each class the first day of an application; None where none has to be waited for."""
    facts, calendar = facts_of(record), current_calendar()
    found = [(key, assess(replace(facts, credit_class=key), on=today, calendar=calendar)) for key in CLASSES]
    return [(key, answer.earliest_date) for key, answer in found]
