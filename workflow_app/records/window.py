"""The last day of a record's publication: computed by the law of a day, kept on the record, asked before it is shown again."""

from __future__ import annotations

from datetime import date

from workflow_app.law.classification import class_of
from workflow_app.law.endings import Ending, ending_of
from workflow_app.records.credit_record import CreditRecord, facts_of
from workflow_app.records.publication import has_performed


def ending_of_record(record: CreditRecord, *, on: date) -> Ending:
    """Return how the record's publication ends by the rules of a day; with an open class, after the longest period of any."""
    facts = facts_of(record)
    return ending_of(facts, classing=class_of(facts, on=on), on=on)


def set_window(record: CreditRecord, *, on: date) -> Ending:
    """Put the last day of its publication on a record, as the law has it on a day."""
    ending = ending_of_record(record, on=on)
    record.stops_on = ending.last_on
    return ending


def is_over(record: CreditRecord, *, on: date) -> bool:
    """Tell whether the longest period has passed: nothing puts a record on the page again after it (rulebook §1.8). Puts the
    last day on a record that has none yet."""
    if record.stops_on is None:
        set_window(record, on=on)
    return record.stops_on is not None and record.stops_on < on


def has_ended(record: CreditRecord, *, on: date) -> bool:
    """Tell whether publication has ended with its longest period by itself. What is not performed goes on being public until
    the sector's rules are applied by persons (rulebook §1.3), so it has not."""
    return is_over(record, on=on) and ends_by_itself(record, ending_of_record(record, on=on))


def ends_by_itself(record: CreditRecord, ending: Ending) -> bool:
    """Tell whether publication simply ends with the period; else the sector's rules decide, so a person is asked (§1.3)."""
    performed = has_performed(fully_performed=record.fully_performed, corrected=record.corrected)
    return performed or ending.stops_unperformed
