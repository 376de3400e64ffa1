"""The law's answer on a stored record: may it be repaired, from when, and which condition stands how."""

from dataclasses import replace
from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.eligibility import Eligibility, State, assess
from workflow_app.law.facts import RecordFacts
from workflow_app.law.rulesets import has_cutover
from workflow_app.people.calendars import current_calendar
from workflow_app.records.credit_record import CreditRecord, facts_of
from workflow_app.records.repair_bar import with_bar


def assess_record(
    record: CreditRecord,
    *,
    on: date,
    judged_on: date | None = None,
    commitment: bool = False,
    before_repair: bool = False,
) -> Eligibility:
    """Assess a record for an application on a day.

    `judged_on` is the day of the judgement: it counts only where new rules took effect between the two, for an application
    still open is then judged by them too (rulebook §2.1, third row). `commitment` says that the public commitment has been
    signed (rulebook §1.4 no. 3), which only an application can tell; `before_repair` judges the record as it was before
    this very application ended its publication.
    """
    facts = with_bar(facts_of(record))
    if before_repair:
        facts = replace(facts, published=True)
    renewed = judged_on is not None and has_cutover(facts.system, after=on, until=judged_on)
    eligibility = assess(facts, on=on, judged_on=judged_on if renewed else None, calendar=current_calendar())
    if not commitment:
        return eligibility
    made = label("assessment.commitment_made")
    conditions = tuple(
        replace(c, state=State.MET, detail=made) if c.key == "PUBLIC_COMMITMENT" else c for c in eligibility.conditions
    )
    return replace(eligibility, conditions=conditions)


def published_facts(record: CreditRecord) -> RecordFacts:
    """Return what anybody may know of a published record. Whether its subject has paid, mended or is on a list is nobody
    else's business, so it counts as unknown: an answer on these facts is about time, class and who is competent."""
    return replace(
        facts_of(record), fully_performed=None, performed_on=None, corrected=None, listed=None, list_basis=None
    )


def original_end(record: CreditRecord, *, on: date) -> date | None:
    """Return the last day of the publication that a repair cut short: what was computed for the record, or, where its class
    was never determined, the shortest that any class would have had (it must not burden the subject for longer)."""
    if record.stops_on is not None:
        return record.stops_on
    return min((path.max_end for path in assess_record(record, on=on, before_repair=True).paths), default=None)
