"""The limit on look-ups, for views: counted before anything is read, answered on the page that was asked for."""

from collections.abc import Callable, Mapping

from flask import request

from workflow_app.foundation.database import transaction
from workflow_app.people.look_ups import LookUp, TooManyLookUps, forgive_look_up, take_look_up
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.moment import now


def limited(what: LookUp) -> TooManyLookUps | None:
    """Count a look-up of the request's address; return why it is refused, or None."""
    with transaction():
        return take_look_up(what, request.remote_addr or "", now=now())


def forgiven(what: LookUp) -> None:
    """Take the look-up off the count again."""
    with transaction():
        forgive_look_up(what, request.remote_addr or "", now=now())


def refusal_page(refusal: TooManyLookUps, page: Callable[[str], str]) -> tuple[str, int, Mapping[str, str]]:
    """Return the page with the refusal in words, its status, and when to come again."""
    return page(message_of(refusal)), 429, {"Retry-After": str(refusal.seconds)}
