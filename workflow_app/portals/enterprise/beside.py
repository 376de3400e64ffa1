"""Filing a kind beside the application on a record: the kind's own form with its draft and files. Which kinds there are is
theirs to say (`ProcessKind.offered`)."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import remove_evidence
from workflow_app.actions.file_application import file_application
from workflow_app.actions.save_draft import save_draft
from workflow_app.cases.drafts import draft_of, filing_place
from workflow_app.cases.kinds import ProcessKind, offered_on
from workflow_app.cases.query_codes import case_by_query_code, new_query_code
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Account
from workflow_app.people.permissions import Permission
from workflow_app.portals.enterprise import bp
from workflow_app.portals.enterprise.applications import QUERY_CODE
from workflow_app.portals.enterprise.records import own_card, subject_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.kind_form import file_box, offered_kind, take_file, typed_form
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/records/<int:record_id>/file/<kind_key>")
@guarded(Permission.CASE_FILE)
def file_beside(record_id: int, kind_key: str) -> str:
    """The form, with what was typed before."""
    return _form(record_id, offered_kind(kind_key), errors={})


@bp.post("/records/<int:record_id>/file/<kind_key>")
@guarded(Permission.CASE_FILE)
def send_beside(record_id: int, kind_key: str) -> Response | tuple[str, int]:
    """File it; a fault leads back to the form with everything that was typed."""
    kind, code = offered_kind(kind_key), new_query_code()
    try:
        case = file_application(
            record_id=record_id,
            form=typed_form(kind),
            idempotency_key=request.form.get("idempotency_key"),
            kind_key=kind.key,
            query_code=code,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _form(record_id, kind, errors=error.fields, values=typed_form(kind)), 422
    if case_by_query_code(case.number, code) is not None:  # not so where the same form had been sent before
        session[QUERY_CODE] = [case.number, code]
    return redirect(url_for("enterprise.receipt", number=case.number))


@bp.post("/records/<int:record_id>/file/<kind_key>/draft")
@guarded(Permission.CASE_FILE)
def keep_beside(record_id: int, kind_key: str) -> str:
    """Keep the form as it is being typed; the answer is the line under the form."""
    kind = offered_kind(kind_key)
    own_card(record_id)
    place = filing_place(record_id, kind.key)
    draft = save_draft(place=place, values=typed_form(kind), actor=current_actor(), now=now())
    return render_template("portals/enterprise/draft_state.html", saved_at=draft.saved_at)


@bp.post("/records/<int:record_id>/file/<kind_key>/files")
@guarded(Permission.CASE_FILE)
def add_file_beside(record_id: int, kind_key: str) -> Response | tuple[str, int]:
    """Take one file beside the draft; the answer is the list of files, with the reason where one was refused."""
    kind = offered_kind(kind_key)
    return _files(record_id, kind, take_file(record_id, kind))


@bp.post("/records/<int:record_id>/file/<kind_key>/files/<int:evidence_id>/remove")
@guarded(Permission.CASE_FILE)
def remove_file_beside(record_id: int, kind_key: str, evidence_id: int) -> Response | tuple[str, int]:
    """Take a file off the draft."""
    kind = offered_kind(kind_key)
    remove_evidence(evidence_id=evidence_id, actor=current_actor(), now=now())
    return _files(record_id, kind, {})


def _form(record_id: int, kind: ProcessKind, *, errors: Mapping[str, str], values: dict[str, Any] | None = None) -> str:
    actor, card, today = current_actor(), own_card(record_id), legal_day(now())
    draft = draft_of(actor.account_id, filing_place(record_id, kind.key))
    organisation = subject_of(card.record)
    account = db.session.get(Account, actor.account_id)
    proposed = {
        "applicant_name": actor.name,
        "applicant_phone": (account.phone if account else "") or organisation.phone,
    }
    return render_template(
        f"processes/{kind.key}/file.html",
        card=card,
        kind=kind,
        organisation=organisation,
        offered=kind in offered_on(card.record),
        **_file_box(record_id, kind),
        saved_at=draft.saved_at if draft and draft.values else None,
        values=proposed | (dict(draft.values) if draft else {}) | (values or {}),
        errors=errors,
        days=lambda key: value_of(key, on=today).value,
    )


def _file_box(record_id: int, kind: ProcessKind) -> dict[str, Any]:
    return file_box(record_id, kind, f"/my/records/{record_id}/file/{kind.key}/files")


def _files(record_id: int, kind: ProcessKind, refused: Mapping[str, Any]) -> Response | tuple[str, int]:
    if "HX-Request" not in request.headers:
        if refused:
            flash(label("apply.file_refused", **refused), "bad")
        return redirect(url_for("enterprise.file_beside", record_id=record_id, kind_key=kind.key, _anchor="files"))
    page = render_template(
        "portals/enterprise/files.html", card=own_card(record_id), refused=refused, **_file_box(record_id, kind)
    )
    return page, 422 if refused else 200
