"""Extending a deadline: the officer asks with a reason, another person grants or refuses."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.extend_deadline import STEP, request_extension, settle_extension
from workflow_app.cases.views import case_view
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.next_step import extendable
from workflow_app.portals.officer.outlook import extended_due
from workflow_app.portals.officer.task_pages import beside_page, work_beside
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>/extension")
@guarded(Permission.EXTENSION_REQUEST)
def extension(number: str) -> str:
    """The reason for an extension, with the dates before and after."""
    return _form(number, reason="", errors={})


@bp.post("/cases/<number>/extension")
@guarded(Permission.EXTENSION_REQUEST)
def ask_extension(number: str) -> Response | tuple[str, int]:
    """Ask for the extension."""
    reason = request.form.get("reason", "")
    try:
        request_extension(case_number=number, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _form(number, reason=reason, errors=error.fields), 422
    flash(label("desk.extension_requested"))
    return redirect(url_for("officer.case", number=number))


@bp.post("/cases/<number>/tasks/<int:task_id>/extension")
@guarded(Permission.EXTENSION_APPROVE)
def settle(number: str, task_id: int) -> Response | tuple[str, int]:
    """Grant or refuse an extension that somebody else asked for."""
    work_beside(number, task_id, STEP)
    answer = request.form.get("answer", "")
    if answer not in ("granted", "refused"):
        return beside_page(number, task_id, errors={"answer": label("field_error.choose")}), 422
    try:
        settle_extension(
            task_id=task_id,
            granted=answer == "granted",
            note=request.form.get("note", ""),
            basis_article=request.form.get("basis_article", ""),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return beside_page(number, task_id, errors=error.fields), 422
    flash(label(f"desk.extension_{answer}"))
    return redirect(url_for("officer.case", number=number))


def _form(number: str, *, reason: str, errors: Mapping[str, str]) -> str:
    view = case_view(number, current_actor(), now())
    require(current_actor(), Permission.EXTENSION_REQUEST, view.case)
    deadline = extendable(view)
    after = extended_due(deadline, view.kind.key) if deadline else None
    return render_template(
        "portals/officer/extension.html", view=view, deadline=deadline, after=after, reason=reason, errors=errors
    )
