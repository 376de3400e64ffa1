"""What a review does when its record ends from elsewhere: nothing is left to review, so it ends, unless it is decided."""

from datetime import datetime

from workflow_app.actions.message_case import awaits_message, message_case
from workflow_app.cases.case import Case
from workflow_app.people.accounts import Actor
from workflow_app.records.conclusions import FINAL
from workflow_app.records.events import RecordEvent

RECORD_GONE = "record_gone"


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """End an undecided review whose record is nowhere any more."""
    if case.record.status in FINAL and case.decided_at is None and awaits_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


REACTIONS = dict.fromkeys(
    ("source_revoked", "deleted", "expired", "delisted", "repaired", "resumed", "unshielded"), end
)
