"""Accounts: who may sign in as what. New ones, seats and resets take two persons; locking takes one, at once."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.administer_account import disable, end_sessions, hand_out_link
from workflow_app.actions.propose_change import propose_change
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.account_register import checked_account
from workflow_app.people.accounts import Account, Role
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission, may
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
        account = db.session.get(Account, account_id)
        if account is None:
            raise NotFound("account_not_found")
        propose_change(
            kind="account.enable" if act == "enable" else "account.reset_password",
            object_id=str(account.id),
            title=label(f"admin.{act}_account", name=account.name, login=account.login),
            after={},
            reason=request.form.get("reason") or label(f"admin.{act}_account", name=account.name, login=account.login),
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
    return render_template("portals/admin/link.html", account=db.session.get(Account, account_id), address=address)


def _done(what: str) -> Response:
    flash(label(f"admin.{what}"), "ok")
    return redirect(url_for("admin.accounts"))


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
