"""Slowing down those who guess: wrong passwords counted per account and address, and per address."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction

WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=30)
MAX_PER_ACCOUNT = 10
MAX_PER_ADDRESS = 60


class SignInFailure(Model):
    """One wrong password."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (sa.Index("ix_sign_in_failure_who", "login", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(60))
    address: Mapped[str] = mapped_column(sa.String(45), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def is_locked(login: str, address: str, *, now: datetime) -> bool:
    """Tell whether sign-in is refused for now: to this login from this address, or to anybody from this address."""
    return _count(now, SignInFailure.login == login, SignInFailure.address == address) >= MAX_PER_ACCOUNT or (
        _count(now, SignInFailure.address == address) >= MAX_PER_ADDRESS
    )


def note_failure(login: str, address: str, *, now: datetime) -> None:
    """Count a wrong password."""
    require_transaction()
    db.session.add(SignInFailure(login=login[:60], address=address, at=now))
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.at < now - LOCKED_FOR - WINDOW))


def forget_failures(login: str, address: str) -> None:
    """A right password ends the counting for this login from this address."""
    require_transaction()
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.login == login, SignInFailure.address == address))


def _count(now: datetime, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(SignInFailure).where(*where, SignInFailure.at > now - LOCKED_FOR)
    return db.session.scalar(query) or 0
