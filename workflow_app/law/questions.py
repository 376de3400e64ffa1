"""Questions to the law as JSON, one answer each: what is wrong with a question is an answer too, never a traceback."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from workflow_app.foundation.errors import AppError
from workflow_app.foundation.labels import label
from workflow_app.law.calendars import seed_calendar
from workflow_app.law.eligibility import assess
from workflow_app.law.facts import InvalidRecord, RecordFacts
from workflow_app.law.periods import due
from workflow_app.law.record_json import parse_date
from workflow_app.law.units import Roll, Unit
from workflow_app.law.uscc import check

Answer = dict[str, Any]
E = TypeVar("E", bound=StrEnum)


class InvalidQuestion(AppError):
    """The question is not in its form; `field` says where, `reason` what."""

    code = "invalid_question"


class InvalidJson(AppError):
    """The text is not JSON."""

    code = "invalid_json"


def due_answer(question: Any) -> Answer:
    """Answer {"start", "count", "unit", "roll", "official"}: the last day of a period with its ledger."""
    fields = _fields(question, ("start", "count", "unit", "roll", "official"))
    count, official = fields.get("count"), fields.get("official", False)
    if isinstance(count, bool) or not isinstance(count, int):
        raise InvalidQuestion(field="count", reason="not_a_number")
    if not isinstance(official, bool):
        raise InvalidQuestion(field="official", reason="not_a_flag")
    found = due(
        start=_day("start", fields.get("start")),
        count=count,
        unit=_choice("unit", fields.get("unit"), Unit),
        roll=_choice("roll", fields.get("roll", Roll.NONE), Roll),
        calendar=seed_calendar(),
        official=official,
    )
    book = found.ledger.to_json()
    return {"due": book["due"], "provisional": found.provisional, "ledger": book["lines"], "rules": book["rules"]}


def eligibility_answer(question: Any) -> Answer:
    """Answer {"record", "on"}: the form of `$defs/result` in record.schema.json, with conditions and paths."""
    fields = _fields(question, ("record", "on"))
    if "record" not in fields:
        raise InvalidQuestion(field="record", reason="missing")
    on = _day("on", fields.get("on"))
    return assess(RecordFacts.from_json(fields["record"]), on=on, calendar=seed_calendar()).to_json()


def uscc_answer(question: Any) -> Answer:
    """Answer {"code"}: whether a unified social credit code can be genuine, and the first thing wrong if not."""
    fields = _fields(question, ("code",))
    code = fields.get("code")
    if not isinstance(code, str):
        raise InvalidQuestion(field="code", reason="missing" if code is None else "not_a_text")
    found = check(code)
    return {"valid": found.valid, "reason": found.reason.value}


def answer(ask: Callable[[Any], Answer], question: Any) -> Answer:
    """Return the answer, or the error in the form {"error": {"code", "message"}}."""
    try:
        return ask(question)
    except AppError as error:
        return {"error": {"code": error.code, "message": _message(error)}}


def answer_text(ask: Callable[[Any], Answer], text: bytes) -> Answer:
    """Answer a question as bytes of JSON."""
    return answer(lambda raw: ask(read_json(raw)), text)


def read_json(text: bytes) -> Any:
    """Read JSON in UTF-8. Raises InvalidJson for anything else, nesting without end included."""
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidJson(reason=str(error)) from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _fields(question: Any, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(question, dict):
        raise InvalidQuestion(field="question", reason="not_an_object")
    unknown = sorted(set(question) - set(allowed))
    if unknown:
        raise InvalidQuestion(field=unknown[0], reason="unknown")
    return question


def _day(field: str, value: Any) -> Any:
    try:
        return parse_date(field, value)
    except InvalidRecord as error:
        reason = "missing" if value is None else error.facts["reason"]
        raise InvalidQuestion(field=field, reason=reason) from None


def _choice(field: str, value: Any, kind: type[E]) -> E:
    if not isinstance(value, str) or value not in {member.value for member in kind}:
        raise InvalidQuestion(field=field, reason="missing" if value is None else "not_allowed")
    return kind(value)


def _message(error: AppError) -> str:
    facts = dict(error.facts)
    if isinstance(error, (InvalidRecord, InvalidQuestion)):
        facts["why"] = label(f"law.reason.{facts['reason']}")
    elif isinstance(error, InvalidJson):
        facts["why"] = facts["reason"]
    return label(f"error.{error.code}", **facts)
