"""Claiming and releasing a task: one officer has it, the others see who."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.cases.case import Case, touch
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.cases.urges import hand_over
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, NotFound, NotPermitted
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, forbid_same_person, require


@transactional
def claim_task(*, task_id: int, actor: Actor, now: datetime) -> CaseTask:
    """Take a task that nobody has. Raises Conflict naming the colleague who was faster."""
    task = _task(task_id, actor, Permission.CASE_CLAIM)
    if task.assignee_id == actor.account_id:
        return task
    if task.assignee_id is not None:
        raise Conflict("task_claimed_by_other", number=task.case.number)
    if task.engine_id is not None:
        forbid_same_person(kind_of(task.case.kind).barred_from(task.step, task.case), actor)
    task.assignee_id, task.claimed_at = actor.account_id, now
    if actor.role is Role.OFFICER:
        task.case.assignee_id = actor.account_id
        hand_over(task.case)
    _note(task, "claimed", actor=actor, now=now)
    return task


@transactional
def release_task(*, task_id: int, actor: Actor, now: datetime) -> CaseTask:
    """Give a claimed task back to the department."""
    task = _task(task_id, actor, Permission.CASE_RELEASE)
    if task.assignee_id != actor.account_id:
        raise Conflict("task_not_yours", number=task.case.number)
    task.assignee_id, task.claimed_at = None, None
    if actor.role is Role.OFFICER:
        task.case.assignee_id = None
        hand_over(task.case)
    _note(task, "released", actor=actor, now=now)
    return task


def _task(task_id: int, actor: Actor, permission: Permission) -> CaseTask:
    task = db.session.get(CaseTask, task_id)
    if task is None:
        raise NotFound("task_not_found")
    case = db.session.scalar(sa.select(Case).where(Case.id == task.case_id).with_for_update(of=Case, key_share=True))
    require(actor, permission, case)
    db.session.refresh(task)
    if task.role != actor.role:
        raise NotPermitted(permission=permission.value)
    if task.closed_at is not None:
        raise Conflict("task_already_done", number=task.case.number)
    return task


def _note(task: CaseTask, what: str, *, actor: Actor, now: datetime) -> None:
    touch(task.case, now=now)
    tell(task.case_id, what, actor=actor, now=now, kind="message", step=task.step, public=False)
    number = task.case.number
    log.record(
        actor=actor,
        action=f"task.{what}",
        object_type="case",
        object_id=number,
        case_no=number,
        details={"step": task.step},
        now=now,
    )
