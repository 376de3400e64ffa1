"""Slowing down those who register: counted per address in rows of their own, so that nobody who registers, well or badly, is
taken for somebody who guesses at passwords."""

from datetime import datetime

from workflow_app.foundation.database import require_transaction
from workflow_app.people.lockout import (
    FREE_TRIES,
    MAX_PER_ACCOUNT,
    SignInCounter,
    TooManyTries,
    count_try,
    locked_counter,
)
from workflow_app.people.look_ups import network_of

MAX_REGISTERED = 60  # accounts in a quarter of an hour from one address, behind which a whole service hall may sit


def take_registration(address: str, *, now: datetime) -> TooManyTries | None:
    """Count a try and return why it is refused, or None; returned, not raised, so that the count is committed."""
    require_transaction()
    tries, made = _tries(address, now), _made(address, now)
    seconds = count_try(tries, now, most=MAX_PER_ACCOUNT, free=FREE_TRIES)
    if not seconds and made.locked_until is not None:
        seconds = max(1, int((made.locked_until - now).total_seconds()))
    return TooManyTries(seconds) if seconds else None


def note_registered(address: str, *, now: datetime) -> None:
    """A try that made an account is taken off the tries and counted among the accounts made."""
    require_transaction()
    tries = _tries(address, now)
    tries.tries = max(0, tries.tries - 1)
    count_try(_made(address, now), now, most=MAX_REGISTERED - 1)


def _tries(address: str, now: datetime) -> SignInCounter:
    return locked_counter(f"register:{network_of(address)}", now)


def _made(address: str, now: datetime) -> SignInCounter:
    return locked_counter(f"registered:{network_of(address)}", now)
