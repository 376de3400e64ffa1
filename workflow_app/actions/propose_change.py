"""The first of two persons: putting a change of accounts, departments or the calendar up for approval."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow_app.audit import log
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.text import typed_text
from workflow_app.people.accounts import Actor
from workflow_app.people.two_person import ProposedChange, propose

MAX_REASON = 500


@transactional
def propose_change(
    *,
    kind: str,
    object_id: str,
    title: str,
    after: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
) -> ProposedChange:
    """Propose a change whose values have been checked. Raises InvalidInput on `reason`, NotPermitted, Conflict."""
    change = propose(
        kind=kind,
        object_id=object_id,
        title=title,
        before=before,
        after=after,
        reason=typed_text("reason", reason, limit=MAX_REASON),
        actor=actor,
        now=now,
    )
    log.record(
        actor=actor,
        action="change.proposed",
        object_type="change",
        object_id=str(change.id),
        details={
            "kind": kind,
            "object": object_id,
            "before": change.before,
            "after": change.after,
            "why": change.reason,
        },
        now=now,
    )
    db.session.flush()
    return change
