"""Where an act came from: address, session and request, as the portal that received it knows them. Never who acted."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The way into the house. `session` is a digest, so the log cannot be used to enter."""

    address: str = ""
    session: str = ""
    request_id: str = ""


INSIDE = Origin()  # the clock's own acts, commands and jobs
_origin: ContextVar[Origin] = ContextVar("origin", default=INSIDE)


def set_origin(origin: Origin) -> None:
    """Say where the acts of this request come from."""
    _origin.set(origin)


def current_origin() -> Origin:
    """Return where the running act comes from."""
    return _origin.get()
