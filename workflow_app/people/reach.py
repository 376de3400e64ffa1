"""How far an actor can see: one reach per role, as a question about one thing and as a condition for lists."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.authority import Verdict, judge
from workflow_app.people.departments import Department
from workflow_app.people.mandates import grants_of


class Reach(StrEnum):
    """Which cases and records exist for an actor."""

    NONE = "none"  # administrators: no case content
    ORGANISATION = "organisation"  # the enterprises one may act for today, as far as one may
    DEPARTMENT = "department"
    LINKED = "linked"  # what the department was asked, never the case it was asked for
    SUPERVISED = "supervised"  # a lead department of the province: all; of a city: the departments of that city
    CITY = "city"
    ALL = "all"


REACH: Mapping[Role, Reach] = {
    Role.APPLICANT: Reach.ORGANISATION,
    Role.CLERK: Reach.ALL,
    Role.OFFICER: Reach.DEPARTMENT,
    Role.APPROVER: Reach.DEPARTMENT,
    Role.LEADER: Reach.DEPARTMENT,
    Role.PROVIDER: Reach.LINKED,
    Role.SUPERVISOR: Reach.SUPERVISED,
    Role.AUDITOR: Reach.ALL,
    Role.SYSTEM_ADMIN: Reach.NONE,
    Role.SECURITY_ADMIN: Reach.NONE,
    Role.SERVICE: Reach.ALL,
}
# Which departments a supervisor oversees follows from the level of their own.
BY_LEVEL: Mapping[str, Reach] = {"province": Reach.ALL, "city": Reach.CITY, "county": Reach.DEPARTMENT}


ANY: Any = object()  # of a list whose rows are of no kind of process


def authority_over(actor: Actor, *, organisation_id: int | None, record_id: int | None, kind: str | None) -> Verdict:
    """Return by which authority an applicant acts for a subject on the actor's day, or why by none."""
    return judge(grants_of(actor), organisation_id=organisation_id, record_id=record_id, kind=kind, on=actor.on)


def in_reach(
    actor: Actor,
    *,
    department_id: int | None,
    organisation_id: int | None,
    record_id: int | None = None,
    kind: str | None = None,
    asked_department_id: int | None = None,
) -> bool:
    """Tell whether something of a department, on a record of an organisation, exists for an actor. `asked_department_id` is
    the department that a question was put to, where the thing is one."""
    match _reach_of(actor):
        case Reach.ALL:
            return True
        case Reach.ORGANISATION:
            found = authority_over(actor, organisation_id=organisation_id, record_id=record_id, kind=kind)
            return found.allowed
        case Reach.DEPARTMENT:
            return actor.department_id is not None and department_id == actor.department_id
        case Reach.CITY:
            here = sa.select(Department.id).where(Department.id == department_id, Department.city == _city(actor))
            return db.session.scalar(here) is not None
        case Reach.LINKED:
            return actor.department_id is not None and asked_department_id == actor.department_id
        case _:
            return False


def reach_condition(
    actor: Actor, *, department: Any, organisation: Any, record: Any = None, kind: Any = None
) -> sa.ColumnElement[bool]:
    """Return `in_reach` as a condition on the columns of a query. Where `record` or `kind` is left out, authority that is
    limited to records or to kinds reaches nothing; `ANY` says that the rows are of no kind."""
    condition: sa.ColumnElement[bool] = sa.false()
    match _reach_of(actor):
        case Reach.ALL:
            condition = sa.true()
        case Reach.ORGANISATION:
            condition = _granted(actor, organisation=organisation, record=record, kind=kind)
        case Reach.DEPARTMENT if actor.department_id is not None:
            condition = department == actor.department_id
        case Reach.CITY:
            condition = department.in_(sa.select(Department.id).where(Department.city == _city(actor)))
        case _:
            pass
    return condition


def _granted(actor: Actor, *, organisation: Any, record: Any, kind: Any) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.false()]
    for grant in grants_of(actor):
        narrow = (grant.records is not None and record is None) or (grant.kinds is not None and kind is None)
        if grant.standing(actor.on) is not None or narrow:
            continue
        wanted = [organisation == grant.organisation_id]
        if grant.records is not None:
            wanted.append(record.in_(sorted(grant.records)))
        if grant.kinds is not None and kind is not ANY:
            wanted.append(kind.in_(sorted(grant.kinds)))
        conditions.append(sa.and_(*wanted))
    return sa.or_(*conditions)


def _reach_of(actor: Actor) -> Reach:
    reach = REACH[actor.role]
    if reach is not Reach.SUPERVISED:
        return reach
    level = db.session.scalar(sa.select(Department.level).where(Department.id == actor.department_id))
    return BY_LEVEL.get(level or "", Reach.NONE)


def _city(actor: Actor) -> sa.ScalarSelect[str]:
    return (
        sa.select(Department.city).where(Department.id == actor.department_id, Department.city != "").scalar_subquery()
    )
