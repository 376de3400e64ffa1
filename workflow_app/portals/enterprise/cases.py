"""An enterprise's own cases: list, progress in plain words, answering a correction, adding papers, withdrawing."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.save_draft import save_draft
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.drafts import draft_of
from workflow_app.cases.kinds import following
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.views import CaseView, applicant_cases, case_view
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Role
from workflow_app.people.permissions import Permission
from workflow_app.portals.enterprise import bp
from workflow_app.portals.shared.answers import answer_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.progress import outcome_words, progress_of
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.titles import record_title


@bp.get("/cases")
@guarded(Permission.CASE_LIST)
def cases() -> str:
    """All cases of the enterprise, the newest first."""
    rows = [
        (view, record_title(view.case.record), outcome_words(view)) for view in applicant_cases(current_actor(), now())
    ]
    return render_template("portals/enterprise/cases.html", rows=rows)


@bp.get("/cases/<number>")
@guarded(Permission.CASE_VIEW)
def case(number: str) -> str:
    """One case: where it stands, what to do, until when, and what has happened."""
    view = _view(number)
    title = record_title(view.case.record)
    return render_template(
        "portals/enterprise/case.html",
        view=view,
        title=title,
        progress=progress_of(view),
        next_kinds=[] if view.case.record.dispute_case_no else following(view.case),
    )


@bp.get("/cases/<number>/correct")
@guarded(Permission.CASE_CORRECT)
def correct(number: str) -> str:
    """The papers that were asked for, to be answered one by one."""
    return _correction(_view(number), errors={})


@bp.post("/cases/<number>/correct")
@guarded(Permission.CASE_CORRECT)
def send_correction(number: str) -> Response | tuple[str, int]:
    """Send the answers; a fault leads back with everything that was typed."""
    view = _view(number)
    try:
        complete_task(
            task_id=_last_task(view),
            case_version=request.form.get("case_version", 0, int),
            answer=_answers(view),
            idempotency_key=request.form.get("idempotency_key"),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _correction(_view(number), errors=error.fields, values=_answers(view)), 422
    flash(view.kind.words("party_sent", view.party_step or "") or label("case.correction_sent"))
    return redirect(url_for("enterprise.case", number=number))


@bp.post("/cases/<number>/correct/draft")
@guarded(Permission.CASE_CORRECT)
def keep_correction(number: str) -> str:
    """Keep the answers as they are being typed; the answer is the line under the form."""
    view = _view(number)
    draft = save_draft(place=f"task:{_open_task(view)}", values=_answers(view), actor=current_actor(), now=now())
    return render_template("portals/enterprise/draft_state.html", saved_at=draft.saved_at)


@bp.post("/cases/<number>/files")
@guarded(Permission.EVIDENCE_ADD)
def add_case_file(number: str) -> Response:
    """Hand in one more paper for an open case."""
    upload = request.files.get("file")
    try:
        add_evidence(
            case_number=number,
            purpose=request.form.get("purpose", "correction"),
            filename=upload.filename or "" if upload else "",
            content=upload.read() if upload else b"",
            actor=current_actor(),
            now=now(),
        )
        flash(label("case.file_added", name=upload.filename if upload else ""))
    except InvalidInput as error:
        flash(next(iter(error.fields.values())), "bad")
    back = "enterprise.correct" if request.form.get("back") == "correct" else "enterprise.case"
    return redirect(url_for(back, number=number, _anchor="files"))


@bp.get("/cases/<number>/withdraw")
@guarded(Permission.CASE_WITHDRAW)
def withdraw(number: str) -> str:
    """Ask whether the application is really to be withdrawn, and say what follows."""
    return render_template("portals/enterprise/withdraw.html", view=_view(number), errors={}, reason="")


@bp.post("/cases/<number>/withdraw")
@guarded(Permission.CASE_WITHDRAW)
def send_withdrawal(number: str) -> Response | tuple[str, int]:
    """Withdraw the application."""
    reason = request.form.get("reason", "")
    try:
        withdraw_application(
            case_number=number,
            case_version=request.form.get("case_version", 0, int),
            reason=reason,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        page = "portals/enterprise/withdraw.html"
        return render_template(page, view=_view(number), errors=error.fields, reason=reason), 422
    flash(label("case.withdrawn"))
    return redirect(url_for("enterprise.case", number=number))


def _view(number: str) -> CaseView:
    return case_view(number, current_actor(), now())


def _open_task(view: CaseView) -> int:
    if view.task is None:
        raise NotFound("task_not_found")
    return view.task.id


def _last_task(view: CaseView) -> int:
    """The open task of the party, or the one it did last: an answer that is sent again gets the reply that was lost."""
    mine = sa.select(CaseTask.id).where(CaseTask.case_id == view.case.id, CaseTask.role == Role.APPLICANT)
    last = db.session.scalar(mine.order_by(CaseTask.id.desc()).limit(1))
    if last is None:
        raise NotFound("task_not_found")
    return view.task.id if view.task else last


def _last_step(view: CaseView) -> str:
    """The step the party did last: an answer that is sent again is read by the same form."""
    mine = sa.select(CaseTask.step).where(CaseTask.case_id == view.case.id, CaseTask.role == Role.APPLICANT)
    return db.session.scalar(mine.order_by(CaseTask.id.desc()).limit(1)) or ""


def wanted_items(view: CaseView) -> list[dict[str, Any]]:
    """Return the papers a correction asked for: each a name and how it must look."""
    items = view.case.details.get("missing_items")
    return items if isinstance(items, list) else []


def _answers(view: CaseView) -> dict[str, Any]:
    """Read the answer by the form of the step; papers that were asked for are answered in the order of the list."""
    form = view.kind.forms.get(view.party_step or _last_step(view))
    if form is not None and all(field.name != "responses" for field in form.fields):
        return answer_of(form, request.form)
    responses = [
        {"name": str(item.get("name", "")), "response": request.form.get(f"response-{index}", "")}
        for index, item in enumerate(wanted_items(view))
    ]
    return {"responses": responses, "statement": request.form.get("statement", "")}


def _correction(view: CaseView, *, errors: Mapping[str, str], values: Mapping[str, Any] | None = None) -> str:
    draft = draft_of(current_actor().account_id, f"task:{_open_task(view)}")
    if view.party_step is None:
        raise RuleViolation("case_stays", number=view.case.number)
    return render_template(
        f"processes/{view.case.kind}/{view.party_step}.html",
        view=view,
        items=wanted_items(view),
        errors=errors,
        values=values or (draft.values if draft else {}),
        saved_at=draft.saved_at if draft else None,
    )
