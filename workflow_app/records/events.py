"""What happens to a record that cases on it may have to answer: raised by the lifecycle, delivered by the actions.

What a verb returns is for its caller to deliver; what follows on another record, or happens in a job of this room, is told to
whoever listens, in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from workflow_app.people.accounts import Actor


@dataclass(frozen=True, kw_only=True)
class RecordEvent:
    """One event on a record. `case_no` is the case that caused it and is not told of it."""

    kind: str
    record_id: int
    case_no: str | None
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


H = TypeVar("H", bound=Callable[..., None])
_listeners: list[Callable[..., None]] = []


def listen(listener: H) -> H:
    """Register who is told: called in the transaction, as `listener(events, actor=actor, now=now)`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(events: Sequence[RecordEvent], *, actor: Actor, now: datetime) -> None:
    """Tell events that nobody returns to an action."""
    for listener in _listeners:
        listener(events, actor=actor, now=now)
