"""The wing of whoever acts, or wants to act, for an enterprise: their own account, what it may do, and how it comes to
more. It shows no record and no case; those are the enterprise's wing, behind an authority."""

from typing import Any

from flask import Blueprint

from workflow_app.cases.views import numbers_within
from workflow_app.notices.inbox import unread_count
from workflow_app.people.accounts import Role
from workflow_app.people.mandates import authority_missing
from workflow_app.portals.shared.session import viewer

bp = Blueprint("identity", __name__, url_prefix="/identity")


@bp.context_processor
def _shell() -> dict[str, Any]:
    found = viewer()
    if found is None or found.role is not Role.APPLICANT or authority_missing(found.actor) is not None:
        return {"authorised": False}
    return {"authorised": True, "unread": unread_count(found.actor, cases=numbers_within(found.actor))}


from workflow_app.portals.identity import enrolment, mine, register  # noqa: E402, F401
