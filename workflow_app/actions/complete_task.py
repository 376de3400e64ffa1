"""Doing a user task: the one way any person moves a case forward."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions._advance import apply_step
from workflow_app.actions._record_events import deliver
from workflow_app.audit import log
from workflow_app.cases.case import Case, check_version
from workflow_app.cases.forms import clean
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.kinds import Answer, FormContext, StepContext, kind_of
from workflow_app.cases.stays import is_stayed
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.urges import hand_over
from workflow_app.engine import runner
from workflow_app.engine.instances import instance_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, forbid_same_person, require

LANES = {
    Role.APPLICANT: Permission.CASE_CORRECT,
    Role.CLERK: Permission.CASE_FORWARD,
    Role.APPROVER: Permission.CASE_DECIDE,
    Role.LEADER: Permission.CASE_DECIDE,
    Role.PROVIDER: Permission.ENQUIRY_ANSWER,
}


def complete_task(
    *, task_id: int, case_version: int, answer: Answer, idempotency_key: str | None, actor: Actor, now: datetime
) -> Case:
    """Answer a task and move the case on. `case_version` is the row version the actor's page was made from.

    Raises NotFound or NotPermitted by the permission table, InvalidInput and RuleViolation by the form of the step,
    Conflict where somebody else was faster. Nothing is kept of a refused act.
    """
    try:
        case = _complete(
            task_id=task_id, case_version=case_version, answer=answer, key=idempotency_key, actor=actor, now=now
        )
    except StaleDataError as error:
        raise Conflict("case_changed") from error
    failpoint("task.after_commit")
    return case


@transactional
def _complete(*, task_id: int, case_version: int, answer: Answer, key: str | None, actor: Actor, now: datetime) -> Case:
    failpoint("task.begun")
    task, case = task_to_do(task_id, actor)
    digest = request_digest(task=task_id, answer=answer)
    if earlier_result(key, digest, actor=actor) is not None:
        return case
    if task.closed_at is not None:
        raise Conflict("task_already_done", number=case.number)
    check_version(case, case_version)
    if task.assignee_id not in (None, actor.account_id) and task.role != Role.APPLICANT:
        raise Conflict("task_claimed_by_other", number=case.number)
    if is_stayed(case) and task.role != Role.PROVIDER:
        raise RuleViolation("case_stays", number=case.number)
    kind = kind_of(case.kind)
    form = kind.form_for(task.step)
    forbid_same_person(form.not_by(case), actor)
    context = FormContext(case=case, actor=actor, now=now, today=legal_day(now))
    cleaned = form.check(context, clean(form, answer))
    task.answer, task.closed_at, task.closed_by_id = cleaned, now, actor.account_id
    if task.role == Role.OFFICER and case.assignee_id != actor.account_id:
        case.assignee_id = actor.account_id
        hand_over(case)
    form.keep(StepContext(case=case, params={}, answer=cleaned, actor=actor, now=now, today=context.today))
    instance = instance_of(case.id)
    step = runner.complete(instance.definition, instance.state, task.engine_id, form.route(cleaned))
    failpoint("task.engine_moved")
    done = apply_step(case, instance, step, answer=cleaned, actor=actor, now=now, done=task)
    failpoint("task.rows_written")
    deliver(done.raised, actor=actor, now=now)
    log.record(
        actor=actor,
        action=f"task.{task.step}",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"answer": cleaned, "stage": case.stage, "outcome": case.outcome},
        now=now,
    )
    remember(key, digest, case.number, actor=actor, now=now)
    failpoint("task.before_commit")
    return case


def task_to_do(task_id: int, actor: Actor) -> tuple[CaseTask, Case]:
    """Return a task of the diagram that the actor may work on and its case, locked. Raises NotFound or NotPermitted."""
    task = db.session.get(CaseTask, task_id)
    if task is None or task.engine_id is None:
        raise NotFound("task_not_found")
    its_case = sa.select(Case).where(Case.id == task.case_id).with_for_update(of=Case, key_share=True)
    case = db.session.scalars(its_case).unique().one()
    asked = task.role == Role.PROVIDER  # whoever was asked sees what they were asked, not the case
    require(actor, permission_for(task), task if asked else case)
    if task.role != actor.role and not asked:
        raise NotPermitted(permission=permission_for(task).value)
    return task, case


def permission_for(task: CaseTask) -> Permission:
    """Return the permission that a task's lane asks for."""
    return LANES.get(Role(task.role), Permission.CASE_WORK)
