"""How open cases are looked at in one request: the bounds of the day, the calendar in force, the jobs that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflow_app.law.calendars import Calendar
from workflow_app.people.calendars import current_calendar
from workflow_app.supervision.failed import failed_job_cases
from workflow_app.supervision.horizon import Horizon, horizon


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Everything that is looked up once and then used by all the lists and counts of a page."""

    horizon: Horizon
    calendar: Calendar
    failed: Mapping[int, str]

    @property
    def today(self) -> date:
        """The legal day on which one looks."""
        return self.horizon.today


def sight(now: datetime) -> Sight:
    """Return how one looks at an instant."""
    calendar = current_calendar()
    return Sight(horizon=horizon(now, calendar), calendar=calendar, failed=failed_job_cases())
