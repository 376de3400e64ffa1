"""The first page of those who oversee: five numbers, each a way in, and where they come from."""

from dataclasses import replace

from flask import render_template, request

from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.database import db
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission
from workflow_app.people.reach import REACH, Reach
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.nav import DESK
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.supervisor import bp
from workflow_app.portals.supervisor.charts import bars, columns
from workflow_app.portals.supervisor.filters import arguments_of, selection_of
from workflow_app.supervision.overview import By, overview
from workflow_app.supervision.selection import Bucket, Selection
from workflow_app.supervision.sight import sight
from workflow_app.supervision.slips import slip_counts
from workflow_app.supervision.trend import weeks
from workflow_app.supervision.worklist import page_of

SHOWN_STUCK = 3


@bp.get("", endpoint="overview")
@guarded(Permission.SUPERVISE)
def overview_page() -> str:
    """Everything open in numbers, by department, kind, step or officer; what is stuck; how much comes in and goes out."""
    actor, seen, chosen = current_actor(), sight(now()), _chosen()
    own = REACH[actor.role] is Reach.DEPARTMENT
    by = _by(By.OFFICER if own or chosen.department_id is not None else By.DEPARTMENT)
    found = overview(actor, chosen, by=by, sight=seen)
    trend = weeks(actor, chosen, today=seen.today)
    return render_template(
        "portals/supervisor/overview.html",
        seen=seen,
        by=by,
        ways=[way for way in By if way is not By.DEPARTMENT or not own],
        found=found,
        bars=bars(found.groups),
        chosen=chosen,
        department=db.session.get(Department, chosen.department_id) if chosen.department_id else None,
        kinds=all_kinds(),
        stuck=page_of(actor, replace(chosen, bucket=Bucket.STUCK), sight=seen, size=SHOWN_STUCK),
        slips=slip_counts(actor, today=seen.today),
        trend=trend,
        chart=columns(trend),
        works=actor.role in DESK,
        arguments_of=arguments_of,
    )


def _chosen() -> Selection:
    asked = selection_of(request.args)
    return Selection(department_id=asked.department_id, kind=asked.kind)


def _by(usual: By) -> By:
    try:
        return By(request.args.get("by") or usual)
    except ValueError:
        return usual
