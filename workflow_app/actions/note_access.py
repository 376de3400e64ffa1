"""Putting down that a member of staff looked at a case or one of its papers: the one thing a page view writes. A look at what
belongs to no case, as the papers that prove who somebody is, is a row of the audit log."""

from datetime import datetime

from workflow_app.audit import log
from workflow_app.cases import access
from workflow_app.foundation.database import transactional
from workflow_app.people.accounts import Actor


@transactional
def note_access(*, case_id: int, what: str, actor: Actor, now: datetime, object_id: int | None = None) -> None:
    """Put down one look; who may look has been asked before."""
    access.note(case_id, what=what, object_id=object_id, actor=actor, now=now)


@transactional
def note_look(*, what: str, object_type: str, object_id: int, actor: Actor, now: datetime) -> None:
    """Put down one look at something of no case; who may look has been asked before."""
    log.record(
        actor=actor,
        action=f"{object_type}.{what}",
        object_type=object_type,
        object_id=str(object_id),
        details={},
        now=now,
    )
