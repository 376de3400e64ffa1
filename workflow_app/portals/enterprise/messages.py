"""The messages of an enterprise; they become read when it says so, not by being looked at."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.read_messages import read_messages
from workflow_app.cases.views import numbers_within
from workflow_app.notices.inbox import inbox
from workflow_app.people.permissions import Permission
from workflow_app.portals.enterprise import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/messages")
@guarded(Permission.SIGNED_IN)
def messages() -> str:
    """The newest messages."""
    actor = current_actor()
    return render_template("portals/enterprise/messages.html", notices=inbox(actor, cases=numbers_within(actor)))


@bp.post("/messages/read")
@guarded(Permission.SIGNED_IN)
def read() -> Response:
    """Mark every message as read."""
    read_messages(actor=current_actor(), now=now())
    return redirect(url_for("enterprise.messages"))
