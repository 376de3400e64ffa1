"""Asking another body about a case, taking the question back, and the papers of the answer: seen from the case."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.ask_enquiry import ask_enquiry, may_be_asked, withdraw_enquiry
from workflow_app.cases.case import case_by_number
from workflow_app.cases.enquiries import Enquiry, enquiry_by_id, open_enquiry, paper_of
from workflow_app.cases.views import case_view
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Unit, due
from workflow_app.people.calendars import current_calendar
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.enquiries import paper_file, paper_image
from workflow_app.portals.officer.looks import look_at
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import row_id
from workflow_app.portals.shared.session import current_actor

ASKED = ("department_code", "question", "reply_how", "basis_article")


@bp.get("/cases/<number>/enquiry")
@guarded(Permission.ENQUIRY_ASK)
def ask(number: str) -> str:
    """The form of the question: to whom, what, with which papers, and until when an answer would be due."""
    return _form(number, typed={"reply_how": label("desk.reply_how")}, papers=[], errors={})


@bp.post("/cases/<number>/enquiry")
@guarded(Permission.ENQUIRY_ASK)
def send_enquiry(number: str) -> Response | tuple[str, int]:
    """Send it."""
    typed = {name: request.form.get(name, "") for name in ASKED}
    papers = request.form.getlist("papers", type=row_id)
    try:
        ask_enquiry(
            case_number=number, case_version=request.form.get("case_version", 0, int), evidence_ids=papers,
            idempotency_key=request.form.get("idempotency_key"), actor=current_actor(), now=now(), **typed,
        )  # fmt: skip
    except InvalidInput as error:
        return _form(number, typed=typed, papers=papers, errors=error.fields), 422
    except RuleViolation as error:
        return _form(number, typed=typed, papers=papers, errors=refused_on_page(error)), 422
    except Conflict as error:
        return _form(number, typed=typed, papers=papers, errors={"question": label(f"error.{error.code}")}), 409
    flash(label("desk.enquiry_sent"))
    return redirect(url_for("officer.case", number=number))


@bp.get("/cases/<number>/enquiry/withdraw")
@guarded(Permission.ENQUIRY_ASK)
def withdraw_form(number: str) -> str:
    """Why the question is taken back."""
    return _withdrawal(number, reason="", errors={})


@bp.post("/cases/<number>/enquiry/withdraw")
@guarded(Permission.ENQUIRY_ASK)
def withdraw(number: str) -> Response | tuple[str, int]:
    """Take it back."""
    reason, version = request.form.get("reason", ""), request.form.get("case_version", 0, int)
    try:
        withdraw_enquiry(case_number=number, case_version=version, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _withdrawal(number, reason=reason, errors=error.fields), 422
    except RuleViolation as error:
        return _withdrawal(number, reason=reason, errors=refused_on_page(error)), 422
    except Conflict as error:
        return _withdrawal(number, reason=reason, errors={"reason": label(f"error.{error.code}")}), 409
    flash(label("desk.enquiry_withdrawn"))
    return redirect(url_for("officer.case", number=number))


@bp.get("/cases/<number>/enquiries/<int:enquiry_id>/papers/<int:paper_id>/pages/<int:page>.png")
@guarded(Permission.EVIDENCE_READ)
def answer_page(number: str, enquiry_id: int, paper_id: int, page: int) -> Response:
    """One page of a paper of the answer as an image."""
    _sent(number, enquiry_id, paper_id)
    look_at(number, "evidence", paper_id)
    return paper_image(_sent(number, enquiry_id, paper_id), paper_id, page)


@bp.get("/cases/<number>/enquiries/<int:enquiry_id>/papers/<int:paper_id>/original")
@guarded(Permission.EVIDENCE_READ)
def answer_original(number: str, enquiry_id: int, paper_id: int) -> Response:
    """A paper of the answer as it was handed in, as a download."""
    _sent(number, enquiry_id, paper_id)
    look_at(number, "original", paper_id)
    return paper_file(_sent(number, enquiry_id, paper_id), paper_id)


def _enquiry(number: str, enquiry_id: int) -> Enquiry:
    case, found = case_by_number(number), enquiry_by_id(enquiry_id)
    require(current_actor(), Permission.EVIDENCE_READ, case)
    if found.case_id != case.id:
        raise NotFound("enquiry_not_found")
    return found


def _sent(number: str, enquiry_id: int, paper_id: int) -> Enquiry:
    """Return an enquiry one of whose papers is asked for. What the other body prepares is its own until it sends its answer."""
    found = _enquiry(number, enquiry_id)
    if paper_of(found, paper_id).is_answer and found.answered_at is None:
        raise NotFound("evidence_not_found")
    return found


def _form(number: str, *, typed: Mapping[str, Any], papers: list[int], errors: Mapping[str, str]) -> str:
    view = case_view(number, current_actor(), now())
    require(current_actor(), Permission.ENQUIRY_ASK, view.case)
    road, today = view.kind.enquiry, legal_day(now())
    law = value_of(road.clock, on=today) if road else None
    until = (
        due(start=today, count=law.value, unit=Unit(law.unit), roll=law.roll, calendar=current_calendar())
        if law
        else None
    )
    stops = road is not None and bool(value_of(f"{road.clock}_stops", on=today).value)
    return render_template(
        "portals/officer/ask_enquiry.html",
        view=view,
        typed=typed,
        ticked=papers,
        errors=errors,
        law=law,
        until=until,
        stops=stops,
        possible=may_be_asked(view.case),
        departments=_departments(view.case.department_id),
    )


def _withdrawal(number: str, *, reason: str, errors: Mapping[str, str]) -> str:
    view = case_view(number, current_actor(), now())
    require(current_actor(), Permission.ENQUIRY_ASK, view.case)
    return render_template(
        "portals/officer/withdraw_enquiry.html",
        view=view,
        enquiry=open_enquiry(view.case.id),
        reason=reason,
        errors=errors,
    )


def _departments(own: int | None) -> list[tuple[str, str]]:
    query = sa.select(Department.code, Department.name, Department.region_name).where(
        Department.abolished_on.is_(None), Department.id != own
    )
    rows = db.session.execute(query.order_by(Department.region_code, Department.name))
    return [(code, f"{name}（{region}）") for code, name, region in rows]
