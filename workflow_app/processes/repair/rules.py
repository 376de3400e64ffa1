"""The rules of credit repair that decide whether an act is allowed: pure, from the law's assessment and the answer alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.eligibility import Eligibility

TIME_CONDITION = "MIN_PERIOD_REACHED"
# What nobody may find otherwise than the record and the law have it, with the refusal of an acceptance it leads to. Where
# the record is wrong, the record is corrected first; a listing is ended before the penalty behind it (rulebook §1.11).
COMPUTED = {
    "COMPETENT_AUTHORITY": "accept_wrong_authority",
    "PUBLICLY_SHOWN": "accept_not_needed",
    "NOT_BARRED": "accept_barred",
    "CLASS_DETERMINED": "accept_needs_classification",
    TIME_CONDITION: "accept_too_early",
}
LOCKED = frozenset({*COMPUTED, "NOT_GROUND_OF_LISTING"})
HELD = {"TEMP_SHIELDED": "shielded", "SUSPENDED": "suspended"}  # off the page for a time, and why a repair waits
GROUNDS = ("too_early", "wrong_authority", "out_of_scope", "uncorrected", "other")


def check_not_held(dispute: str | None, status: str) -> None:
    """Refuse to work on while the record is disputed: the dispute comes first (rulebook §12.2 no. 14); and while it is off the page
    for a time: whether there is anything to repair is open (§1.10, §8.3)."""
    if dispute is not None:
        raise RuleViolation("repair_waits_for_dispute", number=dispute)
    if status in HELD:
        raise RuleViolation("repair_waits_for_record", status=label(f"record_status.{status}"))


def check_acceptance(eligibility: Eligibility) -> None:
    """Refuse to accept what the law does not let be accepted on the day of application.

    The officer judges facts; time, competence and class are not a matter of judgement (rulebook §1.3, §1.4, §12.2 no. 1,
    2). Each is asked for itself: an unperformed obligation must not hide that the application came too early.
    """
    for key, code in COMPUTED.items():
        if is_unmet(eligibility, key):
            raise RuleViolation(code, earliest=str(earliest(eligibility) or ""))


def check_grant(eligibility: Eligibility) -> None:
    """Refuse to grant what has become impossible since it was proposed: stopped, withdrawn, listed (rulebook §12.2 no. 11)."""
    for condition in eligibility.conditions:
        if condition.key in LOCKED and str(condition.state) == "unmet":
            raise RuleViolation("grant_no_longer", condition=condition.text)


def is_unmet(eligibility: Eligibility, key: str) -> bool:
    """Tell whether the law finds a condition not met."""
    return any(c.key == key and str(c.state) == "unmet" for c in eligibility.conditions)


def earliest(eligibility: Eligibility) -> date | None:
    """Return the first day of an application where the shortest period has not ended, whatever else is missing."""
    chosen = eligibility.chosen
    return chosen.earliest if chosen is not None and is_unmet(eligibility, TIME_CONDITION) else None


def check_refusal(ground: str, eligibility: Eligibility, *, correction_open: bool, competent: bool) -> None:
    """Refuse a ground of refusal that the law's own assessment contradicts (rulebook §9.2 L03).

    `competent` says that the department the case lies with answers for the record.
    """
    if ground == "too_early" and not is_unmet(eligibility, TIME_CONDITION):
        raise InvalidInput({"ground": label("field_error.ground_not_true")})
    if ground == "wrong_authority" and competent and not is_unmet(eligibility, "COMPETENT_AUTHORITY"):
        raise InvalidInput({"ground": label("field_error.is_competent")})
    if ground == "uncorrected" and not correction_open:
        raise InvalidInput({"ground": label("field_error.nothing_to_correct")})


def check_correction(*, already_requested: bool) -> None:
    """All missing papers are named at once: a second request is not allowed (rulebook §1.6, 一次性告知)."""
    if already_requested:
        raise RuleViolation("correction_once")


def check_findings(
    eligibility: Eligibility, findings: Sequence[Mapping[str, Any]], *, recommendation: str
) -> list[dict[str, Any]]:
    """Return one finding per legal condition, with the officer's reason wherever they differ from what the system sees.

    A grant needs every condition met (rulebook §1.4); what is computed cannot be found otherwise (`LOCKED`). A denial needs
    one that is not.
    """
    by_key = {str(f.get("key", "")): f for f in findings}
    wrong: dict[str, str] = {}
    result: list[dict[str, Any]] = []
    for condition in eligibility.conditions:
        given = by_key.get(condition.key, {})
        finding, remark = str(given.get("finding", "")), str(given.get("remark", "")).strip()
        state = str(condition.state)
        field = f"conditions.{condition.key}"
        if finding not in ("met", "unmet"):
            wrong[field] = label("field_error.choose")
        elif condition.key == TIME_CONDITION and (finding != state if state != "unknown" else finding == "met"):
            wrong[field] = label("field_error.time_is_computed")
        elif condition.key in LOCKED and state == "unmet" and finding == "met":
            wrong[field] = label("field_error.correct_the_record")
        elif (
            finding != state or finding == "unmet"
        ) and not remark:  # an unmet condition goes into the letter with its evidence
            wrong[field] = label("field_error.say_why")
        result.append(
            {
                "key": condition.key,
                "text": condition.text,
                "state": state,
                "finding": finding,
                "remark": remark,
                "basis": condition.basis.text,
                "verified": condition.basis.confidence == "V",
            }
        )
    if wrong:
        raise InvalidInput(wrong)
    unmet = [r for r in result if r["finding"] == "unmet"]
    if recommendation == "grant" and unmet:
        raise InvalidInput({"recommendation": label("field_error.grant_needs_all")})
    if recommendation == "deny" and not unmet:
        raise InvalidInput({"recommendation": label("field_error.deny_needs_one")})
    return result
