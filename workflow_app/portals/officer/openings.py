"""Opening a case on a record: its page by kind, and what staff themselves add to the papers of a case."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.open_case import OPENING, check_competence, open_case
from workflow_app.cases.evidence import FINDING
from workflow_app.cases.kinds import ProcessKind, all_kinds
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.records import record_in_scope
from workflow_app.portals.shared.answers import answer_of
from workflow_app.portals.shared.cards import card_of
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord


@bp.get("/records/<int:record_id>/open/<kind>")
@guarded(Permission.CASE_OPEN)
def opening(record_id: int, kind: str) -> str:
    """What is to be known before a case of a kind is opened on a record, and its form."""
    return _page(record_id, _kind(kind, record_id), errors={})


@bp.post("/records/<int:record_id>/open/<kind>")
@guarded(Permission.CASE_OPEN)
def send_opening(record_id: int, kind: str) -> Response | tuple[str, int]:
    """Open the case and go to it."""
    found = _kind(kind, record_id)
    answer = answer_of(found.form_for(OPENING), request.form)
    try:
        case = open_case(
            record_id=record_id,
            kind_key=found.key,
            form=answer,
            idempotency_key=request.form.get("idempotency_key"),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(record_id, found, errors=error.fields, typed=answer), 422
    except RuleViolation as error:
        return _page(record_id, found, errors=refused_on_page(error), typed=answer), 422
    flash(label("desk.case_opened", number=case.number))
    return redirect(url_for("officer.case", number=case.number))


@bp.post("/cases/<number>/files")
@guarded(Permission.EVIDENCE_ADD)
def add_finding(number: str) -> Response:
    """Add a paper the office came by itself to an open case."""
    upload = request.files.get("file")
    try:
        add_evidence(
            case_number=number,
            purpose=FINDING,
            filename=upload.filename or "" if upload else "",
            content=upload.read() if upload else b"",
            actor=current_actor(),
            now=now(),
        )
        flash(label("case.file_added", name=upload.filename if upload else ""))
    except InvalidInput as error:
        flash(next(iter(error.fields.values())), "bad")
    return redirect(url_for("officer.case", number=number, _anchor="papers"))


def _kind(key: str, record_id: int) -> ProcessKind:
    """Return a kind that is opened by the reader's role. Raises NotFound for one that is not opened or does not exist."""
    found = next((kind for kind in all_kinds() if kind.key == key and kind.opening is not None), None)
    record = db.session.get(CreditRecord, record_id)
    if found is not None and record is not None:
        check_competence(record, found, current_actor())
    record_in_scope(record_id, Permission.CASE_OPEN)
    if found is None or found.opening is None:
        raise NotFound("record_not_found")
    if found.opening.role is not current_actor().role:
        raise NotPermitted(permission=Permission.CASE_OPEN.value)
    return found


def _page(
    record_id: int, kind: ProcessKind, *, errors: Mapping[str, str], typed: Mapping[str, Any] | None = None
) -> str:
    instant = now()
    card = card_of(record_in_scope(record_id), instant)
    suits = kind.opening is not None and kind.opening.suits(card.record, legal_day(instant))
    said = dict(errors) or ({} if suits else {"form": label("error.kind_does_not_suit", kind=kind.title)})
    return render_template(
        f"processes/{kind.key}/{OPENING}.html",
        kind=kind,
        record=card.record,
        card=card,
        values=typed or {},
        errors=said,
    )
