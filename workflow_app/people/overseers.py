"""Who oversees a department: the nearest lead department (信用牵头部门) in which a supervisor sits."""

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.people.accounts import Account, Role
from workflow_app.people.departments import Department
from workflow_app.people.reach import BY_LEVEL, Reach

NEAREST_FIRST = (Reach.DEPARTMENT, Reach.CITY, Reach.ALL)


def overseers_of(department_id: int | None) -> list[Department]:
    """Return the lead departments to be told of a department's delay: those of its own place, else of its city, else of
    the province. A case without a department is the province's."""
    seats = sa.select(Account.department_id).where(Account.role == Role.SUPERVISOR, Account.disabled_at.is_(None))
    query = sa.select(Department).where(Department.id.in_(seats)).order_by(Department.id)
    leads = list(db.session.scalars(query))
    here = db.session.get(Department, department_id) if department_id is not None else None
    for reach in NEAREST_FIRST:
        found = [lead for lead in leads if _oversees(lead, here, reach)]
        if found:
            return found
    return []


def _oversees(lead: Department, here: Department | None, reach: Reach) -> bool:
    """Tell whether a department's supervisors see another one, and see it by this reach (as `people.reach` has it)."""
    if BY_LEVEL.get(lead.level) is not reach:
        return False
    if reach is Reach.ALL:
        return True
    if here is None:
        return False
    return lead.id == here.id if reach is Reach.DEPARTMENT else bool(lead.city) and lead.city == here.city
