"""The counter for kinds that are filed beside the application: one record, the kind's own questions, and who came with it."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import remove_evidence
from workflow_app.actions.file_several import file_several
from workflow_app.cases.counter import CAPACITIES
from workflow_app.cases.kinds import ProcessKind
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.organisations import Organisation, organisation_by_code
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.counter import NOTED
from workflow_app.portals.shared import filing_form
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.kind_form import file_box, offered_kind, take_file, typed_form
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import LARGEST_ID
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord


@bp.get("/counter/file/<kind_key>/<int:record_id>")
@guarded(Permission.CASE_FILE)
def counter_kind(kind_key: str, record_id: int) -> str:
    """The form for one record."""
    return _form(offered_kind(kind_key), _record(record_id), {})


@bp.post("/counter/file/<kind_key>/<int:record_id>")
@guarded(Permission.CASE_FILE)
def send_counter_kind(kind_key: str, record_id: int) -> Response | tuple[str, int]:
    """File what was keyed in; a fault leads back with everything that was typed, nothing filed."""
    kind, record = offered_kind(kind_key), _record(record_id)
    codes = filing_form.new_codes([record.id])
    try:
        filing_id = file_several(
            key=request.form.get("idempotency_key", ""),
            forms={record.id: typed_form(kind)},
            kind_key=kind.key,
            counter=_noted(),
            query_codes=codes,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        plain = {name.removesuffix(f"-{record_id}"): text for name, text in error.fields.items()}
        return _form(kind, _record(record_id), plain), 422
    filing_form.keep_codes(filing_id, codes)
    return redirect(url_for("officer.counter_receipt", filing_id=filing_id))


@bp.post("/counter/file/<kind_key>/<int:record_id>/files")
@guarded(Permission.CASE_FILE)
def add_counter_kind_file(kind_key: str, record_id: int) -> Response | tuple[str, int]:
    """Take one scan; the answer is the list of files, with the reason where one was refused."""
    kind, record = offered_kind(kind_key), _record(record_id)
    return _files(kind, record, take_file(record.id, kind))


@bp.post("/counter/file/<kind_key>/<int:record_id>/files/<int:evidence_id>/remove")
@guarded(Permission.CASE_FILE)
def remove_counter_kind_file(kind_key: str, record_id: int, evidence_id: int) -> Response | tuple[str, int]:
    """Take a scan off again."""
    kind, record = offered_kind(kind_key), _record(record_id)
    remove_evidence(evidence_id=evidence_id, actor=current_actor(), now=now())
    return _files(kind, record, {})


def _record(record_id: int) -> CreditRecord:
    found = db.session.get(CreditRecord, record_id) if 0 < record_id <= LARGEST_ID else None
    if found is None or not found.subject_code:
        raise NotFound("record_not_found")
    require(current_actor(), Permission.CASE_FILE, found)
    return found


def _noted() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in NOTED}


def _box(kind: ProcessKind, record: CreditRecord) -> dict[str, Any]:
    return file_box(record.id, kind, f"/desk/counter/file/{kind.key}/{record.id}/files")


def _form(kind: ProcessKind, record: CreditRecord, errors: Mapping[str, str]) -> str:
    party = organisation_by_code(record.subject_code) or Organisation(
        code=record.subject_code, name=record.subject_name, legal_representative=record.legal_representative, phone=""
    )
    proposed = {"applicant_name": party.legal_representative, "applicant_phone": party.phone}
    return render_template(
        "portals/officer/counter_kind.html",
        kind=kind,
        record=record,
        organisation=party,
        noted=_noted(),
        capacities=[(c, label(f"capacity.{c}")) for c in CAPACITIES],
        values=typed_form(kind) if request.method == "POST" else proposed,
        errors=errors,
        **_box(kind, record),
    )


def _files(kind: ProcessKind, record: CreditRecord, refused: Mapping[str, str]) -> Response | tuple[str, int]:
    if "HX-Request" not in request.headers:
        if refused:
            flash(label("apply.file_refused", **refused), "bad")
        return redirect(url_for("officer.counter_kind", kind_key=kind.key, record_id=record.id, _anchor="files"))
    page = render_template("portals/enterprise/files_list.html", refused=refused, **_box(kind, record))
    return page, 422 if refused else 200
