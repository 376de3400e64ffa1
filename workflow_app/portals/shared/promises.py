"""What an applicant may count on when they file today: the dates of the answers, by the law of the day. A kind says by
which clocks; one that promises nothing has none."""

from dataclasses import dataclass
from datetime import date, datetime

from workflow_app.cases.kinds import ProcessKind, application_kind
from workflow_app.foundation.clock import legal_day
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Roll, Unit, due
from workflow_app.people.calendars import current_calendar


@dataclass(frozen=True, kw_only=True)
class Promises:
    """The days by which the applicant hears, counted from the day of filing, and the working days of the last step."""

    filed_on: date
    accept_by: date
    answer_by: date
    sync_days: int
    provisional: bool


def promises(filed_at: datetime, kind: ProcessKind | None = None) -> Promises | None:
    """Return the dates for a case of a kind filed at an instant, by default of the kind an enterprise applies for on its
    record; None where the kind promises none."""
    kind = kind or application_kind()
    if kind.promised is None:
        return None
    filed_on = legal_day(filed_at)
    accept, answer = _due(kind.promised.accept, filed_on), _due(kind.promised.answer, filed_on)
    return Promises(
        filed_on=filed_on,
        accept_by=accept.due or filed_on,
        answer_by=answer.due or filed_on,
        sync_days=int(value_of(kind.promised.execute, on=filed_on).value),
        provisional=accept.provisional or answer.provisional,
    )


def _due(key: str, start: date) -> Due:
    law = value_of(key, on=start)
    return due(start=start, count=law.value, unit=Unit(law.unit), roll=Roll(law.roll), calendar=current_calendar())
