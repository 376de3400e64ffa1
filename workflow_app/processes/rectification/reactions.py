"""What a rectification does when something happens to its record from elsewhere (rulebook §6, §12.2 no. 11, 13)."""

from datetime import datetime

from workflow_app.actions.message_case import knows_message, message_case
from workflow_app.cases.case import Case
from workflow_app.cases.timeline import tell
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.rectification import rules
from workflow_app.records.events import RecordEvent

RECORD_GONE = "record_gone"


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The decision was quashed or the record has come to its end: there is nothing to be urged any more."""
    gone = case.record.status in rules.FINAL or not case.record.source_in_force
    if gone and case.decided_at is None and knows_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


def note(case: Case, event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The decision is contested or the record disputed: execution goes on (行政处罚法73条), whoever has the case is told that
    a decision to stop it stays the case."""
    tell(case.id, f"rectification_{event.kind}", actor=actor, now=now, kind="system", public=False)
    key = f"rectification_{event.kind}"
    if case.assignee_id is not None:
        notify(key, now=now, account_id=case.assignee_id, case_number=case.number)
    elif case.department_id is not None:
        notify(key, now=now, department_id=case.department_id, role=Role.OFFICER, case_number=case.number)


REACTIONS = {
    "source_revoked": end,
    "deleted": end,
    "expired": end,
    "delisted": end,
    "repaired": end,
    "plan_performed": end,
    "resumed": end,
    "unshielded": end,
    "contest_begun": note,
    "contest_upheld": note,
    "disputed": note,
    "dispute_settled": note,
}
