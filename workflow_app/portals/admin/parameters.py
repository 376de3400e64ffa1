"""The figures of the law in use: value, from when, basis, and how sure we are. Read only: they change with the release."""

from flask import render_template, request

from workflow_app.law.parameters import all_parameters
from workflow_app.law.special_fields import all_criteria
from workflow_app.people.permissions import Permission
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.words import today


@bp.get("/parameters")
@guarded(Permission.PARAMETER_VIEW)
def parameters() -> str:
    """All parameters and what puts a record into a special field, or only what is not verified."""
    unverified = request.args.get("unverified") == "1"
    found = [p for p in all_parameters() if not unverified or any(not v.verified for v in p.values)]
    count = sum(any(not v.verified for v in p.values) for p in all_parameters())
    return render_template(
        "portals/admin/parameters.html",
        parameters=found,
        criteria=[c for c in all_criteria() if not (unverified and c.citation.confidence.verified)],
        unverified=unverified,
        open_count=count,
        day_now=today(),
    )
