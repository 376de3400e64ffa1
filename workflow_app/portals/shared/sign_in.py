"""Signing in and out, and one's own password."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from workflow_app.actions.sign_in import change_password, end_other_sessions, sign_in, sign_out
from workflow_app.actions.sign_in import set_password as spend_link
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.lockout import TooManyTries
from workflow_app.people.password_links import account_by_link
from workflow_app.people.passwords import min_length
from workflow_app.people.permissions import Permission
from workflow_app.people.sessions import account_of, digest_of, running_sessions
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.nav import home_of
from workflow_app.portals.shared.session import current_actor, forget, remember, viewer

sign_in_bp = Blueprint("sign_in", __name__)


@sign_in_bp.get("/login")
@guarded(Permission.PUBLIC)
def form() -> Response | str:
    """The sign-in page; who is signed in already goes home."""
    seen = viewer()
    if seen is not None:
        return redirect(_home(seen.actor))
    return render_template("portals/public/sign_in.html", login="", errors={}, target=request.args.get("next", ""))


@sign_in_bp.post("/login")
@guarded(Permission.PUBLIC)
def enter() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign in, and go where one wanted to go. Whoever was signed in in this browser before is signed out."""
    login, target = request.form.get("login", ""), _inside(request.form.get("next", ""))
    address, before = request.remote_addr or "", viewer()
    try:
        token = sign_in(login=login, password=request.form.get("password", ""), address=address, now=now())
    except InvalidInput as error:
        return _again(login, target, error.fields), 422
    except TooManyTries as error:
        return _again(login, target, {"login": message_of(error)}), 429, {"Retry-After": str(error.seconds)}
    if before is not None:
        sign_out(token=before.token, actor=before.actor, now=now())
    account = account_of(token, now=now())
    if account is None:
        return redirect("/login")
    remember(account, token)
    return redirect(target or _home(account.actor()))


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
def password() -> Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Change one's password, and see in how many browsers one is signed in."""
    seen = viewer()
    if request.method == "GET" or seen is None:
        return _password_page({})
    try:
        old, new = request.form.get("old", ""), request.form.get("password", "")
        address = request.remote_addr or ""
        change_password(old=old, new=new, token=seen.token, address=address, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _password_page(error.fields), 422
    except TooManyTries as error:
        return _password_page({"old": message_of(error)}), 429, {"Retry-After": str(error.seconds)}
    flash(label("sign_in.password_changed"), "ok")
    return redirect(_home(seen.actor))


@sign_in_bp.post("/password/sessions")
@guarded(Permission.SIGNED_IN)
def end_sessions() -> Response:
    """Sign out everywhere else."""
    seen = viewer()
    if seen is not None:
        end_other_sessions(token=seen.token, actor=seen.actor, now=now())
        flash(label("sign_in.others_ended"), "ok")
    return redirect("/password")


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


def _again(login: str, target: str, errors: dict[str, str]) -> str:
    return render_template("portals/public/sign_in.html", login=login[:60], errors=errors, target=target)


def _password_page(errors: dict[str, str]) -> str:
    seen = viewer()
    account_id = seen.actor.account_id if seen is not None else None
    sessions = running_sessions(account_id, now=now()) if account_id is not None else []
    return render_template(
        "portals/shared/password.html",
        errors=errors,
        least=min_length(seen.role) if seen is not None else 0,
        sessions=sessions,
        here=digest_of(seen.token) if seen is not None else "",
    )


def _home(actor: Actor) -> str:
    return "/my/records" if actor.role is Role.APPLICANT else home_of(actor)


def _inside(target: str) -> str:
    """Return an address of this site, or nothing: nobody is led elsewhere after signing in."""
    try:
        host = urlsplit(target).netloc
    except ValueError:  # no address at all
        return ""
    inside = target.startswith("/") and not target.startswith("//") and not host and "\\" not in target
    return target if inside else ""
