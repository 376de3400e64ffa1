"""The open cases counted by urgency: in all, and by department, kind, step or officer. One pass over the open cases."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.departments import Department
from workflow_app.supervision.selection import NONE, Bucket, Selection, conditions, in_bucket
from workflow_app.supervision.sight import Sight

SHOWN = 40
COUNTED = (Bucket.OVER, Bucket.TODAY, Bucket.SOON, Bucket.STUCK, Bucket.HELD, Bucket.MINE)


class By(StrEnum):
    """What the counts are grouped by."""

    DEPARTMENT = "department"
    KIND = "kind"
    STEP = "step"
    OFFICER = "officer"


COLUMNS: dict[By, tuple[Any, ...]] = {
    By.DEPARTMENT: (Case.department_id,),
    By.KIND: (Case.kind,),
    By.STEP: (Case.kind, Case.stage),
    By.OFFICER: (Case.department_id, Case.assignee_id),
}


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many open cases, and how many of them in each bucket; one case may be in several."""

    open: int = 0
    over: int = 0
    today: int = 0
    soon: int = 0
    stuck: int = 0
    held: int = 0
    mine: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)})

    @property
    def urgency(self) -> tuple[int, ...]:
        """What a list of counts is sorted by, the most urgent first."""
        return (-self.over, -self.today, -self.soon, -self.stuck, -self.open)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The counts of one department, kind, step or officer; `narrowed` is the selection that leads to its cases.

    What the rest of a long list comes to has no selection of its own.
    """

    name: str
    note: str
    counts: Counts
    narrowed: Selection | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All counts of a selection: the sum, the groups with the most urgent first, and how many groups there are."""

    by: By
    total: Counts
    groups: tuple[Group, ...]
    group_count: int


def overview(actor: Actor, selection: Selection, *, by: By, sight: Sight) -> Overview:
    """Count the open cases of a selection (its bucket aside) within an actor's scope."""
    keys = COLUMNS[by]
    sums = [sa.func.count()] + [
        sa.func.coalesce(sa.func.sum(sa.case((in_bucket(b, actor, sight), 1), else_=0)), 0) for b in COUNTED
    ]
    query = sa.select(*keys, *sums).where(*conditions(selection, actor, sight)).group_by(*keys)
    rows = db.session.execute(query).all()
    found = [(tuple(row[: len(keys)]), Counts(**dict(zip(_names(), row[len(keys) :], strict=True)))) for row in rows]
    found.sort(key=lambda pair: (pair[1].urgency, [str(k) for k in pair[0]]))
    words = _words(by, [key for key, _ in found[:SHOWN]])
    groups = [_group(by, key, counts, selection, words) for key, counts in found[:SHOWN]]
    rest = [counts for _, counts in found[SHOWN:]]
    if rest:
        name = label(f"supervision.rest_{by.value}", count=len(rest))
        groups.append(Group(name=name, note="", counts=sum(rest, Counts()), narrowed=None))
    total = sum((counts for _, counts in found), Counts())
    return Overview(by=by, total=total, groups=tuple(groups), group_count=len(found))


def _names() -> list[str]:
    return ["open", *(bucket.value for bucket in COUNTED)]


def _words(by: By, keys: list[tuple[Any, ...]]) -> dict[str, dict[int, str]]:
    """The names behind the ids of the groups shown."""
    found: dict[str, dict[int, str]] = {"department": {}, "account": {}}
    if by in (By.DEPARTMENT, By.OFFICER):
        ids = {key[0] for key in keys if key[0] is not None}
        query = sa.select(Department.id, Department.name).where(Department.id.in_(ids))
        found["department"] = dict(db.session.execute(query).all()) if ids else {}
    if by is By.OFFICER:
        people = {key[1] for key in keys if key[1] is not None}
        named = sa.select(Account.id, Account.name).where(Account.id.in_(people))
        found["account"] = dict(db.session.execute(named).all()) if people else {}
    return found


def _group(
    by: By, key: tuple[Any, ...], counts: Counts, selection: Selection, words: dict[str, dict[int, str]]
) -> Group:
    nowhere = label("supervision.no_department")
    match by:
        case By.DEPARTMENT:
            name, note = words["department"].get(key[0], nowhere), ""
            narrowed = replace(selection, department_id=key[0] or NONE)
        case By.KIND:
            name, note = kind_of(key[0]).title, ""
            narrowed = replace(selection, kind=key[0])
        case By.STEP:
            name, note = kind_of(key[0]).step_label(key[1]), kind_of(key[0]).title
            narrowed = replace(selection, kind=key[0], step=key[1])
        case By.OFFICER:
            name = words["account"].get(key[1], label("supervision.no_officer"))
            note = words["department"].get(key[0], nowhere)
            narrowed = replace(selection, department_id=key[0] or NONE, officer_id=key[1] or NONE)
    return Group(name=name, note=note, counts=counts, narrowed=narrowed)
