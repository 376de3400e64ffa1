"""The audit log for its reader: the newest acts, found by case, person or act, and the check of the whole chain."""

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.audit.log import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import has_label, label
from workflow_app.people.accounts import Role
from workflow_app.people.permissions import Permission, may
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.session import current_actor

PAGE = 100
LARGEST = 2**31 - 1


def worded_act(action: str) -> str:
    """Return an act in words; the steps of a process have the names of their process."""
    key = f"audit_act.{action}"
    if has_label(key):
        return label(key)
    steps = (f"step.{kind.key}.{action.removeprefix('task.')}" for kind in all_kinds())
    return next((label(step) for step in steps if has_label(step)), "")


@bp.get("/audit")
@guarded(Permission.AUDIT_READ)
def audit() -> str:
    """The newest acts before a number, filtered."""
    search = request.args.get("search", "").strip()[:60]
    before = request.args.get("before", type=int)
    query = sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(PAGE)
    if search:
        columns = (AuditEvent.case_no, AuditEvent.actor_name, AuditEvent.action)
        query = query.where(sa.or_(*(c.contains(search, autoescape=True) for c in columns)))
    if before and 0 < before <= LARGEST:
        query = query.where(AuditEvent.seq < before)
    actor = current_actor()
    if actor.role is not Role.AUDITOR:  # administrators see their own acts only
        query = query.where(AuditEvent.account_id == actor.account_id)
    checks = may(actor, Permission.AUDIT_VERIFY)
    result = verify() if checks and request.args.get("verify") == "1" else None
    return render_template(
        "portals/admin/audit.html",
        rows=list(db.session.scalars(query)),
        search=search,
        size=PAGE,
        result=result,
        checks=checks,
        worded_act=worded_act,
    )
