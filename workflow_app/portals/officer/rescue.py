"""Lost passwords at the counter: finding an applicant's account, and the slip with the code."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.actions.rescue_account import print_code
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.accounts import Account, Role
from workflow_app.people.organisations import Organisation
from workflow_app.people.password_links import LIVES, Purpose
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor

SHOWN = 20


@bp.get("/accounts")
@guarded(Permission.ACCOUNT_RESCUE)
def applicants() -> str:
    """Applicants' accounts by login, telephone or name; nobody is listed without being looked for."""
    return _page({})


@bp.post("/accounts/<int:account_id>/code")
@guarded(Permission.ACCOUNT_RESCUE)
def print_password_code(account_id: int) -> str | tuple[str, int]:
    """Make the code; the page is the slip."""
    seen = bool(request.form.get("identity_seen"))
    try:
        account, code = print_code(account_id=account_id, identity_seen=seen, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page({f"identity_seen-{account_id}": text for text in error.fields.values()}), 422
    until = now() + LIVES[Purpose.COUNTER]
    return render_template("portals/officer/password_code.html", account=account, code=code, until=until)


def _page(errors: Mapping[str, str]) -> str:
    search = request.values.get("search", "").strip()[:60]
    rows = _found(search) if len(search) >= 2 else []
    return render_template("portals/officer/applicants.html", search=search, rows=rows, errors=errors)


def _found(search: str) -> list[sa.Row[tuple[Account, Organisation | None]]]:
    query = sa.select(Account, Organisation).outerjoin(Organisation, Organisation.id == Account.organisation_id)
    here = sa.or_(
        Account.login == search.lower(),
        Account.phone == search,
        Account.name == search,
        Organisation.code == search.upper(),
    )
    wanted = query.where(Account.role == Role.APPLICANT, Account.disabled_at.is_(None), here)
    return list(db.session.execute(wanted.order_by(Account.name, Account.id).limit(SHOWN)))
