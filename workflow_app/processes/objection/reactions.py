"""What an objection does when its record ends from elsewhere: nothing is left to dispute, so it ends, undecided or not."""

from datetime import datetime

from workflow_app.actions.message_case import awaits_message, message_case
from workflow_app.cases.case import Case
from workflow_app.people.accounts import Actor
from workflow_app.records.conclusions import FINAL
from workflow_app.records.events import RecordEvent

RECORD_GONE = "record_gone"


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """End an undecided objection whose record is nowhere any more; after a decision its orders come to their end first."""
    if case.record.status in FINAL and case.decided_at is None and awaits_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


REACTIONS = {
    "source_revoked": end,
    "deleted": end,
    "expired": end,
    "delisted": end,
    "repaired": end,
    "resumed": end,
    "unshielded": end,
}
