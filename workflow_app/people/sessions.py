"""Sessions on the server: a random token in the cookie, its digest in a row that can be ended at any moment."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction, transaction
from workflow_app.jobs.queue import periodic
from workflow_app.people.accounts import Account

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
MAX_AT_ONCE = 3
KEPT = timedelta(days=30)  # so that a login is known at its address after the longest holidays


class LoginSession(Model):
    """One signed-in browser."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(45))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def begin_session(account: Account, *, address: str, now: datetime) -> str:
    """Open a session and return its token; the oldest ones beyond the limit end.

    The account is locked meanwhile, so that sign-ins at the same moment do not each count without the other.
    """
    require_transaction()
    db.session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update())
    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(digest=digest_of(token), account_id=account.id, address=address[:45], begun_at=now, seen_at=now)
    )
    db.session.flush()
    for old in running_sessions(account.id, now=now)[MAX_AT_ONCE:]:
        old.ended_at = now
    return token


def account_of(token: str, *, now: datetime) -> Account | None:
    """Return whose session a token is, or None where it has ended, rested too long or its account is disabled."""
    row = db.session.execute(
        sa.select(LoginSession, Account)
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.digest == digest_of(token), LoginSession.ended_at.is_(None), Account.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    session, account = row
    if now - session.seen_at > IDLE or now - session.begun_at > ABSOLUTE:
        return None
    if now - session.seen_at > TOUCH_EVERY:
        session_id = session.id
        with transaction():
            db.session.execute(sa.update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))
        return db.session.get(Account, account.id)
    found: Account = account
    return found


def running_sessions(account_id: int, *, now: datetime) -> list[LoginSession]:
    """Return the sessions of an account that are alive at an instant, the newest first."""
    query = sa.select(LoginSession).where(
        LoginSession.account_id == account_id,
        LoginSession.ended_at.is_(None),
        LoginSession.seen_at >= now - IDLE,
        LoginSession.begun_at >= now - ABSOLUTE,
    )
    return list(db.session.scalars(query.order_by(LoginSession.id.desc())))


def has_signed_in_from(login: str, address: str) -> bool:
    """Tell whether somebody has signed in with a login from an address in the last month."""
    query = (
        sa.select(LoginSession.id)
        .join(Account, Account.id == LoginSession.account_id)
        .where(Account.login == login, LoginSession.address == address[:45])
    )
    return db.session.scalar(query.limit(1)) is not None


def end_session(token: str, *, now: datetime) -> None:
    """End the session of a token."""
    require_transaction()
    ended = sa.update(LoginSession).where(LoginSession.digest == digest_of(token), LoginSession.ended_at.is_(None))
    db.session.execute(ended.values(ended_at=now))


def end_sessions_of(account_id: int, *, now: datetime, except_token: str | None = None) -> None:
    """End all sessions of an account: it was disabled, its password changed, or it asked for this."""
    require_transaction()
    ended = sa.update(LoginSession).where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None))
    if except_token is not None:
        ended = ended.where(LoginSession.digest != digest_of(except_token))
    db.session.execute(ended.values(ended_at=now))


def digest_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@periodic(name="forget_old_sessions", seconds=3600)
def forget_sessions(now: datetime) -> int:
    """Delete the rows of sessions that ended or died long ago; return how many."""
    with transaction():
        old = sa.delete(LoginSession).where(LoginSession.begun_at < now - ABSOLUTE - KEPT)
        return int(getattr(db.session.execute(old), "rowcount", 0))
