"""Accounts: who may sign in as what. New ones, seats and resets take two persons; locking takes one, at once."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.administer_account import disable, end_sessions, hand_out_link
from workflow_app.actions.propose_change import propose_change
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.account_register import checked_account, checked_seat, seat_of
from workflow_app.people.accounts import Account, Role
from workflow_app.people.departments import Department
from workflow_app.people.password_links import LIVES, Purpose, account_by_link
from workflow_app.people.permissions import Permission, may
from workflow_app.people.sessions import running_sessions
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor

SHOWN = 200


@bp.get("/accounts")
@guarded(Permission.ACCOUNT_VIEW)
def accounts() -> str:
    """All accounts, by role; found by login, name or department."""
    return _page({}, {})


@bp.post("/accounts")
@guarded(Permission.ACCOUNT_MANAGE)
def propose_account() -> Response | tuple[str, int]:
    """Propose a new account; it exists once another person has approved."""
    form = request.form.to_dict()
    try:
        after = checked_account(form)
        title = label("admin.new_account", name=after["name"], login=after["login"])
        reason = form.get("reason", "")
        propose_change(
            kind="account.create",
            object_id=after["login"],
            title=title,
            after=after,
            reason=reason,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(error.fields, form), 422
    return _done("proposed")


@bp.get("/accounts/<int:account_id>")
@guarded(Permission.ACCOUNT_VIEW)
def account(account_id: int) -> str:
    """One account: its seat, where it is signed in, and the form for another seat."""
    return _account_page(_find(account_id), {}, {})


@bp.post("/accounts/<int:account_id>/seat")
@guarded(Permission.ACCOUNT_MANAGE)
def propose_seat(account_id: int) -> Response | tuple[str, int]:
    """Propose another role or department; all sessions end when it is approved."""
    found, form = _find(account_id), request.form.to_dict()
    try:
        propose_change(
            kind="account.seat",
            object_id=str(found.id),
            title=label("admin.account_seat", name=found.name, login=found.login),
            before=seat_of(found),
            after=checked_seat(form),
            reason=form.get("reason", ""),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _account_page(_find(account_id), error.fields, form), 422
    return _done("proposed")


@bp.post("/accounts/<int:account_id>/<any(disable,sessions,reset,enable):act>")
@guarded(Permission.ACCOUNT_MANAGE)
def account_act(account_id: int, act: str) -> Response:
    """Lock an account or end its sessions at once; propose a reset or that it be opened again."""
    actor, instant = current_actor(), now()
    if act == "disable":
        disable(account_id=account_id, actor=actor, now=instant)
    elif act == "sessions":
        end_sessions(account_id=account_id, actor=actor, now=instant)
    else:
        found = _find(account_id)
        propose_change(
            kind="account.enable" if act == "enable" else "account.reset_password",
            object_id=str(found.id),
            title=label(f"admin.{act}_account", name=found.name, login=found.login),
            after={},
            reason=request.form.get("reason") or label(f"admin.{act}_account", name=found.name, login=found.login),
            actor=actor,
            now=instant,
        )
        return _done("proposed")
    return _done(f"{act}_done")


@bp.post("/accounts/<int:account_id>/link")
@guarded(Permission.ACCOUNT_MANAGE)
def link(account_id: int) -> str:
    """Make the link by which an account's owner sets a password, and show it once."""
    token = hand_out_link(account_id=account_id, actor=current_actor(), now=now())
    address = url_for("sign_in.set_password", token=token, _external=True)
    found, until = account_by_link(token, now=now())
    invitation = until - now() > LIVES[Purpose.RESET]
    return render_template("portals/admin/link.html", account=found, address=address, invitation=invitation)


def _done(what: str) -> Response:
    flash(label(f"admin.{what}"), "ok")
    return redirect(url_for("admin.accounts"))


def _find(account_id: int) -> Account:
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound("account_not_found")
    return found


def _account_page(found: Account, errors: dict[str, str], values: dict[str, str]) -> str:
    return render_template(
        "portals/admin/account.html",
        account=found,
        values=seat_of(found) | values,
        department=db.session.get(Department, found.department_id) if found.department_id else None,
        sessions=running_sessions(found.id, now=now()),
        roles=[(role.value, role.title) for role in Role if role is not Role.SERVICE],
        errors=errors,
        manages=may(current_actor(), Permission.ACCOUNT_MANAGE),
    )


def _page(errors: dict[str, str], values: dict[str, str]) -> str:
    search = request.args.get("search", "").strip()[:60]
    query = sa.select(Account, Department).outerjoin(Department, Department.id == Account.department_id)
    if search:
        like = [c.contains(search, autoescape=True) for c in (Account.login, Account.name, Department.name)]
        query = query.where(sa.or_(*like))
    rows = db.session.execute(query.order_by(Account.role, Account.login).limit(SHOWN)).all()
    return render_template(
        "portals/admin/accounts.html",
        rows=rows,
        search=search,
        roles=[r for r in Role if r is not Role.SERVICE],
        errors=errors,
        values=values,
        manages=may(current_actor(), Permission.ACCOUNT_MANAGE),
    )
