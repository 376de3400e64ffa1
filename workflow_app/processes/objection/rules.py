"""Rules of objections (异议, rulebook §1.7, §4): grounds, refusals, correction asked for once. Pure."""

from enum import StrEnum

from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.records.conclusions import OFF_THE_PAGE


class Ground(StrEnum):
    """The closed list of grounds (rulebook §4.3, after Zhanjiang and Shenzhen)."""

    ERROR = "ERROR"
    OMISSION = "OMISSION"
    DUPLICATE = "DUPLICATE"
    NOT_PUBLISHABLE = "NOT_PUBLISHABLE"
    OVERDUE = "OVERDUE"
    INCONSISTENT = "INCONSISTENT"
    NOT_MEET_LIST = "NOT_MEET_LIST"
    SOURCE_REVOKED = "SOURCE_REVOKED"
    TRADE_SECRET = "TRADE_SECRET"  # noqa: S105 - a ground, not a password
    PRIVACY = "PRIVACY"
    IDENTITY = "IDENTITY"
    REPAIR_RESULT = "REPAIR_RESULT"


GROUNDS = tuple(ground.value for ground in Ground)
REFUSALS = ("not_subject", "no_facts", "out_of_scope", "wrong_authority", "uncorrected", "other")
SHIELD_FIRST = frozenset({Ground.IDENTITY, Ground.SOURCE_REVOKED})  # shielded, then verified (§4.3 no. 3)
WITH_PAPER = (Ground.SOURCE_REVOKED.value,)
STILL_SHOWN = frozenset({Ground.OVERDUE, Ground.REPAIR_RESULT})  # ended, and yet shown by a platform (rulebook §4.3)


def check_refusal(ground: str, *, correction_open: bool, competent: bool) -> None:
    """Raise InvalidInput where the chosen ground does not fit what the system knows."""
    if ground == "uncorrected" and not correction_open:
        raise InvalidInput({"ground": label("field_error.nothing_to_correct")})
    if ground == "wrong_authority" and competent:
        raise InvalidInput({"ground": label("field_error.is_competent")})


def check_correction(*, already_requested: bool) -> None:
    """Everything that is missing is asked for once (rulebook §4.3)."""
    if already_requested:
        raise RuleViolation("correction_once")


def is_about_platforms(ground: str, *, status: str) -> bool:
    """Tell whether an objection says that what has ended here is shown elsewhere still."""
    return status in OFF_THE_PAGE and ground in STILL_SHOWN
