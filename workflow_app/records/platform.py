"""What we ask of a credit platform and what it may answer, as typed outcomes. How it travels is in `http_platform`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from flask import Flask, current_app

ACTIVE, ENDED = "active", "ended"
BREACHED = "breached"  # the record itself stays off, that a commitment was broken is shown


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order to a platform, fixed at the decision. The key names it for ever; the payload goes out as stored."""

    key: str
    destination: str
    case_no: str
    record_id: int
    payload: dict[str, Any]

    @property
    def finds(self) -> str:
        """What must be shown of the record before it is sent: `active` unless the order says otherwise."""
        return str(self.payload.get("finds", ACTIVE))

    @property
    def leaves(self) -> str:
        """What is shown once it took effect: `ended` unless the order says otherwise."""
        return str(self.payload.get("leaves", ENDED))

    @property
    def lifts(self) -> str:
        """The status of the record that the order ends by showing it again; "" for an order that is no such thing."""
        return str(self.payload.get("lifts", ""))


@dataclass(frozen=True)
class Confirmed:
    """The order took effect; `receipt` is the platform's reply, `number` its receipt number."""

    number: str
    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NotApplied:
    """The platform knows no order of this key."""


@dataclass(frozen=True)
class Unknown:
    """Whether the order took effect cannot be told from the reply; ask again, not before `retry_after` seconds."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Mismatch:
    """The reply speaks of another case, record or order, or its receipt cannot be kept: an incident, never a success."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """The platform will not do it, and asking again would not help."""

    reason: str


@dataclass(frozen=True)
class Unavailable:
    """The request did not reach the work: try later, after `retry_after` seconds where the platform names them."""

    reason: str
    retry_after: float | None = None


Outcome = Confirmed | NotApplied | Unknown | Mismatch | Refused | Unavailable


@dataclass(frozen=True)
class RecordState:
    """What the platform shows of a record at one destination: `active`, `ended`, `breached`, or a word we do not know."""

    state: str


class CreditPlatform(Protocol):
    """A platform that publishes and shares credit records. No method raises for what the platform does."""

    def look_up(self, order: Order, /) -> Outcome:
        """Ask what became of an order."""

    def state_of(self, order: Order, /) -> RecordState | Outcome:
        """Ask what is shown of the record now at the order's destination."""

    def send(self, order: Order, /) -> Outcome:
        """Ask for the order to be done."""


class NullPlatform:
    """No platform is connected: every order waits, none is ever taken for done."""

    def look_up(self, _order: Order) -> Outcome:
        """Answer that nobody is there."""
        return Unavailable("not_connected")

    def state_of(self, _order: Order) -> RecordState | Outcome:
        """Answer that nobody is there."""
        return Unavailable("not_connected")

    def send(self, _order: Order) -> Outcome:
        """Answer that nobody is there."""
        return Unavailable("not_connected")


class MemoryPlatform:
    """A platform inside the test process: does what it is asked and keeps receipts and counts."""

    def __init__(self) -> None:
        self.receipts: dict[str, Confirmed] = {}
        self.states: dict[tuple[int, str], str] = {}
        self.effects: dict[str, int] = {}
        self.contents: dict[tuple[int, str], Any] = {}  # what an order put in place of what was shown

    def look_up(self, order: Order) -> Outcome:
        """Return the receipt of an order done before."""
        return self.receipts.get(order.key, NotApplied())

    def state_of(self, order: Order) -> RecordState | Outcome:
        """Return `active` until an order left it otherwise."""
        return RecordState(self.states.get((order.record_id, order.destination), ACTIVE))

    def send(self, order: Order) -> Outcome:
        """Do the order and keep its receipt."""
        place, content = (order.record_id, order.destination), order.payload.get("after")
        said_again = (
            order.finds == order.leaves and self.contents.get(place) == content
        )  # the same words have no effect
        self.effects[order.key] = self.effects.get(order.key, 0) + (0 if said_again else 1)
        self.states[place], self.contents[place] = order.leaves, content
        number = f"R{len(self.receipts) + 1:06d}"
        receipt = {"key": order.key, "record_id": order.record_id, "case_no": order.case_no, "receipt_no": number}
        return self.receipts.setdefault(order.key, Confirmed(number, receipt))


def platform() -> CreditPlatform:
    """The platform of the current application."""
    return cast(CreditPlatform, current_app.extensions["platform"])


def init_platform(app: Flask, *, url: str, key: str) -> None:
    """Give the application its platform: over HTTP, in memory for tests, or none where no address is set."""
    from workflow_app.records import write_back_job  # noqa: F401 - registers the job that delivers
    from workflow_app.records.http_platform import HttpPlatform

    if app.config["TESTING"]:
        app.extensions["platform"] = MemoryPlatform()
    else:
        app.extensions["platform"] = HttpPlatform(url, key) if url else NullPlatform()
