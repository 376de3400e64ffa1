"""Reading the answer of a task from a posted page by the fields of its form. The form checks it, not this file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from workflow_app.cases.kinds import Answer, Field, TaskForm

GROUPED = ("items", "conditions")
MAX_ROWS = 60


def answer_of(form: TaskForm, posted: MultiDict[str, str]) -> Answer:
    """Return what was typed, by field. Rows are posted as `<field>-<row>-<part>`; a condition's row is its key."""
    return {field.name: _value(field, posted) for field in form.fields}


def is_typed(answer: Mapping[str, Any]) -> bool:
    """Tell whether an answer holds anything at all."""
    return any(_typed(value) for value in answer.values())


def _value(field: Field, posted: MultiDict[str, str]) -> Any:
    if field.kind not in GROUPED:
        return posted.get(field.name, "")
    rows: dict[str, dict[str, str]] = {}
    for row, part, value in _parts(field.name, posted):
        if row not in rows and len(rows) >= MAX_ROWS:
            break
        rows.setdefault(row, {"key": row} if field.kind == "conditions" else {})[part] = value
    return list(rows.values())


def _parts(name: str, posted: MultiDict[str, str]) -> Iterator[tuple[str, str, str]]:
    pattern = re.compile(rf"{re.escape(name)}-([A-Za-z0-9_]{{1,60}})-([a-z_]{{1,30}})")
    for key, value in posted.items():
        found = pattern.fullmatch(key)
        if found and found[2] != "key":
            yield found[1], found[2], value


def _typed(value: Any) -> bool:
    if isinstance(value, list):
        return any(_typed(v) for row in value for k, v in row.items() if k != "key")
    return bool(str(value).strip())
