"""What the service tasks up to the verification do: each the consequence of an answer, inside the answer's transaction."""

from workflow_app.cases import alarms
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.rectification import terms
from workflow_app.processes.rectification.telling import issue, notify_office, notify_party, tell_letter
from workflow_app.records import rectifying


def escalate_overdue(context: StepContext) -> None:
    """A clock of the office has run out: those who answer for it are told."""
    alarms.tell_overdue(context.case, str(context.params["key"]), now=context.now)


def drop(context: StepContext) -> None:
    """Nothing is urged (any more): a party that had a notice is told so."""
    case = context.case
    case.outcome, case.decided_at = "rectify_dropped", context.now
    rectifying.leave(case.record, case_no=case.number, reason="dropped", actor=context.actor, now=context.now)
    tell(case.id, "rectification_dropped", actor=context.actor, now=context.now, step="approve_notice")
    if case.details.get("told_at"):
        notify_party(context, "rectification_dropped")


def give_notice(context: StepContext) -> None:
    """Issue the notice (L17): obligations, days, standards. The record is marked for staff; nothing of it is public."""
    case = context.case
    terms.set_terms(context)
    letter = issue(context, "L17")
    case.details = {k: v for k, v in case.details.items() if k not in ("reports", "explanation", "reported_at")} | {
        "told_at": context.now.isoformat(),
        "notice": letter.number,
    }
    event = rectifying.begin(
        case.record, case_no=case.number, basis=letter.number, actor=context.actor, now=context.now
    )
    if event is not None:
        context.raised.append(event)
    tell_letter(context, "rectification_noticed", letter)


def note_report(context: StepContext) -> None:
    """The party has reported: whoever has the case verifies it."""
    case = context.case
    tell(case.id, "rectification_reported", actor=context.actor, now=context.now, step="perform")
    notify_office(case, "rectification_reported", context=context)


def note_silence(context: StepContext) -> None:
    """The days have passed without a report: it is verified all the same."""
    case = context.case
    case.details = case.details | {"silent": True}
    tell(case.id, "rectification_unreported", actor=Actor.system(), now=context.now, kind="system")
    notify_party(context, "rectification_unreported")
    notify_office(case, "rectification_unreported_office", context=context)


def ask_second(context: StepContext) -> None:
    """The finding waits for a second officer: the next task is nobody's yet, and not the first one's."""
    case = context.case
    notify(
        "rectification_confirm", now=context.now, department_id=case.department_id, role=Role.OFFICER,
        case_number=case.number,
    )  # fmt: skip
