"""The wing of the enterprises: records and what may be done about them, applications, cases, letters, messages."""

from typing import Any

from flask import Blueprint

from workflow_app.cases.views import numbers_within
from workflow_app.notices.inbox import unread_count
from workflow_app.portals.shared.session import viewer

bp = Blueprint("enterprise", __name__, url_prefix="/my")


@bp.context_processor
def _unread() -> dict[str, Any]:
    found = viewer()  # a refusal may be shown to somebody who is not signed in
    return {} if found is None else {"unread": unread_count(found.actor, cases=numbers_within(found.actor))}


from workflow_app.portals.enterprise import (  # noqa: E402
    agents,
    applications,
    beside,
    cases,
    extensions,
    filings,
    letters,
    messages,
    records,
    serving,
)

__all__ = [
    "agents",
    "applications",
    "beside",
    "bp",
    "cases",
    "extensions",
    "filings",
    "letters",
    "messages",
    "records",
    "serving",
]
