"""Applying for repair: the form with its draft and files, sending it, and the receipt."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import MAX_FILES, add_evidence, remove_evidence
from workflow_app.actions.file_application import evidence_on_draft, file_application
from workflow_app.actions.renew_query_code import renew_query_code
from workflow_app.actions.save_draft import save_draft
from workflow_app.cases.drafts import draft_of
from workflow_app.cases.kinds import application_kind
from workflow_app.cases.query_codes import case_by_query_code, new_query_code
from workflow_app.cases.views import case_view
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account
from workflow_app.people.permissions import Permission
from workflow_app.portals.enterprise import bp
from workflow_app.portals.enterprise.records import own_card, subject_of
from workflow_app.portals.shared.cards import Standing
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.promises import promises
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.routing import is_of_other_province
from workflow_app.records.taking_down import is_needless

TYPED = ("applicant_name", "applicant_phone", "performed_on", "statement", "signer_name")
TICKED = ("commitment", "publish_commitment")
QUERY_CODE = "query_code"  # in the browser's session, from filing until the receipt has shown it
PURPOSES = ("performance_proof", "authority", "other")


@bp.get("/records/<int:record_id>/apply")
@guarded(Permission.CASE_FILE)
def apply(record_id: int) -> str:
    """The form, with what the applicant has typed before; for a minor record that need not be public, why there is none."""
    return _needless(record_id) or _form(record_id, errors={})


@bp.post("/records/<int:record_id>/apply")
@guarded(Permission.CASE_FILE)
def send(record_id: int) -> Response | tuple[str, int]:
    """File the application; a fault leads back to the form with everything that was typed."""
    if (refused := _needless(record_id, sent=True)) is not None:
        return refused, 422
    code = new_query_code()
    try:
        case = file_application(
            record_id=record_id,
            form=_typed(),
            idempotency_key=request.form.get("idempotency_key"),
            kind_key=application_kind().key,
            query_code=code,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _form(record_id, errors=error.fields, values=_typed()), 422
    if case_by_query_code(case.number, code) is not None:  # not so where the same form had been sent before
        session[QUERY_CODE] = [case.number, code]
    return redirect(url_for("enterprise.receipt", number=case.number))


def _needless(record_id: int, *, sent: bool = False) -> str | None:
    """The page for a minor record: it is taken down ex officio, not repaired (rulebook §12.2 no. 4)."""
    card = own_card(record_id)
    if card.standing not in (Standing.NOT_NEEDED, Standing.OFF_PAGE) or not is_needless(card.record, on=card.today):
        return None
    return render_template("portals/enterprise/needless.html", card=card, sent=sent)


@bp.post("/records/<int:record_id>/draft")
@guarded(Permission.CASE_FILE)
def keep(record_id: int) -> str:
    """Keep the form as it is being typed; the answer is the line under the form."""
    own_card(record_id)
    draft = save_draft(place=f"apply:{record_id}", values=_typed(), actor=current_actor(), now=now())
    return render_template("portals/enterprise/draft_state.html", saved_at=draft.saved_at)


@bp.post("/records/<int:record_id>/files")
@guarded(Permission.CASE_FILE)
def add_file(record_id: int) -> Response | tuple[str, int]:
    """Take one file beside the draft; the answer is the list of files, with the reason where one was refused."""
    upload, refused = request.files.get("file"), {}
    try:
        add_evidence(
            record_id=record_id,
            purpose=request.form.get("purpose", ""),
            filename=upload.filename or "" if upload else "",
            content=upload.read() if upload else b"",
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        refused = {"name": upload.filename if upload else "", "reason": next(iter(error.fields.values()))}
    return _files(record_id, refused)


@bp.post("/records/<int:record_id>/files/<int:evidence_id>/remove")
@guarded(Permission.CASE_FILE)
def remove_file(record_id: int, evidence_id: int) -> Response | tuple[str, int]:
    """Take a file off the draft."""
    remove_evidence(evidence_id=evidence_id, actor=current_actor(), now=now())
    return _files(record_id, {})


@bp.get("/cases/<number>/receipt")
@guarded(Permission.CASE_VIEW)
def receipt(number: str) -> str:
    """The receipt: the case number, what happens next until when, and this once the query code. A case that the department
    opened was not handed in by anybody."""
    view = case_view(number, current_actor(), now())
    if view.kind.opening is not None:
        raise NotFound("case_not_found")
    of_case, code = session.pop(QUERY_CODE, ("", ""))
    return render_template(
        "portals/enterprise/receipt.html",
        view=view,
        promises=promises(view.case.received_at, view.kind),
        query_code=code if of_case == number else "",
    )


@bp.post("/cases/<number>/query-code")
@guarded(Permission.CASE_QUERY_CODE)
def new_code(number: str) -> Response:
    """Give out another query code in place of one that was lost, and show it on the receipt."""
    session[QUERY_CODE] = [number, renew_query_code(case_number=number, actor=current_actor(), now=now())]
    return redirect(url_for("enterprise.receipt", number=number))


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in TYPED}
    return typed | {name: bool(request.form.get(name)) for name in TICKED}


def _form(record_id: int, *, errors: Mapping[str, str], values: dict[str, Any] | None = None) -> str:
    actor, card = current_actor(), own_card(record_id)
    if is_of_other_province(card.record):
        return render_template("portals/enterprise/apply_elsewhere.html", card=card)
    draft = draft_of(actor.account_id, f"apply:{record_id}")
    organisation = subject_of(card.record)
    account = db.session.get(Account, actor.account_id)
    proposed = {
        "applicant_name": actor.name,
        "applicant_phone": (account.phone if account else "") or organisation.phone,
        "performed_on": card.record.performed_on or "",
        "signer_name": organisation.legal_representative,
    }
    return render_template(
        "portals/enterprise/apply.html",
        card=card,
        organisation=organisation,
        files=evidence_on_draft(record_id, actor),
        purposes=PURPOSES,
        max_files=MAX_FILES,
        saved_at=draft.saved_at if draft and draft.values else None,
        values=proposed | (dict(draft.values) if draft else {}) | (values or {}),
        errors=errors,
        kind=application_kind(),
        today=legal_day(now()),
        promises=promises(now()),
    )


def _files(record_id: int, refused: Mapping[str, Any]) -> Response | tuple[str, int]:
    if "HX-Request" not in request.headers:
        if refused:
            flash(label("apply.file_refused", **refused), "bad")
        return redirect(url_for("enterprise.apply", record_id=record_id, _anchor="files"))
    page = render_template(
        "portals/enterprise/files.html",
        card=own_card(record_id),
        files=evidence_on_draft(record_id, current_actor()),
        purposes=PURPOSES,
        max_files=MAX_FILES,
        refused=refused,
    )
    return page, 422 if refused else 200
