"""How an interview tells its party and its department: by letters with their entries, and by messages."""

from datetime import datetime
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Role
from workflow_app.processes.interview import letters


def issue(context: StepContext, code: str, *, filed_only: bool = False) -> Letter:
    """Issue a letter of the case's department; one that is only filed (L22) is nobody's mail."""
    case = context.case
    if case.department is None:
        raise RuntimeError(f"case {case.number} has no department")
    return issue_letter(
        code=code,
        case_id=case.id,
        case_no=case.number,
        department=case.department,
        addressee_name=case.organisation.name,
        addressee_code=case.organisation.code,
        organisation_id=None if filed_only else case.organisation_id,
        context=letters.build(code, context),
        actor=context.actor,
        now=context.now,
    )


def tell_letter(context: StepContext, key: str, letter: Letter, **facts: Any) -> None:
    """Put a letter on the timeline and into the party's inbox."""
    said = {"letter": letter.number, "code": letter.code} | facts
    tell(context.case.id, key, actor=context.actor, now=context.now, **said)
    notify_party(context.case, key, now=context.now, **said)


def notify_party(case: Case, key: str, *, now: datetime, **facts: Any) -> None:
    """Send the party a message about its case."""
    notify(key, now=now, organisation_id=case.organisation_id, case_number=case.number, **facts)


def notify_office(case: Case, key: str, *, now: datetime, **facts: Any) -> None:
    """Send whoever has the case a message, or the officers of its department where nobody has it."""
    place: dict[str, Any] = {"account_id": case.assignee_id}
    if case.assignee_id is None:
        place = {"department_id": case.department_id, "role": Role.OFFICER}
    notify(key, now=now, case_number=case.number, **place, **facts)
