"""Rendering the page of a task: the form of its step with what was typed, or the page of work beside the diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.actions.complete_task import permission_for
from workflow_app.cases.drafts import draft_of
from workflow_app.cases.kinds import Answer, FormContext, TaskForm
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.views import CaseView, case_view
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound, NotPermitted
from workflow_app.people.accounts import Actor
from workflow_app.people.colleagues import staff_of
from workflow_app.people.departments import Department
from workflow_app.portals.officer.next_step import extended
from workflow_app.portals.officer.outlook import extended_due
from workflow_app.portals.officer.people import names_of
from workflow_app.portals.officer.precedents import precedents
from workflow_app.portals.shared.answers import is_typed
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@dataclass(frozen=True, kw_only=True)
class Work:
    """A task in its case, as the actor of the request sees it."""

    view: CaseView
    task: CaseTask
    actor: Actor

    @property
    def place(self) -> str:
        """Where drafts of this task are kept."""
        return f"task:{self.task.id}"

    @property
    def form(self) -> TaskForm:
        """The form of the step. Raises NotFound for work beside the diagram, which has none."""
        if self.task.engine_id is None:
            raise NotFound("task_not_found")
        return self.view.kind.form_for(self.task.step)

    @property
    def is_done(self) -> bool:
        """Whether somebody has done it."""
        return self.task.closed_at is not None

    @property
    def is_taken(self) -> bool:
        """Whether a colleague has it."""
        return self.task.assignee_id not in (None, self.actor.account_id)


def work_on(number: str, task_id: int) -> Work:
    """Return a task of a case. Raises NotFound where it is another case's or department's, NotPermitted for another lane."""
    actor = current_actor()
    view = case_view(number, actor, now())
    task = db.session.get(CaseTask, task_id)
    if task is None or task.case_id != view.case.id:
        raise NotFound("task_not_found")
    if task.role != actor.role:
        raise NotPermitted(permission=permission_for(task).value)
    if task.department_id not in (None, actor.department_id):
        raise NotFound("task_not_found")
    return Work(view=view, task=task, actor=actor)


def task_page(work: Work, *, errors: Mapping[str, str], typed: Answer | None = None) -> str:
    """Return the page of a task inside the diagram: what was just typed, else the draft, else a proposal."""
    draft = draft_of(work.actor.account_id, work.place)
    kept = dict(draft.values) if draft and is_typed(draft.values) else None
    return render_template(
        f"processes/{work.view.kind.key}/{work.task.step}.html",
        work=work,
        view=work.view,
        task=work.task,
        form=work.form,
        values=typed or kept or _proposed(work),
        errors=errors,
        saved_at=draft.saved_at if draft and kept else None,
        names=names_of(work.view),
        departments=_departments(work.form),
        colleagues=_colleagues(work),
        precedents=precedents(work.view),
    )


def work_beside(number: str, task_id: int, step: str | None = None) -> Work:
    """Return work beside the diagram. Raises NotFound for a task inside it or of another step, else as `work_on`."""
    work = work_on(number, task_id)
    if work.task.engine_id is not None or step not in (None, work.task.step):
        raise NotFound("task_not_found")
    return work


def beside_page(number: str, task_id: int, *, errors: Mapping[str, str]) -> str:
    """Return the page of work beside the diagram (an extension, an unknown write-back)."""
    work = work_beside(number, task_id)
    deadline, asked = extended(work.view), work.view.pending_extension
    return render_template(
        f"portals/officer/{work.task.step}.html",
        work=work,
        view=work.view,
        task=work.task,
        typed=request.form,
        errors=errors,
        names=names_of(work.view),
        after=extended_due(deadline, work.view.kind.key, more=asked.value) if deadline and asked else None,
    )


def _departments(form: TaskForm) -> list[tuple[str, str]]:
    """The departments that exist, for a form that asks for one."""
    if all(field.kind != "department" for field in form.fields):
        return []
    query = sa.select(Department.code, Department.name, Department.region_name).where(Department.abolished_on.is_(None))
    rows = db.session.execute(query.order_by(Department.region_code, Department.name))
    return [(code, f"{name}（{region}）") for code, name, region in rows]


def _colleagues(work: Work) -> list[tuple[str, str]]:
    """The people of the case's department, for a form that asks for some of them."""
    if all(field.kind != "person" for field in work.form.fields):
        return []
    return [(str(a.id), a.name) for a in staff_of(work.view.case.department_id)]


def _proposed(work: Work) -> dict[str, Any]:
    instant = now()
    context = FormContext(case=work.view.case, actor=work.actor, now=instant, today=legal_day(instant))
    return work.form.prefill(context)
