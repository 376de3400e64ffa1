"""The letter an answer would lead to, looked at before it is sent: its pages, and what would stop its issue."""

import hashlib

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.rehearse_letter import Rehearsed, rehearse_letter
from workflow_app.actions.save_draft import save_draft
from workflow_app.cases.drafts import draft_of
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.letters.catalogue import letter_kind
from workflow_app.letters.preview import Preview, preview
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.task_pages import Work, task_page, work_on
from workflow_app.portals.shared.answers import answer_of
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.page_cache import keep_pages, kept_page
from workflow_app.portals.shared.session import current_actor


@bp.post("/cases/<number>/tasks/<int:task_id>/preview")
@guarded(Permission.LETTER_PREVIEW)
def ask_preview(number: str, task_id: int) -> Response | tuple[str, int]:
    """Keep what was typed and go to the preview of its letter."""
    work = work_on(number, task_id)
    answer = answer_of(work.form, request.form)
    save_draft(place=work.place, values=answer, actor=current_actor(), now=now())
    return redirect(url_for("officer.letter_preview", number=number, task_id=task_id), 303)


@bp.get("/cases/<number>/tasks/<int:task_id>/preview")
@guarded(Permission.LETTER_PREVIEW)
def letter_preview(number: str, task_id: int) -> Response | str | tuple[str, int]:
    """The letter that the kept answer would lead to. An answer with a fault leads back to its form."""
    work = work_on(number, task_id)
    draft = draft_of(work.actor.account_id, work.place)
    answer = (dict(draft.values) if draft else {}) | request.args.to_dict()
    try:
        found = rehearse_letter(task_id=task_id, answer=answer, actor=work.actor, now=now())
    except InvalidInput as error:
        return task_page(work_on(number, task_id), errors=error.fields, typed=answer), 422
    except RuleViolation as error:
        said = refused_on_page(error)
        return task_page(work_on(number, task_id), errors=said, typed=answer), 422
    if found is None:
        raise NotFound("letter_not_found")
    return _page(work_on(number, task_id), found, answered="verdict" in request.args)


@bp.get("/cases/<number>/tasks/<int:task_id>/preview/<digest>/<int:page>.png")
@guarded(Permission.LETTER_PREVIEW)
def preview_page(number: str, task_id: int, digest: str, page: int) -> Response:
    """One page of a preview as an image."""
    work = work_on(number, task_id)
    require(work.actor, Permission.LETTER_PREVIEW, work.view.case)
    return send_file(kept_page(_place(work, digest), page), mimetype="image/png")


def _place(work: Work, digest: str) -> str:
    """Where the pages of a preview are kept: under its task, so that no other task's address leads to them."""
    return hashlib.sha256(f"preview:{work.task.id}:{digest}".encode()).hexdigest()


def _page(work: Work, found: Rehearsed, *, answered: bool) -> str:
    draft: Preview = preview(found.code, found.content, on=found.on, organ_code=found.organ_code)
    digest = hashlib.sha256(draft.pdf).hexdigest()
    if draft.pages:
        keep_pages(_place(work, digest), draft.pages)
    return render_template(
        "portals/officer/preview.html",
        work=work,
        view=work.view,
        task=work.task,
        kind=letter_kind(found.code),
        content=found.content,
        draft=draft,
        digest=digest,
        organ_code=found.organ_code,
        answered=answered,
    )
