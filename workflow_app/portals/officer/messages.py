"""The messages of a member of staff; they become read when he says so, not by being looked at."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.read_messages import read_messages
from workflow_app.notices.inbox import inbox
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/messages")
@guarded(Permission.SIGNED_IN)
def messages() -> str:
    """The newest messages."""
    return render_template("portals/officer/messages.html", notices=inbox(current_actor()))


@bp.post("/messages/read")
@guarded(Permission.SIGNED_IN)
def read() -> Response:
    """Mark every message as read."""
    read_messages(actor=current_actor(), now=now())
    return redirect(url_for("officer.messages"))
