"""Asking another body during the review (协查, rulebook §10.4, §12.1 no. 5): the letter out, the answer back, and the end of
an enquiry nobody needs any more.

Whether the clocks of the case stand still meanwhile is a parameter of the law; they do so on the letter alone.
"""

from workflow_app.cases import alarms, clocks
from workflow_app.cases.enquiries import enquiry_by_id, open_enquiry, tell_asked
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Role
from workflow_app.processes.repair import letters, rules
from workflow_app.processes.repair.telling import department_of

CLOCK = "repair.enquiry"
STOPS = "repair.enquiry_stops"


def send(context: StepContext) -> None:
    """Send the letter (L05): the body asked has its task and its clock. Refused while the record is disputed."""
    case = context.case
    rules.check_not_held(case.record.dispute_case_no, case.record.status)
    asked = enquiry_by_id(int(context.answer["enquiry_id"]))
    context.asked_department_id = asked.department_id
    letter = _letter(context)
    asked.letter_id = letter.id
    if value_of(STOPS, on=context.today).value:
        _stop_clocks(context, letter)
    tell(
        case.id, "enquiry_asked", actor=context.actor, now=context.now,
        department=asked.department.name, letter=letter.number, code=letter.code,
    )  # fmt: skip
    tell_asked(asked, "enquiry_asked", now=context.now, who=department_of(case).name)


def chase(context: StepContext) -> None:
    """The time for the answer has run out: the body asked and its head are told, and the officer who waits."""
    alarms.tell_enquiry_overdue(context.case, CLOCK, now=context.now)


def take_answer(context: StepContext) -> None:
    """Keep the answer and tell the officer, who goes on with the review."""
    case, answer = context.case, context.answer
    asked = open_enquiry(case.id)
    if asked is None:
        raise RuntimeError(f"case {case.number} got an answer to nothing")
    asked.finding, asked.answer, asked.answered_at = answer["finding"], answer["answer"], context.now
    asked.answered_by_id, asked.answered_by_name = context.actor.account_id, context.actor.name
    _resume_clocks(context)
    name = asked.department.name
    tell(case.id, "enquiry_answered", actor=context.actor, now=context.now, kind="message", department=name)
    notify(
        "enquiry_answered", now=context.now, case_number=case.number, department=name, account_id=case.assignee_id,
        department_id=None if case.assignee_id else case.department_id,
        role=None if case.assignee_id else Role.OFFICER,
    )  # fmt: skip


def end(context: StepContext) -> None:
    """The officer has taken the question back and goes on without an answer."""
    asked = open_enquiry(context.case.id)
    name, reason = asked.department.name if asked else "", str(context.answer.get("reason", ""))
    drop_open(context, reason=reason)
    _resume_clocks(context)
    tell(
        context.case.id, "enquiry_withdrawn", actor=context.actor, now=context.now, public=False,
        department=name, reason=reason,
    )  # fmt: skip


def drop_open(context: StepContext, *, reason: str = "") -> None:
    """End the open enquiry of a case without an answer, and tell the body asked that none is needed."""
    asked = open_enquiry(context.case.id)
    if asked is not None:
        asked.withdrawn_at = context.now
        asked.withdrawn_reason = reason or label("repair.enquiry_case_over")
        tell_asked(asked, "enquiry_withdrawn", now=context.now, reason=asked.withdrawn_reason)


def _letter(context: StepContext) -> Letter:
    case, asked = context.case, enquiry_by_id(int(context.answer["enquiry_id"]))
    return issue_letter(
        code="L05",
        case_id=case.id,
        case_no=case.number,
        department=department_of(case),
        addressee_name=asked.department.name,
        addressee_code=asked.department.code,
        context=letters.build("L05", context),
        actor=context.actor,
        now=context.now,
    )


def _stop_clocks(context: StepContext, letter: Letter) -> None:
    why = label("repair.stopped_for_enquiry")
    for deadline in clocks.open_deadlines(context.case):
        if deadline.key != CLOCK and deadline.fired_at is None:
            clocks.stop(
                deadline, on=context.today, reason=why, paper=letter.number, by=context.actor.account_id, now=context.now
            )  # fmt: skip


def _resume_clocks(context: StepContext) -> None:
    why = label("repair.stopped_for_enquiry")
    for deadline in clocks.open_deadlines(context.case):
        if clocks.is_stopped_for(deadline, why):
            clocks.resume(deadline, on=context.today, reason=why)
