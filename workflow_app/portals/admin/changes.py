"""Changes that wait for a second person, and what became of the last ones."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.settle_change import settle_change
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.people.two_person import open_changes, settled_changes
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/changes")
@guarded(Permission.CHANGE_VIEW)
def changes() -> str:
    """What waits for approval, oldest first, and the last settled ones."""
    return _page({})


@bp.post("/changes/<int:change_id>")
@guarded(Permission.CHANGE_SETTLE)
def settle(change_id: int) -> Response | tuple[str, int]:
    """Approve or refuse somebody else's proposal."""
    approved = request.form.get("approved") == "yes"
    try:
        settle_change(
            change_id=change_id,
            approved=approved,
            note=request.form.get("note", ""),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(error.fields), 422
    flash(label("admin.approved" if approved else "admin.refused"), "ok")
    return redirect(url_for("admin.changes"))


def _page(errors: dict[str, str]) -> str:
    return render_template(
        "portals/admin/changes.html", open=open_changes(), settled=settled_changes(), errors=errors, me=current_actor()
    )
