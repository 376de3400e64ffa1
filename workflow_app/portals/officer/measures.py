"""Notices to lift measures: those of one's department, and one of them with its answer."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.lift_measures import answer_notice, notice_for
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import Conflict, InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission, scope_filter
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.measure_notices import MeasureNotice, NoticeState

SHOWN = 200


@bp.get("/measures")
@guarded(Permission.MEASURE_ANSWER)
def measures() -> str:
    """The notices of one's department, those without an answer first, the nearest day first."""
    scope = scope_filter(current_actor(), department=MeasureNotice.department_id, organisation=sa.literal(0))
    waits = sa.case((MeasureNotice.state == NoticeState.OPEN, 0), else_=1)
    query = sa.select(MeasureNotice).where(scope).order_by(waits, MeasureNotice.due_on, MeasureNotice.id)
    found = list(db.session.scalars(query.limit(SHOWN)).unique())
    return render_template("portals/officer/measures.html", notices=found, shown=SHOWN)


@bp.get("/measures/<int:notice_id>")
@guarded(Permission.MEASURE_ANSWER)
def measure_notice(notice_id: int) -> str:
    """One notice: whose measure, until when, and the form of its answer."""
    return _page(notice_id, {})


@bp.post("/measures/<int:notice_id>")
@guarded(Permission.MEASURE_ANSWER)
def answer_measure_notice(notice_id: int) -> Response | tuple[str, int]:
    """Answer it."""
    form = request.form
    try:
        answer_notice(
            notice_id=notice_id,
            version=form.get("row_version", 0, int),
            answered=form.get("answered", ""),
            lifted_on=_day(form.get("lifted_on", "")),
            reason=form.get("reason", ""),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(notice_id, error.fields), 422
    except Conflict as error:
        return _page(notice_id, {"form": message_of(error)}), 409
    flash(label("measure.answered"))
    return redirect(url_for("officer.measures"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _page(notice_id: int, errors: Mapping[str, str]) -> str:
    notice = notice_for(notice_id, current_actor())
    record = db.session.get_one(CreditRecord, notice.on.record_id)
    return render_template(
        "portals/officer/measure.html", notice=notice, record=record, typed=request.form, errors=errors
    )
