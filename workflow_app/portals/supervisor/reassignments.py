"""Reassigning cases: to whom, with what load already, why, and what came of it case by case."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.reassign_case import officers_of, reassign_case
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer.people import names
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import row_id
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.supervisor import bp
from workflow_app.portals.supervisor.bulk import Chosen, chosen, each, ticked_cases
from workflow_app.portals.supervisor.ways_back import way_back


@bp.get("/reassign")
@guarded(Permission.CASE_REASSIGN)
def reassign() -> Response | str:
    """The ticked cases, and the officers of the department with how many cases each has."""
    cases = ticked_cases(current_actor())
    return _form(cases, typed={}, errors={}) if cases else _nothing()


@bp.post("/reassign")
@guarded(Permission.CASE_REASSIGN)
def send_reassign() -> Response | str | tuple[str, int]:
    """Give each of them to the chosen officer."""
    actor, instant = current_actor(), now()
    cases, back = ticked_cases(actor), way_back()
    if not cases:
        return _nothing()
    officer_id, reason = request.form.get("new_officer", 0, row_id), request.form.get("reason", "")

    def act(case: Chosen, key: str | None) -> None:
        reassign_case(
            case_number=case.number,
            case_version=case.version,
            officer_id=officer_id,
            reason=reason,
            idempotency_key=key,
            actor=actor,
            now=instant,
        )

    try:
        outcomes = each(chosen(cases), act)
    except InvalidInput as error:
        return _form(ticked_cases(actor), typed=request.form, errors=error.fields), 422
    done = sum(not o.trouble for o in outcomes)
    if done == len(outcomes):
        flash(label("supervising.reassigned", count=done))
        return redirect(back.address)
    return render_template("portals/supervisor/outcomes.html", act="reassign", outcomes=outcomes, done=done, back=back)


def _form(cases: list[Case], *, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    department_id = current_actor().department_id
    officers = officers_of(department_id)
    loads = _loads(department_id)
    return render_template(
        "portals/supervisor/reassign.html",
        cases=cases,
        people=names(case.assignee_id for case in cases),
        officers=[(o.id, o.name, loads.get(o.id, 0)) for o in officers],
        typed=typed,
        errors=errors,
        back=way_back(),
    )


def _loads(department_id: int | None) -> dict[int, int]:
    """How many open cases each officer of a department has."""
    mine = (Case.department_id == department_id, Case.closed_at.is_(None), Case.assignee_id.is_not(None))
    query = sa.select(Case.assignee_id, sa.func.count()).where(*mine).group_by(Case.assignee_id)
    return {account: count for account, count in db.session.execute(query) if account is not None}


def _nothing() -> Response:
    flash(label("supervising.none_ticked"), "soon")
    return redirect(url_for("supervisor.cases"))
