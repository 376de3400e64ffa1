"""The ledger of a deadline: a fragment that opens in place from any date, and a page for whoever may see the case."""

from flask import Blueprint, render_template, request

from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Role
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.ledger_view import view_of
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor

bp = Blueprint("ledgers", __name__)


@bp.get("/ledger/<int:deadline_id>")
@guarded(Permission.CASE_VIEW)
def ledger(deadline_id: int) -> str:
    """How the due day of one clock of a case came about."""
    actor, deadline = current_actor(), db.session.get(Deadline, deadline_id)
    if deadline is None:
        raise NotFound("deadline_not_found")
    require(actor, Permission.CASE_VIEW, deadline.case)
    view = view_of(
        deadline.ledger,
        id=f"ledger-{deadline.id}",
        title=label(f"clock.{deadline.key}"),
        today=legal_day(now()),
        provisional=deadline.provisional,
    )
    if "HX-Request" in request.headers:
        return render_template("portals/shared/ledger_fragment.html", view=view)
    party = actor.role is Role.APPLICANT
    return render_template("portals/shared/ledger.html", view=view, case=deadline.case, party=party)
