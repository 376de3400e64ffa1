"""The names of the people who appear on a case, for pages that show who proposed and who decided."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from workflow_app.cases.views import CaseView
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Account


def names_of(view: CaseView) -> Mapping[int, str]:
    """Return the names of everybody who has or had a part in a case, by account id."""
    ids = {view.case.assignee_id, *(t.assignee_id for t in view.tasks)}
    ids |= {i for d in view.decisions for i in (d.proposed_by_id, d.decided_by_id)}
    if view.pending_extension:
        ids.add(view.pending_extension.requested_by_id)
    return names(ids)


def names(ids: Iterable[int | None]) -> Mapping[int, str]:
    """Return names by account id; what is None or unknown is left out."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    found = db.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return dict(found.all())
