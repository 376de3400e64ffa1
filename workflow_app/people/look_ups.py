"""Slowing down those who look up without signing in: counted per address before anything is read, like the tries of a
sign-in and in the same rows, so that the count holds for all processes and outlives them."""

from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from workflow_app.foundation.database import require_transaction
from workflow_app.people.lockout import TooManyTries, count_try, locked_counter

NEIGHBOURS = 64  # bits of an IPv6 address that one subscriber has for himself


class LookUp(StrEnum):
    """What is looked up. The value is part of the counter's key."""

    RECORD = "record"
    PROGRESS = "progress"
    COMMITMENT = "commitment"


# Within a quarter of an hour from one address, behind which a whole service hall may sit.
MOST = {LookUp.RECORD: 60, LookUp.PROGRESS: 20, LookUp.COMMITMENT: 60}


class TooManyLookUps(TooManyTries):
    """No more look-ups from this address for now. The words are the same whatever was asked and found."""

    code = "too_many_look_ups"


def take_look_up(what: LookUp, address: str, *, now: datetime) -> TooManyLookUps | None:
    """Count a look-up and return why it is refused, or None; returned, not raised, so that the count is committed."""
    require_transaction()
    seconds = count_try(locked_counter(_key(what, address), now), now, most=MOST[what])
    return TooManyLookUps(seconds) if seconds else None


def forgive_look_up(what: LookUp, address: str, *, now: datetime) -> None:
    """Take a look-up off the count: it named what only its owner knows."""
    require_transaction()
    counter = locked_counter(_key(what, address), now)
    counter.tries = max(0, counter.tries - 1)


def _key(what: LookUp, address: str) -> str:
    return f"{what}:{network_of(address)}"


def network_of(address: str) -> str:
    """Return whom an address stands for: itself, or for IPv6 the network of one subscriber, who has 2^64 addresses."""
    try:
        found = ip_address(address.split("%")[0])
    except ValueError:
        return address[:45]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> NEIGHBOURS << NEIGHBOURS)}/{NEIGHBOURS}"
