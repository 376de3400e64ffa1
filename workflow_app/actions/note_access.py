"""Putting down that a member of staff looked at a case or one of its papers: the one thing a page view writes."""

from datetime import datetime

from workflow_app.cases import access
from workflow_app.foundation.database import transactional
from workflow_app.people.accounts import Actor


@transactional
def note_access(*, case_id: int, what: str, actor: Actor, now: datetime, object_id: int | None = None) -> None:
    """Put down one look; who may look has been asked before."""
    access.note(case_id, what=what, object_id=object_id, actor=actor, now=now)
