"""The urge slips within somebody's scope, with their answers."""

from flask import render_template, request

from workflow_app.foundation.errors import NotFound
from workflow_app.people.permissions import Permission
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.shared.words import today
from workflow_app.portals.supervisor import bp
from workflow_app.supervision.slips import State, slip_page


@bp.get("/slips")
@guarded(Permission.SUPERVISE)
def slips() -> str:
    """One list of slips: waiting, late, answered, or all."""
    try:
        state = State(request.args.get("state") or State.WAITING)
    except ValueError:
        raise NotFound from None
    page = slip_page(current_actor(), state, today=today(), page=request.args.get("page", 1, int))
    return render_template("portals/supervisor/slips.html", state=state, states=tuple(State), page=page)
