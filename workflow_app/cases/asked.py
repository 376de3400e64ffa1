"""What one department asks of another on a case: tasks in the provider's lane of kinds without an enquiry's road. The body
asked sees its task and the letter that came with it, never the case."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import all_kinds, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission, require

MOST = 200  # on the list of a department


def asked_of(actor: Actor) -> Sequence[CaseTask]:
    """Return what an actor's department was asked: what waits for an answer first, the oldest first."""
    waits = sa.case((CaseTask.closed_at.is_(None), 0), else_=1)
    query = sa.select(CaseTask).where(*_of_department(actor)).order_by(waits, CaseTask.opened_at.desc())
    return list(db.session.scalars(query.limit(MOST)).unique())


def waiting_for(actor: Actor) -> int:
    """Return how many questions wait for an answer of the actor's department."""
    query = sa.select(sa.func.count(CaseTask.id)).where(*_of_department(actor), CaseTask.closed_at.is_(None))
    return db.session.scalar(query) or 0


def asked_task(task_id: int, actor: Actor) -> CaseTask:
    """Return one question for those who were asked. Raises NotFound for everybody else, their own side included."""
    task = db.session.get(CaseTask, task_id)
    if task is None or task.role != Role.PROVIDER or task.engine_id is None or kind_of(task.case.kind).enquiry:
        raise NotFound("task_not_found")
    require(actor, Permission.ENQUIRY_VIEW, task)
    return task


def letter_with(task: CaseTask) -> Letter | None:
    """Return the letter by which the question came: the newest of the case to the department that was asked."""
    query = sa.select(Letter).where(
        Letter.case_id == task.case_id,
        Letter.addressee_code == _code(task),
        Letter.organisation_id.is_(None),
        Letter.issued_at <= task.opened_at,
    )
    return db.session.scalars(query.order_by(Letter.id.desc()).limit(1)).first()


def _code(task: CaseTask) -> Any:
    return sa.select(Department.code).where(Department.id == task.department_id).scalar_subquery()


def _of_department(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    enquired = [kind.key for kind in all_kinds() if kind.enquiry is not None]  # those stand on the page of enquiries
    here = sa.select(Case.id).where(Case.kind.not_in(enquired))
    return CaseTask.role == Role.PROVIDER, CaseTask.department_id == actor.department_id, CaseTask.case_id.in_(here)
