"""Registering an account: open to everybody, and worth nothing until an authority is proved."""

from flask import render_template, request
from werkzeug.wrappers import Response

from workflow_app.actions.enrol import register_account
from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.accounts import Role
from workflow_app.people.lockout import TooManyTries
from workflow_app.people.passwords import min_length
from workflow_app.people.permissions import Permission
from workflow_app.portals.identity import bp
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now

TYPED = ("name", "phone")


@bp.get("/register")
@guarded(Permission.PUBLIC)
def register() -> str:
    """The form for an account."""
    return _page({})


@bp.post("/register")
@guarded(Permission.PUBLIC)
def make() -> Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Make the account and say, once, by which login its owner signs in."""
    try:
        login = register_account(form=request.form.to_dict(), address=request.remote_addr or "", now=now())
    except InvalidInput as error:
        return _page(error.fields), 422
    except TooManyTries as error:
        return _page({"name": message_of(error)}), 429, {"Retry-After": str(error.seconds)}
    return render_template("portals/identity/registered.html", login=login, name=request.form.get("name", ""))


def _page(errors: dict[str, str]) -> str:
    values = {name: request.form.get(name, "")[:60] for name in TYPED}
    least = min_length(Role.APPLICANT)
    return render_template("portals/identity/register.html", errors=errors, values=values, least=least)
