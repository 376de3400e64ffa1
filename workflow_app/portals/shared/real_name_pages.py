"""Signing in by a real-name service: out to it, and back. The way back is looked at first and acted on by a form, so that
no address by itself signs anybody in."""

import hmac
import secrets

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.sign_in_proven import sign_in_proven
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.people.real_name import real_name
from workflow_app.people.sessions import account_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import remember

real_name_bp = Blueprint("real_name", __name__, url_prefix="/login/real-name")
STATE = "real_name_state"
MAX_ANSWERS = 10


@real_name_bp.get("")
@guarded(Permission.PUBLIC)
def leave_for_service() -> Response:
    """Send the browser to the service. Raises NotFound where none is connected."""
    state = secrets.token_urlsafe(24)
    address = real_name().address(state=state, back=url_for("real_name.returned", _external=True))
    session[STATE] = state
    return redirect(address)


@real_name_bp.get("/back")
@guarded(Permission.PUBLIC)
def returned() -> str:
    """The way back: one press takes what the service gave along."""
    answer = list(request.args.items())[:MAX_ANSWERS]
    return render_template("portals/public/real_name.html", answer=answer)


@real_name_bp.post("/back")
@guarded(Permission.PUBLIC)
def enter_proven() -> Response:
    """Sign in whom the service vouches for, asked of the service itself, for a sign-in that began here."""
    state = session.pop(STATE, "")
    given = request.form.get("state", "")
    answer = {key: value for key, value in request.form.items() if key != "csrf_token"}
    begun = bool(state) and hmac.compare_digest(state.encode(), given.encode())
    proven = real_name().prove(answer, state=state) if begun or not real_name().connected else None
    if proven is None:
        raise InvalidInput({"login": label("field_error.not_proven")})
    token = sign_in_proven(proven=proven, address=request.remote_addr or "", now=now())
    account = account_of(token, now=now())
    if account is None:
        return redirect("/login")
    remember(account, token)
    return redirect("/identity")
