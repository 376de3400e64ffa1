"""What credit repair does when something happens to its record from elsewhere (rulebook §12.2 no. 11, 14, house §6)."""

from datetime import datetime

from workflow_app.actions.message_case import knows_message, message_case
from workflow_app.actions.settle_write_back import go_on_if_confirmed
from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.repair.steps import hold
from workflow_app.processes.repair.telling import tell_contested
from workflow_app.records.events import RecordEvent
from workflow_app.records.lifecycle import NOTHING_TO_REPAIR

RECORD_GONE = "record_gone"


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """Where nothing is left to be repaired an undecided case ends at once; after a grant the orders come to their end first."""
    gone = case.record.status in NOTHING_TO_REPAIR
    if gone and case.decided_at is None and knows_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


def wait(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """A dispute comes before a repair: all clocks stand still until it is settled, and the party is told (L11)."""
    hold(StepContext(case=case, params={}, answer={}, actor=actor, now=now, today=legal_day(now)))
    clocks.project_due(case, clocks.open_deadlines(case))


def go_on(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The dispute is settled and the record still there: the clocks run on with the days they had left."""
    why, today = label("repair.stopped_for_dispute"), legal_day(now)
    for deadline in clocks.open_deadlines(case):
        if clocks.is_stopped_for(deadline, why):
            clocks.resume(deadline, on=today, reason=why)
    clocks.project_due(case, clocks.open_deadlines(case))
    tell(case.id, "dispute_over", actor=actor, now=now, kind="system")
    go_on_if_confirmed(case, now=now)


def explain_contest(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The penalty is contested: the case goes on, its party is told what would follow and that it may wait (no. 13)."""
    tell_contested(case, actor=actor, now=now)
    _tell_officer(case, "case_contested", now)


def contest_over(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The penalty was upheld: whoever let the case wait for that is told."""
    tell(case.id, "contest_upheld", actor=actor, now=now, kind="system")
    _tell_officer(case, "case_contest_upheld", now)


def _tell_officer(case: Case, key: str, now: datetime) -> None:
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
    "contest_begun": explain_contest,
    "contest_upheld": contest_over,
    "withheld": end,
    "resumed": end,  # held back or shielded beyond its longest period, it is not public again
    "unshielded": end,
    "disputed": wait,
    "dispute_settled": go_on,
}
