"""Marking an actor's messages as read."""

from datetime import datetime

from workflow_app.cases.views import numbers_within
from workflow_app.foundation.database import transactional
from workflow_app.notices.inbox import mark_read
from workflow_app.people.accounts import Actor


@transactional
def read_messages(*, actor: Actor, now: datetime) -> int:
    """Mark every message of an actor as read; return how many were new."""
    return mark_read(actor, cases=numbers_within(actor), now=now)
