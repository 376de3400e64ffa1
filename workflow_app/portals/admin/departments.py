"""Departments: what letters say of them, and who continues the work of one that ended. Changes take two persons."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.propose_change import propose_change
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.department_register import KINDS, checked_succession, checked_values, values_of
from workflow_app.people.departments import Department, Succession
from workflow_app.people.permissions import Permission, may
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor

PAGE = 50


@bp.get("/departments")
@guarded(Permission.DEPARTMENT_VIEW)
def departments() -> str:
    """The register, found by name, code or number prefix."""
    search, page = request.args.get("search", "").strip()[:60], request.args.get("page", 1, type=int)
    query = sa.select(Department)
    if search:
        columns = (Department.name, Department.code, Department.organ_code)
        query = query.where(sa.or_(*(c.contains(search, autoescape=True) for c in columns)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    ordered = query.order_by(Department.region_code, Department.name).limit(PAGE).offset((page - 1) * PAGE)
    return render_template(
        "portals/admin/departments.html",
        rows=list(db.session.scalars(ordered)),
        total=total,
        page=page,
        pages=pages,
        search=search,
    )


@bp.get("/departments/<code>")
@guarded(Permission.DEPARTMENT_VIEW)
def department(code: str) -> str:
    """One department with what its letters print."""
    return _page(_find(code), {}, {})


@bp.post("/departments/<code>")
@guarded(Permission.DEPARTMENT_MANAGE)
def propose_department(code: str) -> Response | tuple[str, int]:
    """Propose other values; they count once another person has approved."""
    found, form = _find(code), request.form.to_dict()
    try:
        propose_change(
            kind="department.values",
            object_id=found.code,
            title=label("admin.department_values", name=found.name),
            before=values_of(found),
            after=checked_values(form),
            reason=form.get("reason", ""),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(_find(code), error.fields, form), 422
    flash(label("admin.proposed"), "ok")
    return redirect(url_for("admin.department", code=code))


@bp.post("/departments/<code>/end")
@guarded(Permission.DEPARTMENT_MANAGE)
def propose_end(code: str) -> Response | tuple[str, int]:
    """Propose that a department ends, and who continues its work."""
    found, form = _find(code), request.form.to_dict()
    try:
        propose_change(
            kind="department.end",
            object_id=found.code,
            title=label("admin.department_end", name=found.name),
            after=checked_succession(found, form),
            reason=form.get("end_reason", ""),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        wrong = {"end_reason" if name == "reason" else name: text for name, text in error.fields.items()}
        return _page(_find(code), wrong, form), 422
    flash(label("admin.proposed"), "ok")
    return redirect(url_for("admin.department", code=code))


def _find(code: str) -> Department:
    found = db.session.scalar(sa.select(Department).where(Department.code == code))
    if found is None:
        raise NotFound("department_not_found")
    return found


def _page(found: Department, errors: dict[str, str], values: dict[str, str]) -> str:
    ended = sa.select(Succession).where(sa.or_(Succession.code == found.code, Succession.successor_code == found.code))
    return render_template(
        "portals/admin/department.html",
        department=found,
        succession=list(db.session.scalars(ended.order_by(Succession.effective_on))),
        values=values_of(found) | values,
        errors=errors,
        kinds=[(kind, label(f"admin.end.{kind}")) for kind in KINDS],
        manages=may(current_actor(), Permission.DEPARTMENT_MANAGE),
    )
