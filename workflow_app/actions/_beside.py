"""Work beside the diagram that has lost its reason: an extension nobody settled in time, an order that was confirmed after all.

Not an action itself: it runs inside the transaction of the act that took the reason away.
"""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline, Extension
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.records import write_back

APPROVE_EXTENSION = "approve_extension"
RESOLVE_WRITE_BACK = "resolve_write_back"


def close_needless(case: Case, *, actor: Actor, now: datetime) -> None:
    """Close the tasks beside the diagram for which nothing is left to settle; an extension still pending has lapsed."""
    require_transaction()
    beside = sa.select(CaseTask).where(
        CaseTask.case_id == case.id, CaseTask.closed_at.is_(None), CaseTask.engine_id.is_(None)
    )
    for task in db.session.scalars(beside).all():
        if task.step == APPROVE_EXTENSION:
            needless = _lapsed(case, now=now)
        else:
            needless = task.step == RESOLVE_WRITE_BACK and not write_back.unsettled(case.id)
        if needless:
            task.closed_at, task.closed_by_id = now, actor.account_id


def _lapsed(case: Case, *, now: datetime) -> bool:
    """Refuse the pending extensions of clocks that have ended. Returns False while one of a running clock is pending."""
    pending = sa.select(Extension, Deadline.closed_at).join(Deadline, Deadline.id == Extension.deadline_id)
    rows = db.session.execute(pending.where(Deadline.case_id == case.id, Extension.settled_at.is_(None))).all()
    for extension, closed_at in rows:
        if closed_at is not None:
            extension.granted, extension.settled_at = False, now
            extension.note = label("extension.lapsed")
            tell(case.id, "extension_lapsed", actor=Actor.system(), now=now, kind="system", public=False)
    return all(closed_at is not None for _, closed_at in rows)
