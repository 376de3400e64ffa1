"""The way in: the first page of the wing that the administrator's role may see."""

from flask import redirect
from werkzeug.wrappers import Response

from workflow_app.people.permissions import Permission
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.nav import home_of
from workflow_app.portals.shared.session import current_actor


@bp.get("/")
@guarded(Permission.SIGNED_IN)
def home() -> Response:
    """Lead to the start page of the role."""
    return redirect(home_of(current_actor()))
