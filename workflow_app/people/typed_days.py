"""A day that somebody types and may leave out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow_app.foundation.labels import label


def read_day(form: Mapping[str, Any], field: str, wrong: dict[str, str]) -> date | None:
    """Return the day in a field, None where it is empty; a text that is no day is noted as wrong."""
    text = str(form.get(field) or "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2100:
        wrong[field] = label("field_error.not_a_date")
        return None
    return day
