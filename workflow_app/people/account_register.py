"""The register of accounts: what a proposal about an account must say, and what it does once approved."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text, fold_code
from workflow_app.law.uscc import check
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.departments import Department, department_by_code
from workflow_app.people.organisations import Organisation
from workflow_app.people.password_links import NO_PASSWORD
from workflow_app.people.permissions import Permission
from workflow_app.people.sessions import end_sessions_of
from workflow_app.people.two_person import ProposedChange, change_kind

RESET_PASSWORD = "account.reset_password"  # noqa: S105 - the kind of a change
LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,59}")
PHONE = re.compile(r"(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)")
# Whoever may be second for accounts: the other security administrator, or the system administrator.
SETTLERS = frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})
ADMINISTRATORS = frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR})


def checked_account(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a new account will be. Raises InvalidInput naming every wrong field."""
    wrong: dict[str, str] = {}
    login = form.get("login", "").strip().lower()
    if not LOGIN.fullmatch(login):
        wrong["login"] = label("field_error.login_shape")
    elif account_by_login(login) is not None:
        wrong["login"] = label("field_error.login_taken")
    after: dict[str, Any] = {"login": login, "name": _name(form.get("name", ""), wrong)}
    after |= _role_and_seat(form, wrong)
    after["phone"] = _phone(form.get("phone", ""), wrong)
    if wrong:
        raise InvalidInput(wrong)
    return after


def checked_seat(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the new role and department of an existing account. Raises InvalidInput."""
    wrong: dict[str, str] = {}
    after = _role_and_seat(form, wrong)
    if wrong:
        raise InvalidInput(wrong)
    return after


def account_by_login(login: str) -> Account | None:
    """Return the account with a login."""
    return db.session.scalar(sa.select(Account).where(Account.login == login))


def seat_of(account: Account) -> dict[str, Any]:
    """Return role, department and organisation of an account as a proposal shows them."""
    department = db.session.get(Department, account.department_id) if account.department_id else None
    organisation = db.session.get(Organisation, account.organisation_id) if account.organisation_id else None
    return {
        "role": account.role,
        "department_code": department.code if department else "",
        "organisation_code": organisation.code if organisation else "",
    }


def create_account(after: Mapping[str, Any], *, now: datetime, password_hash: str = NO_PASSWORD) -> Account:
    """Create an account without a password; its owner sets one by a link. Raises Conflict for a login just taken."""
    require_transaction()
    if account_by_login(after["login"]) is not None:
        raise Conflict("login_taken", login=after["login"])
    account = Account(
        login=after["login"],
        name=after["name"],
        phone=after.get("phone", ""),
        role=Role.APPLICANT,
        password_hash=password_hash,
        created_at=now,
    )
    _seat(account, after, now)
    db.session.add(account)
    db.session.flush()
    return account


def disable_account(account_id: int, *, now: datetime) -> Account:
    """Lock an account out at once, with all its sessions. This needs no second person: it must be fast."""
    require_transaction()
    account = _locked(account_id)
    if account.disabled_at is not None:
        raise Conflict("account_disabled_already", login=account.login)
    account.disabled_at = now
    end_sessions_of(account.id, now=now)
    return account


@change_kind("account.create", propose=Permission.ACCOUNT_MANAGE, settlers=SETTLERS)
def _create(change: ProposedChange, _actor: Actor, now: datetime) -> None:
    account = create_account(change.after, now=now)
    change.object_id = str(account.id)


@change_kind("account.seat", propose=Permission.ACCOUNT_MANAGE, settlers=SETTLERS)
def _change_seat(change: ProposedChange, _actor: Actor, now: datetime) -> None:
    account = _locked(int(change.object_id))
    _seat(account, change.after, now)
    end_sessions_of(account.id, now=now)


@change_kind("account.enable", propose=Permission.ACCOUNT_MANAGE, settlers=SETTLERS)
def _enable(change: ProposedChange, _actor: Actor, _now: datetime) -> None:
    _locked(int(change.object_id)).disabled_at = None


@change_kind(RESET_PASSWORD, propose=Permission.ACCOUNT_MANAGE, settlers=SETTLERS)
def _reset(change: ProposedChange, _actor: Actor, now: datetime) -> None:
    account = _locked(int(change.object_id))
    account.password_hash = NO_PASSWORD
    end_sessions_of(account.id, now=now)


def _locked(account_id: int) -> Account:
    account = db.session.scalar(sa.select(Account).where(Account.id == account_id).with_for_update())
    if account is None:
        raise NotFound("account_not_found")
    return account


def _seat(account: Account, after: Mapping[str, Any], now: datetime) -> None:
    department = department_by_code(after["department_code"]) if after.get("department_code") else None
    account.role = after["role"]
    account.level = 2 if after["role"] == Role.LEADER else 1
    account.department_id = department.id if department else None
    account.organisation_id = _organisation(after, now)


def _organisation(after: Mapping[str, Any], now: datetime) -> int | None:
    code = after.get("organisation_code")
    if not code:
        return None
    found = db.session.scalar(sa.select(Organisation).where(Organisation.code == code))
    if found is None:
        found = Organisation(code=code, name=after.get("organisation_name", ""), created_at=now)
        db.session.add(found)
        db.session.flush()
    return found.id


def _name(text: str, wrong: dict[str, str]) -> str:
    try:
        name = clean_text(text)
    except ValueError as error:
        wrong["name"] = label(f"field_error.{error}")
        return ""
    if not name:
        wrong["name"] = label("field_error.required")
    elif len(name) > 60:
        wrong["name"] = label("field_error.too_long", max=60)
    return name


def _phone(text: str, wrong: dict[str, str]) -> str:
    phone = text.strip().replace(" ", "")
    if phone and not PHONE.fullmatch(phone):
        wrong["phone"] = label("field_error.phone")
    return phone


def _role_and_seat(form: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    role, department_code = form.get("role", ""), fold_code(form.get("department_code", ""))
    organisation_code = fold_code(form.get("organisation_code", ""))
    if role not in {r.value for r in Role if r is not Role.SERVICE}:
        wrong["role"] = label("field_error.choose")
        return {}
    if role == Role.APPLICANT:
        return _organisation_seat(organisation_code, form, wrong)
    if role not in ADMINISTRATORS or department_code:
        department = department_by_code(department_code)
        if department is None or department.abolished_on is not None:
            wrong["department_code"] = label("field_error.no_such_department")
    return {"role": role, "department_code": department_code, "organisation_code": ""}


def _organisation_seat(code: str, form: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    after: dict[str, Any] = {"role": Role.APPLICANT.value, "department_code": "", "organisation_code": code}
    if not check(code).valid:
        wrong["organisation_code"] = label("field_error.organisation_code")
    elif db.session.scalar(sa.select(Organisation.id).where(Organisation.code == code)) is None:
        name_wrong: dict[str, str] = {}
        after["organisation_name"] = _name(form.get("organisation_name", ""), name_wrong)
        if name_wrong:
            wrong["organisation_name"] = name_wrong["name"]
    return after
