"""Links by which people set their own password: for one account, once, for a quarter of an hour. No administrator ever
knows or chooses another person's password."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.people.accounts import Account
from workflow_app.people.sessions import digest_of

LIFE = timedelta(minutes=15)
NO_PASSWORD = "!"  # noqa: S105 - fits no password at all


class PasswordLink(Model):
    """One link; the token itself is nowhere kept."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def make_link(account: Account, *, made_by: int | None, now: datetime) -> str:
    """Return the token of a new link for an account; earlier ones no longer work."""
    require_transaction()
    open_ones = PasswordLink.account_id == account.id, PasswordLink.used_at.is_(None)
    db.session.execute(sa.update(PasswordLink).where(*open_ones).values(used_at=now))
    token = secrets.token_urlsafe(32)
    db.session.add(
        PasswordLink(digest=digest_of(token), account_id=account.id, made_by_id=made_by, made_at=now, used_at=None)
    )
    return token


def account_by_link(token: str, *, now: datetime) -> Account:
    """Return whose link a token is. Raises NotFound where it was used, replaced, is too old or never was."""
    return _find(token, now, lock=False)[1]


def use_link(token: str, *, now: datetime) -> Account:
    """Return whose link a token is and spend it: of two at the same moment one gets NotFound."""
    require_transaction()
    link, account = _find(token, now, lock=True)
    link.used_at = now
    return account


def _find(token: str, now: datetime, *, lock: bool) -> tuple[PasswordLink, Account]:
    query = sa.select(PasswordLink).where(PasswordLink.digest == digest_of(token))
    link = db.session.scalar(query.with_for_update() if lock else query)
    if link is None or link.used_at is not None or now - link.made_at > LIFE:
        raise NotFound("password_link_spent")
    account = db.session.get(Account, link.account_id)
    if account is None or account.disabled_at is not None:
        raise NotFound("password_link_spent")
    return link, account
