"""The open cases of a selection as a page: narrowed, ticked, urged, reassigned, exported."""

from flask import render_template, request

from workflow_app.people.permissions import Permission, holds
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.nav import DESK
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.supervisor import bp
from workflow_app.portals.supervisor.filters import arguments_of, selection_of
from workflow_app.supervision.choices import choices
from workflow_app.supervision.selection import Bucket
from workflow_app.supervision.sight import sight
from workflow_app.supervision.worklist import page_of


@bp.get("/cases")
@guarded(Permission.SUPERVISE)
def cases() -> str:
    """One page of the cases, the most urgent first."""
    actor, seen, selection = current_actor(), sight(now()), selection_of(request.args)
    return render_template(
        "portals/supervisor/cases.html",
        seen=seen,
        selection=selection,
        buckets=tuple(Bucket),
        choices=choices(actor, selection),
        page=page_of(actor, selection, sight=seen, page=request.args.get("page", 1, int)),
        works=actor.role in DESK,
        may_urge=holds(actor, Permission.CASE_URGE),
        may_reassign=holds(actor, Permission.CASE_REASSIGN),
        arguments_of=arguments_of,
    )
