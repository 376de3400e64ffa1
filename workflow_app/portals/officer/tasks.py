"""Doing a task: its page, sending the answer, and keeping what is typed on the way."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.complete_task import complete_task, permission_for
from workflow_app.actions.save_draft import save_draft
from workflow_app.cases.drafts import draft_of
from workflow_app.cases.kinds import Answer
from workflow_app.foundation.errors import Conflict, InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.content import texts
from workflow_app.letters.glyphs import unprintable
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.conflicts import conflict_page
from workflow_app.portals.officer.task_pages import Work, beside_page, task_page, work_on
from workflow_app.portals.shared.answers import answer_of
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>/tasks/<int:task_id>")
@guarded(Permission.CASE_VIEW)
def task(number: str, task_id: int) -> str | Response:
    """The page of a task; one that is done leads to its case."""
    work = work_on(number, task_id)
    if work.is_done:
        flash(label("error.task_already_done"), "soon")
        return redirect(url_for("officer.case", number=number))
    return task_page(work, errors={}) if work.task.engine_id else beside_page(number, task_id, errors={})


@bp.post("/cases/<number>/tasks/<int:task_id>")
@guarded(Permission.CASE_VIEW)
def send(number: str, task_id: int) -> Response | tuple[str, int]:
    """Send the answer; a fault leads back to the form, a faster colleague to both texts side by side."""
    work = work_on(number, task_id)
    answer = _answer(work)
    try:
        complete_task(
            task_id=task_id,
            case_version=request.form.get("case_version", 0, int),
            answer=answer,
            idempotency_key=request.form.get("idempotency_key"),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return task_page(work_on(number, task_id), errors=error.fields, typed=answer), 422
    except RuleViolation as error:
        said = refused_on_page(error)
        return task_page(work_on(number, task_id), errors=said, typed=answer), 422
    except Conflict as error:
        return conflict_page(number, task_id, answer=answer, error=error), 409
    flash(label("desk.done", step=work.view.kind.step_label(work.task.step)))
    return redirect(url_for("officer.case", number=number))


@bp.post("/cases/<number>/tasks/<int:task_id>/draft")
@guarded(Permission.CASE_VIEW)
def keep(number: str, task_id: int) -> str:
    """Keep the form as it is being typed; the answer is the line under the form."""
    work = work_on(number, task_id)
    require(current_actor(), permission_for(work.task), work.view.case)
    answer = answer_of(work.form, request.form)
    draft = save_draft(place=work.place, values=answer, actor=current_actor(), now=now())
    strange = list(dict.fromkeys(found for text in texts(answer) for found in unprintable(text)))
    return render_template("portals/officer/draft_state.html", saved_at=draft.saved_at, strange=strange)


def _answer(work: Work) -> Answer:
    """What was posted; from the page of a preview, what was kept before it."""
    if request.form.get("draft") != "1":
        return answer_of(work.form, request.form)
    draft = draft_of(work.actor.account_id, work.place)
    return dict(draft.values) if draft else {}
