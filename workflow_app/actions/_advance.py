"""Applying what the engine did to the rows of a case, in fixed order: tasks, clocks, steps, new tasks, projections.

Not an action itself: it runs inside the transaction of the act that moved the case.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import Answer, ProcessKind, StepContext, kind_of
from workflow_app.cases.stays import drop_open as drop_stay
from workflow_app.cases.tasks import APPROVE_EXTENSION, CaseTask
from workflow_app.engine.instances import WorkflowInstance, save
from workflow_app.engine.runner import Armed, Step
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor, Role

WITH_ORGANISATION = Role.APPLICANT
FINISHED_STAGE = "closed"


def apply_step(
    case: Case,
    instance: WorkflowInstance,
    step: Step,
    *,
    answer: Answer,
    actor: Actor,
    now: datetime,
    done: CaseTask | None = None,
    on: date | None = None,
) -> StepContext:
    """Bring the case's rows to where the engine is and run the service steps it called; return the last context.

    `done` is the task whose answer moved the case, where it was one: the clocks that end with it were met. `on` is the day
    it happened in law, today unless told: time that ran out ran out on its last day, however late that was noticed.
    """
    require_transaction()
    kind, advance = kind_of(case.kind), step.advance
    day = on or legal_day(now)
    context = StepContext(case=case, params={}, answer=answer, actor=actor, now=now, today=day)
    closed = [mark for mark in advance.closed if done is None or mark != done.engine_id]
    _close_tasks(case, closed, actor=actor, now=now)
    running = clocks.open_deadlines(case)
    _settle_clocks(running, step, how="met" if done else "cancelled", now=now)
    running += [_arm(case, armed, day=day, now=now) for armed in advance.armed]
    for call in advance.services:
        if call.name not in kind.steps:
            raise ConfigurationFault("step_missing", kind=kind.key, step=call.name)
        context.params = call.params
        kind.steps[call.name](context)
    for opened in advance.opened:
        role = Role(opened.lane)
        place = context.asked_department_id if role is Role.PROVIDER else case.department_id
        _open_task(case, opened.engine_id, opened.bpmn_id, role, place, now=now)
    save(instance, step.state, now=now)
    _project(case, kind, step, running, now=now)
    return context


def _close_tasks(case: Case, engine_ids: Sequence[str], *, actor: Actor, now: datetime) -> None:
    for task in open_tasks(case) if engine_ids else ():
        if task.engine_id in engine_ids:
            task.closed_at = task.closed_at or now
            task.closed_by_id = task.closed_by_id or actor.account_id


def _settle_clocks(running: Sequence[Deadline], step: Step, *, how: str, now: datetime) -> None:
    """Close the clocks whose activity has ended and mark those the engine has just fired."""
    fired = {(a.key, a.arming): a for a in step.advance.fired}
    disarmed = {(a.key, a.arming) for a in step.advance.disarmed}
    for deadline in running:
        mark = (deadline.key, deadline.arming)
        if mark in fired:
            deadline.fired_at = deadline.fired_at or now
            if fired[mark].interrupting:
                clocks.close(deadline, how="lapsed", now=now)
        elif deadline.arming and (mark in disarmed or deadline.step not in step.advance.live):
            clocks.close(deadline, how=how, now=now)
            _drop_requests(deadline, now=now)


def _drop_requests(deadline: Deadline, *, now: datetime) -> None:
    """A request to extend a clock that has ended is void, and so is the task of whoever was to settle it."""
    waiting = [extension for extension in deadline.extensions if extension.settled_at is None]
    for extension in waiting:
        extension.granted, extension.settled_at, extension.note = False, now, label("case.extension_void")
    for task in open_tasks(deadline.case) if waiting else ():
        if task.step == APPROVE_EXTENSION:
            task.closed_at = now


def _arm(case: Case, armed: Armed, *, day: date, now: datetime) -> Deadline:
    return clocks.arm(case, armed.key, arming=armed.arming, step=armed.attached_to, start=day, now=now)


def _open_task(case: Case, engine_id: str, step: str, role: Role, place: int | None, *, now: datetime) -> CaseTask:
    """Open a task in its lane, of the department that works on the case or of the one that was asked. Work that comes back
    to an officer goes to the one who knows the case, but for what another person has to do."""
    to_party = role is WITH_ORGANISATION
    knows = case.assignee_id if role is Role.OFFICER else None
    if knows is not None and knows == kind_of(case.kind).barred_from(step, case):
        knows = None
    task = CaseTask(
        case=case,
        engine_id=engine_id,
        step=step,
        role=role,
        department_id=None if to_party or role is Role.CLERK else place,
        organisation_id=case.organisation_id if to_party else None,
        assignee_id=knows,
        claimed_at=now if knows else None,
        opened_at=now,
    )
    db.session.add(task)
    return task


def _project(case: Case, kind: ProcessKind, step: Step, running: Sequence[Deadline], *, now: datetime) -> None:
    """Write what lists and search read: stage, nearest dates, when it moved, and the end of the case."""
    if step.advance.opened or step.advance.closed or step.advance.finished:
        case.acted_at = now
    if step.advance.finished:
        case.closed_at = case.closed_at or now
        case.stage = FINISHED_STAGE
        for deadline in running:
            clocks.close(deadline, how="met" if deadline.key in kind.case_clocks else "cancelled", now=now)
        case.next_due_on = case.office_due_on = None
        for task in open_tasks(case):  # work beside the diagram is over with its case
            task.closed_at = now
        drop_stay(case, now=now)
        return
    if step.advance.opened:
        case.stage = step.advance.opened[-1].bpmn_id
    elif len(step.advance.live) == 1:  # nobody's task: it waits for a message
        case.stage = next(iter(step.advance.live))
    clocks.project_due(case, running)


def open_tasks(case: Case) -> list[CaseTask]:
    """Return the open tasks of a case."""
    query = sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    return list(db.session.scalars(query))
