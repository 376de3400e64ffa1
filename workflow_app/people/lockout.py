"""Slowing down those who guess. Attempts are counted before the password is looked at, per login and address, per address
and over all, in rows that are locked meanwhile: however many arrive at once, none slips through uncounted.

A login has its tries for itself, so a stranger cannot use up another's. What many wrong logins from one address bring
about falls on logins that are new there, never on those who signed in from there before: an office behind one address
stays at work while somebody in it guesses.
"""

from datetime import datetime, timedelta
from math import ceil

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction, transaction
from workflow_app.foundation.errors import AppError
from workflow_app.jobs.queue import periodic
from workflow_app.people.sessions import has_signed_in_from

WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=30)
FREE_TRIES = 6  # wrong passwords before one has to wait between tries
MAX_PER_ACCOUNT = 10
BUSY_ADDRESS = 60  # an office behind one address; from here on a login that is new there has one try
MAX_PER_ADDRESS = 120  # from here on it has none
MAX_OVERALL = 1_000  # one password tried on many logins from many addresses: from here on every address has few tries
UNDER_ATTACK = 5, 10  # instead of the two above
OVERALL = "*"


class TooManyTries(AppError):
    """Sign-in is refused for now. `seconds` is how long to wait; the words are the same for logins that do not exist."""

    code = "too_many_tries"

    def __init__(self, seconds: int) -> None:
        super().__init__(None, minutes=-(-seconds // 60), seconds=seconds)
        self.seconds = seconds


class SignInCounter(Model):
    """Tries since `first_at` under a key: `a:` login and address, `i:` address, `*` all; look-ups have keys of their own."""

    __tablename__ = "sign_in_counter"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


def take_try(login: str, address: str, *, now: datetime) -> TooManyTries | None:
    """Count a try and return why it is refused, or None: then the password may be looked at.

    The refusal is returned, not raised, so that the count is committed with it.
    """
    require_transaction()
    is_new = not has_signed_in_from(login, address)
    overall, account, from_address = (locked_counter(key, now) for key in _keys(login, address))
    busy, most = UNDER_ATTACK if overall.tries >= MAX_OVERALL else (BUSY_ADDRESS, MAX_PER_ADDRESS)
    one_only = is_new and (from_address.locked_until is not None or from_address.tries >= busy)
    seconds = count_try(account, now, most=1 if one_only else MAX_PER_ACCOUNT, free=FREE_TRIES)
    if not seconds:  # what is refused is no guess: a flood of it must not put everybody else under suspicion
        by_address = count_try(from_address, now, most=most)
        seconds = by_address if is_new else 0
    if not seconds:
        count_try(overall, now, most=None)
    return TooManyTries(seconds) if seconds else None


def forgive(login: str, address: str, *, now: datetime) -> None:
    """A right password ends the counting for this login from this address and takes its own try off the others."""
    require_transaction()
    overall, account, from_address = (locked_counter(key, now) for key in _keys(login, address))
    account.tries, account.locked_until = 0, None
    for counter in (overall, from_address):
        counter.tries = max(0, counter.tries - 1)


def free_login(login: str) -> None:
    """Lift the locks on a login from every address: a security administrator has spoken with its owner."""
    require_transaction()
    of_login = SignInCounter.key.startswith(f"a:{login[:60]}|", autoescape=True)
    db.session.execute(sa.delete(SignInCounter).where(of_login))


@periodic(name="forget_sign_in_counters", seconds=3600)
def forget_counters(now: datetime) -> int:
    """Delete counters that count for nothing any more; return how many."""
    idle = SignInCounter.last_at < now - WINDOW - LOCKED_FOR
    with transaction():
        return int(getattr(db.session.execute(sa.delete(SignInCounter).where(idle)), "rowcount", 0))


def _keys(login: str, address: str) -> tuple[str, str, str]:
    return OVERALL, f"a:{login[:60]}|{address[:45]}", f"i:{address[:45]}"


def locked_counter(key: str, now: datetime) -> SignInCounter:
    """Return a counter with its row locked, begun anew where its window has passed."""
    insert = (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(SignInCounter)
    fresh = insert.values(key=key, tries=0, first_at=now, last_at=now).on_conflict_do_nothing()
    db.session.execute(fresh)
    query = sa.select(SignInCounter).where(SignInCounter.key == key).with_for_update()
    counter = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if counter.locked_until is not None and counter.locked_until <= now:
        counter.tries, counter.first_at, counter.locked_until = 0, now, None
    elif counter.locked_until is None and now - counter.first_at > WINDOW:
        counter.tries, counter.first_at = 0, now
    return counter


def count_try(counter: SignInCounter, now: datetime, *, most: int | None, free: int | None = None) -> int:
    """Count one try; return the seconds to wait where it is refused, else 0. A try during a lock does not prolong it."""
    if counter.locked_until is not None:
        return max(1, int((counter.locked_until - now).total_seconds()))
    before, last = counter.tries, counter.last_at
    counter.tries, counter.last_at = before + 1, now
    if most is not None and before >= most:
        counter.locked_until = now + LOCKED_FOR
        return int(LOCKED_FOR.total_seconds())
    if free is not None and before >= free:
        again_at = last + timedelta(seconds=2.0 ** (before - free + 1))
        return max(0, ceil((again_at - now).total_seconds()))
    return 0
