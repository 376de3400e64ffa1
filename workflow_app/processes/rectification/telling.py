"""How a rectification tells its party and its department: by letters with their entries, and by messages."""

from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Role
from workflow_app.processes.rectification import letters, rules


def issue(context: StepContext, code: str) -> Letter:
    """Issue a letter of the case's department to the party."""
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
        organisation_id=case.organisation_id,
        context=letters.build(code, context),
        actor=context.actor,
        now=context.now,
    )


def tell_letter(context: StepContext, key: str, letter: Letter) -> None:
    """Put a letter on the timeline and into the party's inbox."""
    tell(context.case.id, key, actor=context.actor, now=context.now, letter=letter.number, code=letter.code)
    notify_party(context, key, letter=letter.number)


def notify_party(context: StepContext, key: str, **facts: Any) -> None:
    """Send the party a message about its case."""
    case = context.case
    notify(key, now=context.now, organisation_id=case.organisation_id, case_number=case.number, **facts)


def notify_office(case: Case, key: str, *, context: StepContext) -> None:
    """Send whoever has the case a message, or the officers of its department where nobody has it."""
    place: dict[str, Any] = {"account_id": case.assignee_id}
    if case.assignee_id is None:
        place = {"department_id": case.department_id, "role": Role.OFFICER}
    notify(key, now=context.now, case_number=case.number, **place)


def term_of(case: Case) -> Deadline | None:
    """Return the running clock of performance, stopped or not."""
    query = sa.select(Deadline).where(
        Deadline.case_id == case.id, Deadline.key == rules.TERM, Deadline.closed_at.is_(None)
    )
    return db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).first()
