"""Verification of an objection: the letter to the providing department and its answer, excluded time, extension."""

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Role
from workflow_app.people.departments import department_by_code
from workflow_app.processes.objection.telling import issue, running, tell_letter

ANSWERING = (Role.PROVIDER, Role.OFFICER)


def ask_provider(context: StepContext) -> None:
    """Send the letter of verification (核查函, L14); the task that opens now belongs to the department asked."""
    case = context.case
    asked = department_by_code(str(context.answer["department_code"]))
    if asked is None:
        raise RuntimeError(f"{case.number}: nobody of the code {context.answer['department_code']}")
    context.asked_department_id = asked.id
    points = [row["point"] for row in context.answer["points"]]
    case.details = case.details | {"asked": asked.name, "asked_points": points}
    letter = issue(context, "L14", to=asked)
    tell(case.id, "objection_asked", actor=context.actor, now=context.now, letter=letter.number, department=asked.name)
    for role in ANSWERING:
        notify(
            "objection_asked", now=context.now, department_id=asked.id, role=role, letter=letter.number,
            subject=case.record.subject_name,
        )  # fmt: skip


def note_answer(context: StepContext) -> None:
    """The department asked has answered: back to the officer, with what it found."""
    case, answer = context.case, context.answer
    case.details = case.details | {"provider_answer": dict(answer)}
    asked = str(case.details.get("asked", ""))
    tell(case.id, "objection_answered", actor=context.actor, now=context.now, department=asked)
    whom = (
        {"account_id": case.assignee_id}
        if case.assignee_id
        else {"department_id": case.department_id, "role": Role.OFFICER}
    )
    notify("objection_answered", now=context.now, case_number=case.number, department=asked, **whom)


def stop_for_expert(context: StepContext) -> None:
    """The time of an appraisal, a test or a review by experts is not counted, on the paper that ordered it (§10.4)."""
    case, paper = context.case, str(context.answer["expert_paper"])
    total = running(case, "objection.total")
    if total is not None and not total.is_stopped:
        clocks.stop(
            total, on=context.today, reason=label("objection.stopped_for_expert"), paper=paper,
            by=context.actor.account_id, now=context.now,
        )  # fmt: skip
    tell(case.id, "objection_stopped", actor=context.actor, now=context.now, kind="stop", paper=paper)


def resume_after_expert(context: StepContext) -> None:
    """The result is there: the clock runs on with the days it had left."""
    total = running(context.case, "objection.total")
    if total is not None and total.is_stopped:
        clocks.resume(total, on=context.today)
    tell(
        context.case.id, "objection_resumed", actor=context.actor, now=context.now, paper=context.answer["result_paper"]
    )


def extend(context: StepContext) -> None:
    """Tell the party that the time was extended, until when, why and by whom (L15B)."""
    tell_letter(context, "extended", issue(context, "L15B"))
