"""Signing in and out, and one's own password."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from workflow_app.actions.sign_in import change_password, sign_in, sign_out
from workflow_app.actions.sign_in import set_password as spend_link
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Role
from workflow_app.people.password_links import account_by_link
from workflow_app.people.permissions import Permission
from workflow_app.people.sessions import account_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor, forget, remember, viewer

sign_in_bp = Blueprint("sign_in", __name__)
HOMES = {
    Role.APPLICANT: "/my/records",
    Role.AUDITOR: "/admin/audit",
    Role.SYSTEM_ADMIN: "/admin/",
    Role.SECURITY_ADMIN: "/admin/",
}


@sign_in_bp.get("/login")
@guarded(Permission.PUBLIC)
def form() -> Response | str:
    """The sign-in page; who is signed in already goes home."""
    seen = viewer()
    if seen is not None:
        return redirect(HOMES.get(seen.role, "/desk/"))
    return render_template("portals/public/sign_in.html", login="", errors={}, target=request.args.get("next", ""))


@sign_in_bp.post("/login")
@guarded(Permission.PUBLIC)
def enter() -> Response | tuple[str, int]:
    """Sign in, and go where one wanted to go."""
    login, target = request.form.get("login", ""), request.form.get("next", "")
    address = request.remote_addr or ""
    try:
        token = sign_in(login=login, password=request.form.get("password", ""), address=address, now=now())
    except InvalidInput as error:
        page = render_template("portals/public/sign_in.html", login=login[:60], errors=error.fields, target=target)
        return page, 422
    account = account_of(token, now=now())
    if account is None:
        return redirect("/login")
    remember(account, token)
    return redirect(_inside(target) or HOMES.get(Role(account.role), "/desk/"))


@sign_in_bp.post("/logout")
@guarded(Permission.SIGNED_IN)
def leave() -> Response:
    """Sign out: the session ends on the server too."""
    seen = viewer()
    if seen is not None:
        sign_out(token=seen.token, actor=seen.actor, now=now())
    forget()
    return redirect("/")


@sign_in_bp.route("/password", methods=["GET", "POST"])
@guarded(Permission.SIGNED_IN)
def password() -> Response | str | tuple[str, int]:
    """Change one's password."""
    seen = viewer()
    if request.method == "GET" or seen is None:
        return render_template("portals/shared/password.html", errors={})
    try:
        old, new = request.form.get("old", ""), request.form.get("password", "")
        change_password(old=old, new=new, token=seen.token, actor=current_actor(), now=now())
    except InvalidInput as error:
        return render_template("portals/shared/password.html", errors=error.fields), 422
    flash(label("sign_in.password_changed"), "ok")
    return redirect(HOMES.get(seen.role, "/desk/"))


@sign_in_bp.route("/password/<token>", methods=["GET", "POST"])
@guarded(Permission.PUBLIC)
def set_password(token: str) -> Response | str | tuple[str, int]:
    """Set the first or a new password by a link that works once, for a quarter of an hour."""
    if request.method == "GET":
        return render_template("portals/shared/set_password.html", owner=account_by_link(token, now=now()), errors={})
    try:
        spend_link(link=token, password=request.form.get("password", ""), now=now())
    except InvalidInput as error:
        owner = account_by_link(token, now=now())
        return render_template("portals/shared/set_password.html", owner=owner, errors=error.fields), 422
    flash(label("sign_in.password_set"), "ok")
    return redirect("/login")


def _inside(target: str) -> str:
    """Return an address of this site, or nothing: nobody is led elsewhere after signing in."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith("//") and not parts.netloc and "\\" not in target
    return target if inside else ""
