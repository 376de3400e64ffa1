"""An order to a platform whose outcome nobody knows: a person has looked there and says what was found."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.settle_write_back import STEP, Seen, settle_unknown_write_back
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.task_pages import beside_page, work_beside
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.post("/cases/<number>/tasks/<int:task_id>/write-back")
@guarded(Permission.WRITE_BACK_RESOLVE)
def settle_write_back(number: str, task_id: int) -> Response | tuple[str, int]:
    """Say whether the order took effect: with its receipt number, or not, and then it is sent again; each platform for itself."""
    work_beside(number, task_id, STEP)
    form = request.form
    answers = {
        name.removeprefix("applied-"): Seen(
            applied={"yes": True, "no": False}.get(value),
            receipt_no=form.get(f"receipt_no-{name.removeprefix('applied-')}", ""),
        )
        for name, value in form.items()
        if name.startswith("applied-")
    }
    try:
        settle_unknown_write_back(
            task_id=task_id, answers=answers, note=form.get("note", ""), actor=current_actor(), now=now()
        )
    except InvalidInput as error:
        return beside_page(number, task_id, errors=error.fields), 422
    flash(label("desk.write_back_settled"))
    return redirect(url_for("officer.case", number=number))
