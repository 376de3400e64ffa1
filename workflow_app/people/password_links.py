"""Links and codes by which people set their own password: for one account, once, for a time. No administrator or clerk ever
knows or chooses another person's password."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.foundation.paper_codes import new_paper_code
from workflow_app.people.accounts import Account
from workflow_app.people.one_time_codes import digest_of_code
from workflow_app.people.sessions import digest_of

NO_PASSWORD = "!"  # noqa: S105 - fits no password at all


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"  # the first password of a new member of staff
    RESET = "reset"
    COUNTER = "counter"  # a code printed at the counter for an applicant who was there in person


# How long each works. A reset is handed over on the telephone; an invitation has to reach another county; a slip goes home.
LIVES: Mapping[Purpose, timedelta] = {
    Purpose.INVITATION: timedelta(hours=72),
    Purpose.RESET: timedelta(minutes=15),
    Purpose.COUNTER: timedelta(hours=24),
}
BY_ADDRESS = frozenset({Purpose.INVITATION, Purpose.RESET})


class PasswordLink(Model):
    """One link or code; the token itself is nowhere kept."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(12), server_default=Purpose.RESET)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def make_link(account: Account, *, made_by: int | None, now: datetime, purpose: Purpose = Purpose.RESET) -> str:
    """Return the token of a new link for an account; earlier links and codes no longer work."""
    return _make(secrets.token_urlsafe(32), account, made_by=made_by, now=now, purpose=purpose)


def make_counter_code(account: Account, *, made_by: int | None, now: datetime) -> str:
    """Return a new code for an account, as it is printed; earlier links and codes no longer work."""
    return _make(new_paper_code(), account, made_by=made_by, now=now, purpose=Purpose.COUNTER)


def _make(token: str, account: Account, *, made_by: int | None, now: datetime, purpose: Purpose) -> str:
    require_transaction()
    open_ones = PasswordLink.account_id == account.id, PasswordLink.used_at.is_(None)
    db.session.execute(sa.update(PasswordLink).where(*open_ones).values(used_at=now))
    kept = digest_of_code(token) if purpose is Purpose.COUNTER else digest_of(token)
    db.session.add(
        PasswordLink(
            digest=kept,
            purpose=purpose,
            account_id=account.id,
            made_by_id=made_by,
            made_at=now,
            ends_at=now + LIVES[purpose],
            used_at=None,
        )
    )
    return token


def account_by_link(token: str, *, now: datetime) -> tuple[Account, datetime]:
    """Return whose link a token is and until when it works.

    Raises NotFound where it was used, replaced, is too old or never was.
    """
    link, account = _find(digest_of(token), now, among=BY_ADDRESS, lock=False)
    return account, link.ends_at or now


def use_link(token: str, *, now: datetime) -> Account:
    """Return whose link a token is and spend it: of two at the same moment one gets NotFound."""
    return _use(digest_of(token), now, among=BY_ADDRESS)


def use_counter_code(code: str, *, login: str, now: datetime) -> Account:
    """Return the account of a printed code and spend it. Raises NotFound for another login as for a wrong code."""
    account = _use(digest_of_code(code), now, among=frozenset({Purpose.COUNTER}))
    if account.login != login:
        raise NotFound("password_link_spent")
    return account


def _use(digest: str, now: datetime, *, among: frozenset[Purpose]) -> Account:
    require_transaction()
    link, account = _find(digest, now, among=among, lock=True)
    link.used_at = now
    return account


def _find(digest: str, now: datetime, *, among: frozenset[Purpose], lock: bool) -> tuple[PasswordLink, Account]:
    query = sa.select(PasswordLink).where(PasswordLink.digest == digest, PasswordLink.purpose.in_(among))
    link = db.session.scalar(query.with_for_update() if lock else query)
    if link is None or link.used_at is not None or link.ends_at is None or now > link.ends_at:
        raise NotFound("password_link_spent")
    account = db.session.get(Account, link.account_id)
    if account is None or account.disabled_at is not None:
        raise NotFound("password_link_spent")
    return link, account
