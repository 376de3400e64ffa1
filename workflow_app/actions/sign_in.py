"""Signing in and out, and one's own password: changed, or set for the first time by a link."""

import logging
from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.lockout import forgive, take_try
from workflow_app.people.password_links import account_by_link, use_link
from workflow_app.people.passwords import check_password, check_policy, hash_password
from workflow_app.people.sessions import begin_session, end_session, end_sessions_of

logger = logging.getLogger("workflow_app.security")


def sign_in(*, login: str, password: str, address: str, now: datetime) -> str:
    """Return the token of a new session.

    Raises TooManyTries where one has to wait, else InvalidInput in one wording and after the same work whatever the
    reason: no such login, a wrong password, a disabled account.
    """
    login = login.strip()[:60]
    _count_try(login, address, now)
    found = sa.select(Account.id, Account.password_hash).where(Account.login == login, Account.disabled_at.is_(None))
    row = db.session.execute(found).one_or_none()
    db.session.rollback()  # nothing stays open while the password is worked on
    if not check_password(row.password_hash if row else None, password) or row is None:
        raise InvalidInput({"login": label("field_error.sign_in_wrong")})
    with transaction():
        account = db.session.get_one(Account, row.id)
        if account.disabled_at is not None or account.password_hash != row.password_hash:
            raise InvalidInput({"login": label("field_error.sign_in_wrong")})
        forgive(login, address, now=now)
        token = begin_session(account, address=address, now=now)
        _audit("account.signed_in", account.actor(), now)
    return token


@transactional
def sign_out(*, token: str, actor: Actor, now: datetime) -> None:
    """End the session at once, on the server."""
    end_session(token, now=now)
    _audit("account.signed_out", actor, now)


@transactional
def end_other_sessions(*, token: str, actor: Actor, now: datetime) -> None:
    """End an actor's sessions in all other browsers."""
    if actor.account_id is not None:
        end_sessions_of(actor.account_id, now=now, except_token=token)
    _audit("account.other_sessions_ended", actor, now)


def change_password(*, old: str, new: str, token: str, address: str, actor: Actor, now: datetime) -> None:
    """Change an actor's own password; all their other sessions end.

    The old one is asked for and guesses at it are counted as at the sign-in, because the browser may be another's by now.
    Raises TooManyTries, else InvalidInput on `old` or `password`.
    """
    found = sa.select(Account.id, Account.login, Account.name, Account.password_hash)
    owner = db.session.execute(found.where(Account.id == actor.account_id)).one()
    _count_try(owner.login, address, now)
    if not check_password(owner.password_hash, old):
        raise InvalidInput({"old": label("field_error.old_password_wrong")})
    with transaction():
        forgive(owner.login, address, now=now)
    check_policy(new, role=actor.role, context=(owner.login, owner.name))
    digest = hash_password(new)
    with transaction():
        account = db.session.get_one(Account, owner.id, with_for_update=True)
        if account.password_hash != owner.password_hash:  # somebody was faster
            raise InvalidInput({"old": label("field_error.old_password_wrong")})
        account.password_hash = digest
        end_sessions_of(account.id, now=now, except_token=token)
        _audit("account.password_changed", actor, now)


def set_password(*, link: str, password: str, now: datetime) -> None:
    """Set a password by a link and spend it; all sessions of the account end. Raises NotFound and InvalidInput."""
    owner = account_by_link(link, now=now)
    check_policy(password, role=Role(owner.role), context=(owner.login, owner.name))
    db.session.rollback()  # nothing stays open while the password is worked on
    digest = hash_password(password)
    with transaction():
        account = use_link(link, now=now)
        account.password_hash = digest
        end_sessions_of(account.id, now=now)
        _audit("account.password_set", account.actor(), now)


def _count_try(login: str, address: str, now: datetime) -> None:
    """Count a guess at a password before it is looked at; no transaction is open afterwards. Raises TooManyTries."""
    with transaction():
        refusal = take_try(login, address, now=now)
    if refusal is not None:
        logger.warning("a password is not looked at for %s s, from %s", refusal.seconds, address)
        raise refusal


def _audit(action: str, actor: Actor, now: datetime) -> None:
    log.record(actor=actor, action=action, object_type="account", object_id=str(actor.account_id), now=now)
