"""Answering an urge slip: the question beside the dates of the case, and the answer in one's own words."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.answer_slip import answer_slip, slip_for
from workflow_app.cases.views import case_view
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/slips/<int:slip_id>")
@guarded(Permission.SLIP_ANSWER)
def slip(slip_id: int) -> str:
    """One slip for the reader, with the form of its answer while it waits for one."""
    return _page(slip_id, typed="", errors={})


@bp.post("/slips/<int:slip_id>")
@guarded(Permission.SLIP_ANSWER)
def send_answer(slip_id: int) -> Response | tuple[str, int]:
    """Answer it."""
    text = request.form.get("text", "")
    try:
        answered = answer_slip(slip_id=slip_id, text=text, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(slip_id, typed=text, errors=error.fields), 422
    flash(label("desk.slip_answered"))
    return redirect(url_for("officer.case", number=answered.case.number))


def _page(slip_id: int, *, typed: str, errors: Mapping[str, str]) -> str:
    actor = current_actor()
    found = slip_for(slip_id, actor)
    view = case_view(found.case.number, actor, now())
    return render_template("portals/officer/slip.html", slip=found, view=view, typed=typed, errors=errors)
