"""Reading an answer by the fields of a form: shapes only. Whether the answer is right by law is the kind's own check."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow_app.cases.kinds import Answer, Field, TaskForm
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text

MAX_ITEMS = 30
MAX_ID = 9  # digits of a row's id


def clean(form: TaskForm, values: Answer) -> Answer:
    """Return the values of the fields that are asked, in their types. Raises InvalidInput naming every wrong field."""
    result: Answer = {}
    wrong: dict[str, str] = {}
    for field in form.fields:
        if not field.asked(values):
            continue
        try:
            result[field.name] = READERS[field.kind](field, values.get(field.name))
        except ValueError as error:
            wrong[field.name] = label(f"field_error.{error}", max=field.max_length)
    if wrong:
        raise InvalidInput(wrong)
    return result


def _text(field: Field, value: Any) -> str:
    text = clean_text(str(value or ""), multiline=field.kind == "textarea")
    if field.required and not text:
        raise ValueError("required")
    if len(text) > field.max_length:
        raise ValueError("too_long")
    return text


def _choice(field: Field, value: Any) -> str:
    text = str(value or "")
    if not text and not field.required:
        return ""
    if not text:
        raise ValueError("choose")
    if text not in field.choices:
        raise ValueError("unknown_choice")
    return text


def _date(field: Field, value: Any) -> str | None:
    text = str(value or "").strip()
    if not text and not field.required:
        return None
    if not text:
        raise ValueError("required")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_date") from None
    if not 1990 <= day.year <= 2100:
        raise ValueError("not_a_date")
    return day.isoformat()


def _checkbox(field: Field, value: Any) -> bool:
    ticked = value in (True, "on", "true", "1", "yes")
    if field.required and not ticked:
        raise ValueError("must_tick")
    return ticked


def _items(field: Field, value: Any) -> list[dict[str, str]]:
    given = value if isinstance(value, list) else []
    rows = [r for r in given if isinstance(r, dict) and any(str(v).strip() for v in r.values())]
    if field.required and not rows:
        raise ValueError("required")
    if len(rows) > MAX_ITEMS:
        raise ValueError("too_many")
    cleaned = [{str(k): clean_text(str(v or ""), multiline=True) for k, v in row.items()} for row in rows]
    if any(len(v) > field.max_length for row in cleaned for v in row.values()):
        raise ValueError("too_long")
    return cleaned


def _person(field: Field, value: Any) -> int | None:
    text = str(value or "").strip()
    if not text and not field.required:
        return None
    if not text:
        raise ValueError("choose")
    if not text.isdecimal() or len(text) > MAX_ID:
        raise ValueError("unknown_choice")
    return int(text)


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "textarea": _text,
    "choice": _choice,
    "date": _date,
    "checkbox": _checkbox,
    "items": _items,
    "conditions": _items,
    "department": _text,
    "person": _person,
}
