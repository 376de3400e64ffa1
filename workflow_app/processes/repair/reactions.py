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
BACK_FROM = {"resumed": "suspended", "unshielded": "shielded"}


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """Where nothing is left to be repaired an undecided case ends at once; after a grant the orders come to their end first."""
    gone = case.record.status in NOTHING_TO_REPAIR
    if gone and case.decided_at is None and knows_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


def wait(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """A dispute comes before a repair: all clocks stand still until it is settled, and the party is told (L11)."""
    hold(StepContext(case=case, params={}, answer={}, actor=actor, now=now, today=legal_day(now)))
    clocks.project_due(case, clocks.open_deadlines(case))


def wait_while_off(case: Case, event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The record is off the page for a time, shielded by a plan or held back: an undecided case waits, and its party is told. Where
    it waits for a dispute already the clocks stand still for this too, without a second letter."""
    if case.decided_at is not None:
        return
    context = StepContext(case=case, params={}, answer={}, actor=actor, now=now, today=legal_day(now))
    if case.record.dispute_case_no is None:
        hold(context, event.kind)
    else:
        why, by = label(f"repair.stopped_for_{event.kind}"), actor.account_id
        for deadline in clocks.open_deadlines(case):
            clocks.stop(deadline, on=context.today, reason=why, paper=str(case.record.dispute_case_no), by=by, now=now)
    clocks.project_due(case, clocks.open_deadlines(case))


def back_or_gone(case: Case, event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The record is public again, and the clocks run on with the days they had left; or its time has passed meanwhile."""
    end(case, event, actor, now)
    if case.closed_at is not None or case.record.status in NOTHING_TO_REPAIR:
        return
    why, today = label(f"repair.stopped_for_{BACK_FROM[event.kind]}"), legal_day(now)
    stopped = [d for d in clocks.open_deadlines(case) if clocks.is_stopped_for(d, why)]
    for deadline in stopped:
        clocks.resume(deadline, on=today, reason=why)
    if stopped:
        clocks.project_due(case, clocks.open_deadlines(case))
        tell(case.id, "record_back", actor=actor, now=now, kind="system")


def go_on(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The dispute is settled and the record still there: the clocks run on with the days they had left."""
    why, today = label("repair.stopped_for_dispute"), legal_day(now)
    for deadline in clocks.open_deadlines(case):
        if clocks.is_stopped_for(deadline, why):
            clocks.resume(deadline, on=today, reason=why)
    clocks.project_due(case, clocks.open_deadlines(case))
    tell(case.id, "dispute_over", actor=actor, now=now, kind="system")
    go_on_if_confirmed(case, now=now)


def note_listing(case: Case, event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The record became the ground of a listing, or is no longer: it counts at the decision, whoever works on it is told."""
    tell(case.id, event.kind, actor=actor, now=now, kind="system")


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
    "shielded": wait_while_off,
    "suspended": wait_while_off,
    "resumed": back_or_gone,
    "unshielded": back_or_gone,
    "disputed": wait,
    "dispute_settled": go_on,
    "listed": note_listing,
    "unlisted": note_listing,
}
