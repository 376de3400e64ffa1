"""Who works in a department today, for forms that name some of its people."""

from collections.abc import Sequence

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.people.accounts import Account, Role

STAFF = (Role.OFFICER, Role.APPROVER, Role.LEADER)


def staff_of(department_id: int | None) -> Sequence[Account]:
    """Return the people of a department who work on cases, by name; nobody of no department."""
    query = sa.select(Account).where(
        Account.department_id == department_id, Account.disabled_at.is_(None), Account.role.in_(STAFF)
    )
    return list(db.session.scalars(query.order_by(Account.name, Account.id))) if department_id is not None else []
