"""When performance may be urged, what a notice and a verification must say, and what follows: pure (rulebook §6, §9.2)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol

from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.letter_words import fields_with_penal_words
from workflow_app.law.parameters import value_of

MOST = 10  # obligations of one notice
PERFORMANCE = "rectification.performance"
TERM = "rectification.default"
ON_SITE = "rectification.on_site_officers"
PARTS = ("what", "standard", "acceptance")
NEVER = frozenset({"DRAFT", "REPAIRED", "EXPIRED", "DELETED", "REVOKED_SRC", "DELISTED"})
FINAL = NEVER - {"DRAFT"}
WAYS = ("written", "data", "on_site", "third_party")
REPORTED = ("done", "partly", "unable")
FINDINGS = ("met", "partly", "unmet")


class Conclusion(StrEnum):
    """What a verification comes to."""

    DONE = "DONE"
    PARTIAL = "PARTIAL"
    NONE = "NONE"
    REFUSE = "REFUSE"
    IMPOSSIBLE = "IMPOSSIBLE"


OUTCOMES: Mapping[str, str] = {
    Conclusion.DONE: "rectify_done",
    Conclusion.PARTIAL: "rectify_partial",
    Conclusion.NONE: "rectify_none",
    Conclusion.REFUSE: "rectify_refused",
}


class Urged(Protocol):
    """What these rules ask of a record."""

    status: str
    source_in_force: bool
    determination_date: date
    fully_performed: bool | None
    corrected: bool | None

    @property
    def is_entry(self) -> bool:
        """Whether it is an entry in a list, which itself orders nothing to be performed."""


def performance_ends_on(determined_on: date) -> date:
    """Return the last day of performance where the decision names none."""
    return determined_on + timedelta(days=value_of(PERFORMANCE, on=determined_on).value)


def latest_determination(*, on: date) -> date:
    """Return the newest day of a decision whose period of performance has passed on a day, where the decision names none."""
    return on - timedelta(days=value_of(PERFORMANCE, on=on).value + 1)


def suits(record: Urged, on: date) -> bool:
    """Tell whether there is something left to be performed whose time has passed."""
    if record.is_entry or record.status in NEVER or not record.source_in_force:
        return False
    return is_unperformed(record) and performance_ends_on(record.determination_date) < on


def is_unperformed(record: Urged) -> bool:
    """Tell whether it is not known that everything was performed and put right."""
    return record.fully_performed is not True or record.corrected is False


def check_open(record: Urged) -> None:
    """Refuse to go on where the decision is gone or the record has come to its end."""
    if record.status in FINAL or not record.source_in_force:
        raise RuleViolation("record_final", status=record.status)


def check_period(day: date | None, record: Urged, *, on: date) -> date:
    """Return the last day of performance: that of the decision, else that of the law. Raises InvalidInput where it has not
    passed or lies before the decision."""
    ended = day or performance_ends_on(record.determination_date)
    if ended < record.determination_date:
        raise InvalidInput({"performance_ended_on": label("field_error.rectification_before_decision")})
    if ended >= on:
        raise InvalidInput({"performance_ended_on": label("field_error.rectification_not_passed")})
    return ended


def check_obligations(rows: Sequence[Mapping[str, str]], *, term_basis: str, on: date) -> list[dict[str, str]]:
    """Return the obligations, each with what, standard, way of acceptance and the day of the decision where it names one.

    Raises InvalidInput where one is incomplete, its day has passed, or a day is given without saying where it stands.
    """
    if len(rows) > MOST:
        raise InvalidInput({"obligations": label("field_error.rectification_too_many", most=MOST)})
    found = []
    for number, row in enumerate(rows, 1):
        if any(not row.get(part) for part in PARTS):
            raise InvalidInput({"obligations": label("field_error.rectification_incomplete", number=number)})
        day = str(row.get("due_on") or "")
        if day and not _lies_ahead(day, on):
            raise InvalidInput({"obligations": label("field_error.rectification_day", number=number)})
        if day and not term_basis:
            raise InvalidInput({"term_basis": label("field_error.rectification_term_basis")})
        found.append({part: row[part] for part in PARTS} | {"due_on": day})
    return found


def _lies_ahead(text: str, on: date) -> bool:
    try:
        return on < date.fromisoformat(text) <= on + timedelta(days=3 * 366)
    except ValueError:
        return False


def check_words(texts: Mapping[str, str]) -> None:
    """Refuse words that impose a penalty: these letters only repeat what was decided (rulebook §9.2). Raises InvalidInput."""
    found = fields_with_penal_words(texts)
    if found:
        said = {name: label("field_error.penal_words", words="、".join(words)) for name, words in found.items()}
        raise InvalidInput(said)


def check_reports(reports: Sequence[Mapping[str, str]], obligations: Sequence[Any]) -> list[dict[str, str]]:
    """Return the party's report, one row an obligation in their order. Raises InvalidInput for one without an answer."""
    given = {str(row.get("key")): row for row in reports}
    found = []
    for number in range(1, len(obligations) + 1):
        row = given.get(str(number), {})
        if row.get("state") not in REPORTED or not row.get("text"):
            raise InvalidInput({"reports": label("field_error.rectification_report", number=number)})
        found.append({"state": row["state"], "text": row["text"]})
    return found


def check_findings(
    findings: Sequence[Mapping[str, str]], obligations: Sequence[Any], *, conclusion: str
) -> list[dict[str, str]]:
    """Return the findings, one an obligation. Raises InvalidInput where one is missing, a shortcoming goes unexplained, or the
    conclusion is another than they lead to."""
    given = {str(row.get("key")): row for row in findings}
    found = []
    for number in range(1, len(obligations) + 1):
        row = given.get(str(number), {})
        if row.get("finding") not in FINDINGS:
            raise InvalidInput({"findings": label("field_error.rectification_finding", number=number)})
        if row["finding"] != "met" and not row.get("remark"):
            raise InvalidInput({"findings": label("field_error.rectification_remark", number=number)})
        found.append({"finding": row["finding"], "remark": row.get("remark", "")})
    if conclusion not in possible_conclusions([row["finding"] for row in found]):
        raise InvalidInput({"conclusion": label("field_error.rectification_conclusion")})
    return found


def possible_conclusions(findings: Sequence[str]) -> frozenset[Conclusion]:
    """Return what findings may lead to: everything met is done and nothing else."""
    if all(finding == "met" for finding in findings):
        return frozenset({Conclusion.DONE})
    untouched = all(finding == "unmet" for finding in findings)
    return frozenset({Conclusion.NONE if untouched else Conclusion.PARTIAL, Conclusion.REFUSE, Conclusion.IMPOSSIBLE})


def check_on_site(names: str, *, on: date) -> str:
    """Return the names of those who were on site, as many as the law of the day asks for. Raises InvalidInput."""
    found = list(dict.fromkeys(part for part in _split(names) if part))
    least = value_of(ON_SITE, on=on).value
    if len(found) < least:
        raise InvalidInput({"on_site_officers": label("field_error.rectification_persons", least=least)})
    return "、".join(found)


def _split(names: str) -> list[str]:
    for mark in (",", "，", "；", ";", " ", "\u3000"):
        names = names.replace(mark, "、")
    return [part.strip() for part in names.split("、")]
