"""What a list of open cases can be narrowed to: the departments, steps and officers that stand in it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import all_kinds, kind_of
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.departments import Department
from workflow_app.people.permissions import scope_filter
from workflow_app.people.reach import REACH, Reach
from workflow_app.supervision.selection import NONE, Selection


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Pairs of value and words. Officers are offered within one department only."""

    departments: tuple[tuple[int, str], ...]
    kinds: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    officers: tuple[tuple[int, str], ...]


def choices(actor: Actor, selection: Selection) -> Choices:
    """Return what an actor can narrow a selection to, in at most three queries."""
    mine = (
        scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id),
        Case.closed_at.is_(None),
    )
    alone = REACH[actor.role] is Reach.DEPARTMENT
    one = actor.department_id if alone else selection.department_id
    return Choices(
        departments=() if alone else tuple(_departments(mine)),
        kinds=tuple((kind.key, kind.title) for kind in all_kinds()),
        steps=tuple(_steps(mine, selection.kind)),
        officers=tuple(_officers(mine, one)) if one else (),
    )


def _departments(mine: Any) -> list[tuple[int, str]]:
    there = sa.select(Case.department_id).where(*mine)
    query = sa.select(Department.id, Department.name).where(Department.id.in_(there))
    return [(i, name) for i, name in db.session.execute(query.order_by(Department.region_code, Department.name))]


def _steps(mine: Any, kind: str | None) -> list[tuple[str, str]]:
    query = sa.select(Case.kind, Case.stage).where(*mine).distinct()
    if kind is not None:
        query = query.where(Case.kind == kind)
    words: dict[str, str] = {}
    for of_kind, stage in sorted(tuple(row) for row in db.session.execute(query)):
        words.setdefault(stage, kind_of(of_kind).step_label(stage))
    return list(words.items())


def _officers(mine: Any, department_id: int) -> list[tuple[int, str]]:
    there = sa.select(Case.assignee_id).where(*mine, Case.department_id == department_id)
    query = sa.select(Account.id, Account.name).where(Account.id.in_(there)).order_by(Account.name, Account.id)
    return [*((i, name) for i, name in db.session.execute(query)), (NONE, "")]
