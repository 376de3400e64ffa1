"""The party asks that a clock of its own be extended, where its kind lets it: by how many days and why, granted by another."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.extend_deadline import request_extension
from workflow_app.cases.clocks import extensions_left
from workflow_app.cases.views import CaseView, case_view
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import Dated, value_of
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.enterprise import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>/extension")
@guarded(Permission.CASE_CORRECT)
def extension(number: str) -> str:
    """The form: by how many days and why, or why none can be had."""
    return _page(number, errors={})


@bp.post("/cases/<number>/extension")
@guarded(Permission.CASE_CORRECT)
def ask_extension(number: str) -> Response | tuple[str, int]:
    """Ask; the days stay as they are until another person has granted it."""
    days = request.form.get("days", "").strip()
    try:
        request_extension(
            case_number=number,
            reason=request.form.get("reason", ""),
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(number, errors=error.fields), 422
    flash(label("case.extension_sent"))
    return redirect(url_for("enterprise.case", number=number))


def _page(number: str, *, errors: Mapping[str, str]) -> str:
    view = case_view(number, current_actor(), now())
    require(current_actor(), Permission.CASE_CORRECT, view.case)
    return render_template(
        "portals/enterprise/extension.html", view=view, law=_law(view), typed=request.form, errors=errors
    )


def _law(view: CaseView) -> Dated | None:
    """Return by how much the party's running clock may still be extended today, or None."""
    for clock in view.clocks:
        deadline = clock.deadline
        own = deadline.key in view.kind.extendable and deadline.step in view.kind.party_steps
        if not own or deadline.closed_at is not None or deadline.due_on is None:
            continue
        if legal_day(now()) <= deadline.due_on and extensions_left(deadline, view.kind.key):
            return value_of(f"{view.kind.key}.extend", on=deadline.started_on)
    return None
