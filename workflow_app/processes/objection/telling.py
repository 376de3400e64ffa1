"""How an objection tells its party and its departments: by letters with their entries and messages."""

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.departments import Department
from workflow_app.processes.objection import letters
from workflow_app.records.conclusions import CONCLUSIONS


def issue(context: StepContext, code: str, *, to: Department | None = None) -> Letter:
    """Issue a letter of the case's department, to the party or to another department (`to`)."""
    case = context.case
    return issue_letter(
        code=code,
        case_id=case.id,
        case_no=case.number,
        department=department_of(case),
        addressee_name=to.name if to else case.organisation.name,
        addressee_code=to.code if to else case.organisation.code,
        organisation_id=None if to else case.organisation_id,
        context=letters.build(code, context, to=to),
        actor=context.actor,
        now=context.now,
    )


def tell_letter(context: StepContext, key: str, letter: Letter) -> None:
    """Put a letter on the timeline and into the party's inbox."""
    case = context.case
    tell(case.id, f"objection_{key}", actor=context.actor, now=context.now, letter=letter.number, code=letter.code)
    notify(
        f"objection_{key}", now=context.now, organisation_id=case.organisation_id, case_number=case.number,
        letter=letter.number,
    )  # fmt: skip


def department_of(case: Case) -> Department:
    """Return the department that works on a case. A step that needs one is drawn behind the step that finds it."""
    if case.department is None:
        raise RuntimeError(f"case {case.number} has no department")
    return case.department


def running(case: Case, key: str) -> Deadline | None:
    """Return a case's running clock of a key, stopped or not."""
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.key == key, Deadline.closed_at.is_(None))
    return db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).first()


def last_proposal(case_id: int) -> Decision:
    """Return the newest proposal of a conclusion."""
    query = sa.select(Decision).where(Decision.case_id == case_id, Decision.proposal.in_(CONCLUSIONS))
    return db.session.scalars(query.order_by(Decision.sequence.desc()).limit(1)).one()


def next_sequence(case_id: int) -> int:
    """Return the number of the next decision of a case."""
    last = db.session.scalar(sa.select(sa.func.max(Decision.sequence)).where(Decision.case_id == case_id))
    return (last or 0) + 1
