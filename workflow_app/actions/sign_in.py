"""Signing in and out, and changing one's password."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.lockout import forget_failures, is_locked, note_failure
from workflow_app.people.passwords import check_password, hash_password
from workflow_app.people.sessions import begin_session, end_session, end_sessions_of


def sign_in(*, login: str, password: str, address: str, now: datetime) -> str:
    """Return the token of a new session. Raises InvalidInput in one wording for every reason but a lock."""
    login = login.strip()[:60]
    if is_locked(login, address, now=now):
        raise InvalidInput({"login": label("field_error.sign_in_locked")})
    account = db.session.scalar(sa.select(Account).where(Account.login == login, Account.disabled_at.is_(None)))
    if not check_password(account.password_hash if account else None, password) or account is None:
        with transaction():
            note_failure(login, address, now=now)
        raise InvalidInput({"login": label("field_error.sign_in_wrong")})
    account_id = account.id
    with transaction():
        fresh = db.session.get_one(Account, account_id)
        forget_failures(login, address)
        token = begin_session(fresh, address=address, now=now)
        _audit("account.signed_in", fresh.actor(), now)
    return token


@transactional
def sign_out(*, token: str, actor: Actor, now: datetime) -> None:
    """End the session at once, on the server."""
    end_session(token, now=now)
    _audit("account.signed_out", actor, now)


@transactional
def change_password(*, old: str, new: str, token: str, actor: Actor, now: datetime) -> None:
    """Change an actor's own password; all their other sessions end. Raises InvalidInput on `old` or `password`."""
    account = db.session.get_one(Account, actor.account_id)
    if not check_password(account.password_hash, old):
        raise InvalidInput({"old": label("field_error.old_password_wrong")})
    account.password_hash = hash_password(new)
    end_sessions_of(account.id, now=now, except_token=token)
    _audit("account.password_changed", actor, now)


def _audit(action: str, actor: Actor, now: datetime) -> None:
    log.record(actor=actor, action=action, object_type="account", object_id=str(actor.account_id), now=now)
