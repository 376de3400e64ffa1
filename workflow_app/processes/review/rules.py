"""Rules of reviews (复核, rulebook §4.3): what may be found, and that being late is a fact, not a choice. Pure."""

from datetime import date

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.records.conclusions import CHANGES, CONCLUSIONS

UPHELD, CHANGED, REFUSED = "review_upheld", "review_changed", "review_refused"
OUTCOME_OF = {"upheld": UPHELD, "changed": CHANGED, "refused": REFUSED}
FINDINGS = tuple(OUTCOME_OF)
OUTCOMES = tuple(OUTCOME_OF.values())
REFUSALS = ("late", "no_reasons", "other_matter")
CONCLUDED = CONCLUSIONS


def is_late(*, asked_on: date, ends_on: date | None) -> bool:
    """Tell whether a request came after the last day; no day, no lateness."""
    return ends_on is not None and asked_on > ends_on


def check_finding(finding: str, *, ground: str, late: bool) -> None:
    """Raise InvalidInput where a late request is looked into, or one in time is refused as late."""
    if finding == "refused" and ground == "late" and not late:
        raise InvalidInput({"ground": label("field_error.review_in_time")})
    if finding != "refused" and late:
        raise InvalidInput({"finding": label("field_error.review_late")})


def check_change(conclusion: str, *, before: str) -> None:
    """Raise InvalidInput where the new conclusion is the old one. Words may be corrected once more."""
    if conclusion == before and conclusion not in CHANGES:
        raise InvalidInput({"conclusion": label("field_error.review_no_change")})
