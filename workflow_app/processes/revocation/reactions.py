"""What a revocation does when something happens to its record from elsewhere."""

from datetime import datetime

from workflow_app.actions.message_case import knows_message, message_case
from workflow_app.actions.settle_write_back import go_on_if_confirmed
from workflow_app.cases.case import Case
from workflow_app.people.accounts import Actor
from workflow_app.records.events import RecordEvent

RECORD_GONE = "record_gone"


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """Before the decision there is nothing left to be revoked; after it the orders come to their end, or are called off."""
    gone = not case.record.is_repaired
    if gone and case.decided_at is None and knows_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


def go_on(case: Case, _event: RecordEvent, _actor: Actor, now: datetime) -> None:
    """A dispute about the record that is public again held the end of the case back; it is settled."""
    go_on_if_confirmed(case, now=now)


REACTIONS = {"source_revoked": end, "expired": end, "repair_revoked": end, "dispute_settled": go_on}
