"""Which lead department (信用牵头部门) stands over a department: that of its own place, else of its city, else of the province."""

from datetime import date

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.people.departments import Department

PROVINCE, CITY = "province", "city"


def lead_over(department: Department | None, *, on: date) -> Department | None:
    """Return the nearest lead department at work on a day that is another one than the department itself; None where there is
    none, as over the lead department of the province. What lies with nobody is the province's."""
    at_work = sa.or_(Department.abolished_on.is_(None), Department.abolished_on > on)
    leads = list(db.session.scalars(sa.select(Department).where(Department.lead, at_work).order_by(Department.id)))
    top = [lead for lead in leads if lead.level == PROVINCE]
    if department is None:
        return next(iter(top), None)
    if department.lead and department.level == PROVINCE:
        return None
    others = [lead for lead in leads if lead.id != department.id]
    here = [lead for lead in others if lead.region_code == department.region_code]
    city = [lead for lead in others if lead.level == CITY and lead.city and lead.city == department.city]
    return next(iter([*here, *city, *top]), None)
