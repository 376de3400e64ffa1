"""How credit repair tells its party: by a letter with its entry and its message, or without one where none can be issued."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.processes.repair import letters


def issue(context: StepContext, code: str) -> Letter:
    """Issue a letter of the case's department to the party, its content as the case stands now."""
    case = context.case
    return issue_letter(
        code=code,
        case_id=case.id,
        case_no=case.number,
        department=department_of(case),
        addressee_name=case.organisation.name,
        addressee_code=case.organisation.code,
        organisation_id=case.organisation_id,
        context=letters.build(code, context),
        actor=context.actor,
        now=context.now,
    )


def tell_letter(context: StepContext, key: str, letter: Letter) -> None:
    """Put a letter on the timeline and into the party's inbox."""
    case = context.case
    tell(case.id, key, actor=context.actor, now=context.now, letter=letter.number, code=letter.code)
    notify(key, now=context.now, organisation_id=case.organisation_id, case_number=case.number, letter=letter.number)


def tell_unasked(context: StepContext, key: str, says: Answer, reason: str) -> Letter | None:
    """Tell the party by L11 of what nobody asked for. Where no letter can be issued (no department yet, its own data
    missing) what happened to the record stands all the same: the party is told without, the staff that it was."""
    case = context.case
    try:
        letter = issue(replace(context, answer=says), "L11") if case.department else None
    except RuleViolation:
        letter = None
    if letter is not None:
        tell_letter(context, key, letter)
    else:
        tell(case.id, f"{key}_without_letter", actor=context.actor, now=context.now, kind="system", reason=reason)
        notify(f"{key}_without_letter", now=context.now, organisation_id=case.organisation_id, case_number=case.number)
    if case.department_id or case.assignee_id:
        office: dict[str, Any] = {} if case.assignee_id else {"department_id": case.department_id, "role": Role.OFFICER}
        key = f"case_{key}" if letter else f"case_{key}_without_letter"
        notify(key, now=context.now, account_id=case.assignee_id, case_number=case.number, **office)
    return letter


def tell_contested(case: Case, *, actor: Actor, now: datetime) -> None:
    """Tell the party that the decision is contested, what would follow, and that it may ask to wait (§12.2 no. 13)."""
    tell(case.id, "contested", actor=actor, now=now, kind="system")
    notify("contested", now=now, organisation_id=case.organisation_id, case_number=case.number)


def department_of(case: Case) -> Department:
    """Return the department that works on a case. A step that needs one is drawn behind the step that finds it."""
    if case.department is None:
        raise RuntimeError(f"case {case.number} has no department")
    return case.department
