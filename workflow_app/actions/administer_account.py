"""What a security administrator does to an account at once and alone: lock it, end its sessions, lift a lock of
sign-in, hand out a link by which its owner sets a password."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import AnotherPersonsAct, Conflict, NotFound
from workflow_app.people.account_register import RESET_PASSWORD, disable_account
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.lockout import free_login
from workflow_app.people.password_links import NO_PASSWORD, Purpose, make_link
from workflow_app.people.permissions import Permission, require
from workflow_app.people.sessions import end_sessions_of
from workflow_app.people.two_person import ProposedChange


@transactional
def disable(*, account_id: int, actor: Actor, now: datetime) -> Account:
    """Disable an account and end its sessions. Raises AnotherPersonsAct for one's own, Conflict when it is disabled."""
    require(actor, Permission.ACCOUNT_MANAGE)
    if account_id == actor.account_id:
        raise AnotherPersonsAct("own_account")
    _find(account_id)
    account = disable_account(account_id, now=now)
    _audit("account.disabled", account, actor, now)
    return account


@transactional
def end_sessions(*, account_id: int, actor: Actor, now: datetime) -> Account:
    """End every session of an account and lift the locks on its sign-in."""
    require(actor, Permission.ACCOUNT_MANAGE)
    account = _find(account_id)
    end_sessions_of(account.id, now=now)
    free_login(account.login)
    _audit("account.sessions_ended", account, actor, now)
    return account


@transactional
def hand_out_link(*, account_id: int, actor: Actor, now: datetime) -> str:
    """Return the token of a password link, to be shown once, for an account that has no password.

    An account has none after its creation and after a reset, both of which took two persons: after the first it is an
    invitation, which has to reach its owner and works for longer. Raises Conflict for one that has a password,
    AnotherPersonsAct for one's own.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    if account_id == actor.account_id:
        raise AnotherPersonsAct("own_account")
    account = _find(account_id)
    if account.password_hash != NO_PASSWORD or account.disabled_at is not None:
        raise Conflict("account_has_password", login=account.login)
    purpose = Purpose.RESET if _was_reset(account) else Purpose.INVITATION
    token = make_link(account, made_by=actor.account_id, now=now, purpose=purpose)
    _audit("account.link_made", account, actor, now)
    return token


def _was_reset(account: Account) -> bool:
    """Tell whether the account's password was taken from it by two persons, so that it is no newcomer's."""
    reset = sa.select(ProposedChange.id).where(
        ProposedChange.kind == RESET_PASSWORD,
        ProposedChange.object_id == str(account.id),
        ProposedChange.approved.is_(True),
    )
    return db.session.scalar(reset.limit(1)) is not None


def _find(account_id: int) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound("account_not_found")
    return account


def _audit(action: str, account: Account, actor: Actor, now: datetime) -> None:
    details = {"login": account.login, "role": account.role}
    log.record(actor=actor, action=action, object_type="account", object_id=str(account.id), details=details, now=now)
