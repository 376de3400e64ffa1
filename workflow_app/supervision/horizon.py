"""How far those who oversee look ahead and back, in working days of the calendar in force, as bounds for queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.law.calendars import Calendar
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import passed_before, working_days_after

LEAD = "reminder.before"
IDLE = "supervision.idle"
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """The bounds of a day. What is due up to `today_until` has no working day left after today, what is due up to
    `soon_until` at most `lead`; a case that nobody took in hand since `idle_before` has rested for `idle` working days."""

    today: date
    today_until: date
    soon_until: date
    lead: int
    idle: int
    idle_before: datetime


def horizon(now: datetime, calendar: Calendar) -> Horizon:
    """Return the bounds for the day of an instant."""
    today = legal_day(now)
    lead, idle = value_of(LEAD, on=today).value, value_of(IDLE, on=today).value
    return Horizon(
        today=today,
        today_until=working_days_after(today, 1, calendar) - DAY,
        soon_until=working_days_after(today, lead + 1, calendar) - DAY,
        lead=lead,
        idle=idle,
        idle_before=end_of_day(passed_before(today, idle, calendar)),
    )
