"""The second of two persons: approving a proposed change, which carries it out, or refusing it."""

from datetime import datetime

from workflow_app.actions.recompute_deadlines import recompute_deadlines
from workflow_app.audit import log
from workflow_app.foundation.database import transactional
from workflow_app.foundation.text import typed_text
from workflow_app.jobs.queue import enqueue
from workflow_app.people.accounts import Actor
from workflow_app.people.calendars import CALENDAR_YEAR
from workflow_app.people.two_person import ProposedChange, settle

MAX_NOTE = 500


@transactional
def settle_change(*, change_id: int, approved: bool, note: str, actor: Actor, now: datetime) -> ProposedChange:
    """Approve or refuse; a refusal says why. A new calendar year moves open deadlines in a job of its own.

    Raises InvalidInput on `note`, NotPermitted, RuleViolation for the proposer's own approval, Conflict when settled.
    """
    text = typed_text("note", note, limit=MAX_NOTE, required=not approved)
    change = settle(change_id, approved=approved, note=text, actor=actor, now=now)
    if approved and change.kind == CALENDAR_YEAR:
        enqueue("sweeps", recompute_deadlines.__name__, f"calendar:{change.id}", int(change.after["year"]))
    log.record(
        actor=actor,
        action="change.approved" if approved else "change.refused",
        object_type="change",
        object_id=str(change.id),
        details={"kind": change.kind, "object": change.object_id, "after": change.after, "note": text},
        now=now,
    )
    return change
