"""Reading the terms of an authorisation from a form: who, as what, how far, from when until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.people.authority import Capacity
from workflow_app.people.typed_days import read_day

SCOPES = ("all", "records", "kinds")
MAX_NAME = 60
MAX_BASIS = 300
MAX_RECORDS = 50


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is authorised. `records` and `kinds` None mean all; `ends_on` None has no end and is for principals only."""

    holder_name: str
    capacity: Capacity
    records: tuple[int, ...] | None
    kinds: tuple[str, ...] | None
    begins_on: date
    ends_on: date | None
    basis: str


def read_terms(
    form: Mapping[str, Any], *, today: date, capacities: frozenset[Capacity], kinds: frozenset[str]
) -> Terms:
    """Return the terms in a form whose `records` and `kinds` are lists. Raises InvalidInput naming every wrong field.

    An agent's authority always has an end, as the letter of authority has; who stands for the subject itself acts for all
    of it. Whether the named records are the subject's is for the action to see.
    """
    wrong: dict[str, str] = {}
    name = _text(form, "holder_name", MAX_NAME, wrong, required=True)
    capacity = _capacity(form, capacities, wrong)
    begins_on = read_day(form, "begins_on", wrong) or today
    ends_on = read_day(form, "ends_on", wrong)
    if ends_on is None and capacity is Capacity.AGENT and "ends_on" not in wrong:
        wrong["ends_on"] = label("field_error.end_needed")
    elif ends_on is not None and ends_on < max(begins_on, today):
        wrong["ends_on"] = label("field_error.end_passed")
    records, known_kinds = _scope(form, capacity, kinds, wrong)
    basis = _text(form, "basis", MAX_BASIS, wrong, required=False)
    if wrong:
        raise InvalidInput(wrong)
    return Terms(
        holder_name=name,
        capacity=capacity,
        records=records,
        kinds=known_kinds,
        begins_on=begins_on,
        ends_on=ends_on,
        basis=basis,
    )


def _text(form: Mapping[str, Any], field: str, most: int, wrong: dict[str, str], *, required: bool) -> str:
    try:
        return typed_text(field, str(form.get(field) or ""), limit=most, required=required, multiline=False)
    except InvalidInput as error:
        wrong |= error.fields
        return ""


def _capacity(form: Mapping[str, Any], allowed: frozenset[Capacity], wrong: dict[str, str]) -> Capacity:
    given = str(form.get("capacity") or Capacity.AGENT)
    if given not in allowed:
        wrong["capacity"] = label("field_error.choose")
        return Capacity.AGENT
    return Capacity(given)


def _scope(
    form: Mapping[str, Any], capacity: Capacity, known: frozenset[str], wrong: dict[str, str]
) -> tuple[tuple[int, ...] | None, tuple[str, ...] | None]:
    scope = str(form.get("scope") or "all") if capacity is Capacity.AGENT else "all"
    if scope not in SCOPES:
        wrong["scope"] = label("field_error.choose")
    if scope == "records":
        records = tuple(dict.fromkeys(form.get("records") or ()))
        if not 0 < len(records) <= MAX_RECORDS or not all(0 < r < 2**31 for r in records):
            wrong["records"] = label("field_error.choose_records", max=MAX_RECORDS)
        return records, None
    if scope == "kinds":
        kinds = tuple(dict.fromkeys(str(k) for k in form.get("kinds") or ()))
        if not kinds or not known.issuperset(kinds):
            wrong["kinds"] = label("field_error.choose")
        return None, kinds
    return None, None
