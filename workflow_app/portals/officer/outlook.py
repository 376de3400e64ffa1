"""What would follow, shown before anybody decides: a deadline extended, a record classed. No row changes."""

from dataclasses import dataclass, replace
from datetime import date

from workflow_app.cases.clocks import due_of
from workflow_app.cases.deadlines import Deadline
from workflow_app.law.eligibility import assess
from workflow_app.law.facts import CreditClass
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due
from workflow_app.people.calendars import current_calendar
from workflow_app.records.credit_record import CreditRecord, facts_of


def extended_due(deadline: Deadline, kind_key: str, *, more: int | None = None) -> Due:
    """Return the due day of a running clock if an extension were granted, of so many of its units or of the law's."""
    return due_of(
        deadline, current_calendar(), more=more or value_of(f"{kind_key}.extend", on=deadline.started_on).value
    )


@dataclass(frozen=True, kw_only=True)
class IfClassed:
    """What a class would mean for a record: its shortest period in words ("" for none), the first day of an application
    (None where none has to be waited for) and the last day of publication."""

    credit_class: str
    shortest: str
    earliest: date | None
    stops_on: date | None


def if_classed(record: CreditRecord, today: date) -> list[IfClassed]:
    """Return what each class would mean for a record, by the law of today."""
    facts, calendar = facts_of(record), current_calendar()
    found = [(key, assess(replace(facts, credit_class=key), on=today, calendar=calendar)) for key in CreditClass]
    return [
        IfClassed(
            credit_class=key.value,
            shortest=answer.chosen.span.words if answer.chosen and answer.chosen.span else "",
            earliest=answer.chosen.earliest if answer.chosen else None,
            stops_on=answer.automatic_stop_on,
        )
        for key, answer in found
    ]
