"""How far an actor can see: one reach per role, as a question about one thing and as a condition for lists."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department


class Reach(StrEnum):
    """Which cases and records exist for an actor."""

    NONE = "none"  # administrators: no case content
    ORGANISATION = "organisation"  # the enterprise one acts for
    DEPARTMENT = "department"
    LINKED = "linked"  # cases in which the department was asked for its opinion
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


def in_reach(actor: Actor, *, department_id: int | None, organisation_id: int | None) -> bool:
    """Tell whether something of a department and an organisation exists for an actor."""
    match _reach_of(actor):
        case Reach.ALL:
            return True
        case Reach.ORGANISATION:
            return actor.organisation_id is not None and organisation_id == actor.organisation_id
        case Reach.DEPARTMENT:
            return actor.department_id is not None and department_id == actor.department_id
        case Reach.CITY:
            here = sa.select(Department.id).where(Department.id == department_id, Department.city == _city(actor))
            return db.session.scalar(here) is not None
        case _:
            return False


def reach_condition(actor: Actor, *, department: Any, organisation: Any) -> sa.ColumnElement[bool]:
    """Return `in_reach` as a condition on the two columns of a query."""
    condition: sa.ColumnElement[bool] = sa.false()
    match _reach_of(actor):
        case Reach.ALL:
            condition = sa.true()
        case Reach.ORGANISATION if actor.organisation_id is not None:
            condition = organisation == actor.organisation_id
        case Reach.DEPARTMENT if actor.department_id is not None:
            condition = department == actor.department_id
        case Reach.CITY:
            condition = department.in_(sa.select(Department.id).where(Department.city == _city(actor)))
        case _:
            pass
    return condition


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
