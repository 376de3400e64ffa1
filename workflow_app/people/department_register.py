"""The register of departments: what a proposal about a department must say, and what it does once approved."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text, fold_code
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department, Succession, department_by_code
from workflow_app.people.permissions import Permission
from workflow_app.people.two_person import ProposedChange, change_kind

SETTLERS = frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})
# What letters print and what may be edited here; everything else comes with the register's own file.
EDITABLE = {"organ_code": 20, "phone": 30, "address": 200, "reconsideration_body": 120, "court": 120}
NEEDED = {"organ_code"}  # a letter that lacks another of them is refused when it is issued, naming what is missing
KINDS = ("merged", "renamed", "abolished")


def values_of(department: Department) -> dict[str, str]:
    """Return the editable values of a department."""
    return {name: getattr(department, name) for name in EDITABLE}


def checked_values(form: Mapping[str, str]) -> dict[str, str]:
    """Return what letters shall print of a department from now on. Raises InvalidInput naming every wrong field."""
    wrong: dict[str, str] = {}
    after: dict[str, str] = {}
    for name, most in EDITABLE.items():
        try:
            after[name] = clean_text(form.get(name, ""))
        except ValueError as error:
            wrong[name] = label(f"field_error.{error}")
            continue
        if not after[name] and name in NEEDED:
            wrong[name] = label("field_error.required")
        elif len(after[name]) > most:
            wrong[name] = label("field_error.too_long", max=most)
    if wrong:
        raise InvalidInput(wrong)
    return after


def checked_succession(department: Department, form: Mapping[str, str]) -> dict[str, Any]:
    """Return how a department ends. Raises InvalidInput naming every wrong field."""
    wrong: dict[str, str] = {}
    kind, successor = form.get("kind", ""), fold_code(form.get("successor_code", ""))
    if kind not in KINDS:
        wrong["kind"] = label("field_error.choose")
    try:
        day = date.fromisoformat(form.get("effective_on", "").strip())
    except ValueError:
        wrong["effective_on"] = label("field_error.not_a_date")
        day = date.min
    if successor:
        heir = department_by_code(successor)
        if heir is None or heir.code == department.code or heir.abolished_on is not None:
            wrong["successor_code"] = label("field_error.no_such_department")
    elif kind in ("merged", "renamed"):
        wrong["successor_code"] = label("field_error.successor_needed")
    if wrong:
        raise InvalidInput(wrong)
    return {"kind": kind, "effective_on": day.isoformat(), "successor_code": successor}


@change_kind("department.values", propose=Permission.DEPARTMENT_MANAGE, settlers=SETTLERS)
def _change_values(change: ProposedChange, _actor: Actor, _now: datetime) -> None:
    department = _locked(change.object_id)
    for name in EDITABLE:
        setattr(department, name, change.after[name])


@change_kind("department.end", propose=Permission.DEPARTMENT_MANAGE, settlers=SETTLERS)
def _end(change: ProposedChange, _actor: Actor, _now: datetime) -> None:
    department = _locked(change.object_id)
    day = date.fromisoformat(change.after["effective_on"])
    department.abolished_on = day
    db.session.add(
        Succession(
            code=department.code,
            kind=change.after["kind"],
            effective_on=day,
            successor_code=change.after["successor_code"] or None,
        )
    )


def _locked(code: str) -> Department:
    found = db.session.scalar(sa.select(Department).where(Department.code == code).with_for_update())
    if found is None:
        raise NotFound("department_not_found", code=code)
    return found
