"""Rules of objections (异议, rulebook §1.7, §4): grounds, refusals, which conclusion a record allows, what platforms must do.
Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label


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


class Conclusion(StrEnum):
    """How an objection may end (rulebook §4.3)."""

    CORRECTED = "corrected"
    SUPPLEMENTED = "supplemented"
    STOPPED = "stopped"
    DELETED = "deleted"
    DELISTED = "delisted"
    UPHELD = "upheld"
    UNVERIFIABLE = "unverifiable"


class Order(StrEnum):
    """What the platforms are told to do."""

    CORRECT = "correct_record"
    END = "end_publication"
    RESTORE = "restore_publication"


GROUNDS = tuple(ground.value for ground in Ground)
CONCLUSIONS = tuple(conclusion.value for conclusion in Conclusion)
REFUSALS = ("not_subject", "no_facts", "out_of_scope", "wrong_authority", "uncorrected", "other")
SHIELD_FIRST = frozenset({Ground.IDENTITY, Ground.SOURCE_REVOKED})  # shielded, then verified (§4.3 no. 3)
WITH_PAPER = (Ground.SOURCE_REVOKED.value,)
CHANGES = frozenset({Conclusion.CORRECTED, Conclusion.SUPPLEMENTED})
ENDS = frozenset({Conclusion.STOPPED, Conclusion.DELETED, Conclusion.DELISTED})
VERIFIED = CHANGES | {Conclusion.UPHELD}
PUBLIC, SUSPENDED, SHIELDED = "PUBLISHED", "SUSPENDED", "TEMP_SHIELDED"
FINAL = frozenset({"REPAIRED", "EXPIRED", "DELETED", "REVOKED_SRC", "DELISTED"})
# Ended, and yet an objection may say that a platform shows it still: after a repair, or beyond its time (rulebook §4.3).
OFF_THE_PAGE = frozenset({"REPAIRED", "EXPIRED", "DELISTED"})
STILL_SHOWN = frozenset({Ground.OVERDUE, Ground.REPAIR_RESULT})
# What an objection may put right: the columns a reader of the public page sees. Name and number of the decision name the
# record itself; where those are wrong it is deleted and reported anew.
TEXTS: Mapping[str, int] = {
    "legal_representative": 60,
    "violation_type": 200,
    "facts": 2000,
    "legal_basis": 2000,
    "penalty_text": 2000,
    "permit": 300,
}
DATES = ("determination_date", "valid_until")
AMOUNTS = ("fine_yuan", "confiscation_yuan")
FIELDS = (*TEXTS, *DATES, *AMOUNTS)
MOST_YUAN = Decimal(10) ** 14


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


def check_conclusion(conclusion: str, *, ground: str, status: str, is_entry: bool) -> None:
    """Raise RuleViolation where the record as it stands cannot come to that end. Only an entry leaves a list: a penalty that led
    to one follows its entry."""
    wanted = Conclusion(conclusion)
    if is_about_platforms(ground, status=status):
        if wanted not in (Conclusion.STOPPED, Conclusion.UPHELD, Conclusion.UNVERIFIABLE):
            raise RuleViolation("objection_record_ended", status=status)
        return
    if status in FINAL:
        raise RuleViolation("objection_record_ended", status=status)
    shown = status in (PUBLIC, SUSPENDED)
    if wanted is Conclusion.STOPPED and not shown:
        raise RuleViolation("objection_not_public")
    if wanted is Conclusion.DELISTED and not (shown and is_entry):
        raise RuleViolation("objection_not_listed")


def order_for(conclusion: str, *, status: str, suspends: bool, over: bool) -> Order | None:
    """Return what the platforms must do after a conclusion, None for nothing. `suspends`: what cannot be verified is held
    back (a parameter of the law); `over`: the longest period has passed, so nothing is shown again."""
    wanted = Conclusion(conclusion)
    if status in OFF_THE_PAGE and wanted is Conclusion.STOPPED:
        return Order.END
    if status == SUSPENDED and wanted in VERIFIED and not over:
        return Order.RESTORE
    if status != PUBLIC:
        return None
    if wanted in ENDS or (wanted is Conclusion.UNVERIFIABLE and suspends):
        return Order.END
    return Order.CORRECT if wanted in CHANGES else None


def read_changes(rows: list[dict[str, str]], now_there: Mapping[str, Any], *, only_empty: bool) -> dict[str, Any]:
    """Return the new values by column. Raises InvalidInput on `corrections` naming every value that cannot be read, and
    where nothing changes; `only_empty` is a supplement: what stands there already is corrected, not supplemented."""
    changes: dict[str, Any] = {}
    wrong: list[str] = []
    for row in rows:
        name, text = row.get("key", ""), str(row.get("value", "")).strip()
        if not text or name not in FIELDS:
            continue
        try:
            value = _value(name, text)
        except ValueError:
            wrong.append(label("field_error.objection_value", name=label(f"record_field.{name}")))
            continue
        if value != now_there.get(name):
            changes[name] = value
        if only_empty and value != now_there.get(name) and now_there.get(name) not in (None, ""):
            wrong.append(label("field_error.objection_not_empty", name=label(f"record_field.{name}")))
    if wrong:
        raise InvalidInput({"corrections": "；".join(wrong)})
    if not changes:
        raise InvalidInput({"corrections": label("field_error.objection_no_change")})
    return changes


def _value(name: str, text: str) -> Any:
    if name in TEXTS:
        if len(text) > TEXTS[name]:
            raise ValueError(name)
        return text
    if name in DATES:
        day = date.fromisoformat(text)
        if not 1990 <= day.year <= 2100:
            raise ValueError(name)
        return day
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise ValueError(name) from error
    if not amount.is_finite() or not 0 <= amount < MOST_YUAN or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(name)
    return amount


def plain(value: Any) -> Any:
    """Return a column's value as the decision keeps it."""
    return None if value is None else str(value)


def typed(name: str, text: str) -> Any:
    """Return a kept value in the column's type."""
    return _value(name, text)


def penalties_after(penalties: list[dict[str, Any]], changes: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the penalties with a corrected amount of the one fine among them, None where nothing has to be said anew."""
    amount = changes.get("fine_yuan")
    fines = [p for p in penalties if p.get("kind") == "fine"]
    if amount is None or len(fines) != 1:
        return None
    return [p | {"amount_yuan": float(amount)} if p is fines[0] else dict(p) for p in penalties]
