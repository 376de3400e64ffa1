"""The instant at which a request happens, for views to hand down to actions and queries."""

from datetime import datetime

from flask import current_app


def now() -> datetime:
    """Return the application's clock as an aware UTC instant."""
    instant: datetime = current_app.extensions["clock"].now()
    return instant
