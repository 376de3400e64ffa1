"""The law's answer on a stored record: may it be repaired, from when, and which condition stands how."""

from dataclasses import replace
from datetime import date

from workflow_app.law.eligibility import Eligibility, assess
from workflow_app.people.calendars import current_calendar
from workflow_app.records.credit_record import CreditRecord, facts_of


def assess_record(record: CreditRecord, *, on: date, commitment: bool = False) -> Eligibility:
    """Assess a record for an application on a day. `commitment` says that the public commitment has been signed (rulebook
    §1.4 no. 3), which only an application can tell."""
    eligibility = assess(facts_of(record), on=on, calendar=current_calendar())
    if not commitment:
        return eligibility
    conditions = tuple(
        replace(c, state=type(c.state)("met")) if c.key == "PUBLIC_COMMITMENT" else c for c in eligibility.conditions
    )
    return replace(eligibility, conditions=conditions)
