"""What a letter of advice (L01 信用修复告知书) says of a record: class, periods, earliest day, conditions, materials, where to go.

Everything comes from the record, from the law's own computation and from what the public pages say; nothing is worded twice.
What of it was not read in the source (rulebook §0.1) says so in the letter; as its basis only a verified article is printed.
"""

from datetime import date
from typing import Any

from flask import current_app

from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.conditions import State
from workflow_app.law.eligibility import Eligibility
from workflow_app.law.guidance import Saying, topics
from workflow_app.law.paths import RulesetPath
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord

CODE = "L01"
REPAIR = "repair"
CONDITIONS = (
    "OBLIGATION_FULLY_PERFORMED",
    "CONDUCT_CORRECTED",
    "MIN_PERIOD_REACHED",
    "PUBLIC_COMMITMENT",
    "OTHER_LEGAL",
)
OF_LIST = ("OBLIGATION_FULLY_PERFORMED", "CONDUCT_CORRECTED", "LIST_OWN_RULES", "PUBLIC_COMMITMENT", "OTHER_LEGAL")
LIMITS = ("NOT_GROUND_OF_LISTING", "NOT_BARRED", "EARLY_STOP_ALLOWED", "LIST_PERIOD_REACHED")


def advice_content(record: CreditRecord, *, on: date) -> dict[str, Any]:
    """Return the items of the letter on a day. Raises RuleViolation while nobody has determined the record's class: without
    it there is no period to tell. Of an entry no day is told: its list's own rules say when it may leave (rulebook §1.11)."""
    found = assess_record(record, on=on)
    path = found.chosen
    if record.credit_class is None or path is None:
        raise RuleViolation("advice_without_class", number=record.document_number)
    said = topics()[REPAIR].sayings
    return {
        "record_document_number": record.document_number,
        "record_facts": record.facts or record.violation_type,
        "record_decided_on": record.determination_date,
        "determining_department": record.department_name,
        "legal_bases": [{"text": label("advice.basis"), "verified": True, "filled_by_clerk": False}],
        "credit_class": label(f"credit_class.{record.credit_class}") + label("advice.class"),
        "limits": _limits(found),
        "conditions": [label(f"advice.condition.{key}") for key in (OF_LIST if record.is_entry else CONDITIONS)],
        "materials": [_hedged(saying) for saying in said["materials"]],
        "entries": [
            label("advice.entry_here", address=current_app.config["PUBLIC_URL"]),
            label("advice.entry_national"),
        ],
        "counters": [label("advice.counter")],
        "free_of_charge": label("advice.free"),
        "commitments": [label(key) for key in kind_of(REPAIR).commitments],
        "commitment_form": label("advice.commitment_form"),
    } | (_periods_of_list(record) if record.is_entry else _periods(record, found, path))


def _periods(record: CreditRecord, found: Eligibility, path: RulesetPath) -> dict[str, str]:
    return {
        "shortest_period": _shortest(path),
        "longest_period": _longest(record.stops_on or found.automatic_stop_on or path.max_end),
        "apply_from": _apply_from(found),
        "period_note": "" if path.basis.confidence.verified else label("advice.period_unverified"),
    }


def _periods_of_list(record: CreditRecord) -> dict[str, str]:
    return {
        "shortest_period": label("advice.list.shortest"),
        "longest_period": label("advice.list.longest"),
        "apply_from": label("advice.list.apply_from"),
        "period_note": label("advice.list.note", name=record.list_name, department=record.department_name),
    }


def _shortest(path: RulesetPath) -> str:
    if path.span is None or path.min_end is None:
        return label("advice.no_shortest")
    return label("advice.until", length=path.span.words, day=_day(path.min_end))


def _longest(last_on: date) -> str:
    return label("advice.longest", day=_day(last_on))


def _apply_from(found: Eligibility) -> str:
    """The later of the period and of a bar on the subject."""
    day = found.open_from
    return label("advice.apply_from", day=_day(day)) if day else label("advice.apply_when_performed")


def _limits(found: Eligibility) -> list[str]:
    return [c.detail for c in found.conditions if c.key in LIMITS and c.state is State.UNMET]


def _hedged(saying: Saying) -> str:
    """A sentence of the public pages, marked in words where the article was not read in the source."""
    return saying.text if saying.citation.confidence.verified else saying.text.rstrip("。") + label("advice.unverified")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
