"""What the engine tells of a step: plain values, no rows and nothing of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OpenTask:
    """A user task that waits. `engine_id` marks this one wait (32 hex digits), `lane` is the role that does it."""

    engine_id: str
    bpmn_id: str
    lane: str
    name: str = ""


@dataclass(frozen=True)
class Armed:
    """A timer that waits. `arming` marks this one start (32 hex digits); `attached_to` is the activity it hangs on."""

    key: str
    arming: str
    interrupting: bool
    attached_to: str


@dataclass(frozen=True)
class ServiceCall:
    """A service step the case came by, with its parameters."""

    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Advance:
    """What one step changed.

    `closed` holds engine ids of tasks that are no longer open, done or cancelled; `disarmed` the timers that stopped
    waiting without having fired; `services` is in order of execution; `visited` are the drawn nodes that ran, `flows`
    the arrows taken, `live` the drawn nodes that hold a token or contain one.
    """

    opened: tuple[OpenTask, ...] = ()
    closed: tuple[str, ...] = ()
    armed: tuple[Armed, ...] = ()
    disarmed: tuple[Armed, ...] = ()
    fired: tuple[Armed, ...] = ()
    services: tuple[ServiceCall, ...] = ()
    visited: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    live: frozenset[str] = frozenset()
    finished: bool = False


@dataclass(frozen=True)
class Step:
    """The new state (None once finished) and what changed."""

    state: bytes | None
    advance: Advance
