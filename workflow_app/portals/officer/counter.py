"""The counter (窗口): a clerk finds an enterprise, keys its papers in for one or several of its records and prints the
receipt (收件回执). Receiving is no acceptance: that is the recognising department's word."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import remove_evidence
from workflow_app.actions.file_several import file_again, file_several
from workflow_app.cases.counter import CAPACITIES
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.filings import FilingPart, filing_by_id
from workflow_app.cases.kinds import kind_of, offered_on
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import fold_code
from workflow_app.law.uscc import check
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation, organisation_by_code
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.shared import filing_form
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.promises import promises
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord

SHOWN = 50
NOTED = ("handed_by", "capacity", "identity_seen", "authority_seen", "papers")


@bp.get("/counter")
@guarded(Permission.CASE_FILE)
def counter() -> str:
    """Find an enterprise by code or name; with its code, its records to choose from."""
    return _counter({})


@bp.get("/counter/filing")
@guarded(Permission.CASE_FILE)
def counter_filing() -> Response | str:
    """The form for the chosen records."""
    return _form({}) if filing_form.chosen_records() else redirect(url_for("officer.counter"))


@bp.post("/counter/filing")
@guarded(Permission.CASE_FILE)
def send_counter_filing() -> Response | tuple[str, int]:
    """File what was keyed in; a fault leads back with everything that was typed, nothing filed."""
    records = filing_form.chosen_records()
    codes = filing_form.new_codes(r.id for r in records)
    try:
        filing_id = file_several(
            key=request.form.get("idempotency_key", ""),
            forms=filing_form.typed_forms([r.id for r in records]),
            counter=_noted(),
            query_codes=codes,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _counter(error.fields) if "records" in error.fields else _form(error.fields), 422
    filing_form.keep_codes(filing_id, codes)
    return redirect(url_for("officer.counter_receipt", filing_id=filing_id))


@bp.post("/counter/filing/draft")
@guarded(Permission.CASE_FILE)
def keep_counter_filing() -> str:
    """Keep the form as it is being typed; the answer is the line under the form."""
    return render_template("portals/enterprise/draft_state.html", saved_at=filing_form.keep_drafts())


@bp.post("/counter/filing/files")
@guarded(Permission.CASE_FILE)
def add_counter_file() -> Response | tuple[str, int]:
    """Take one scan; the answer is the list of files, with the reason where one was refused."""
    return _files(filing_form.take_file())


@bp.post("/counter/filing/files/<int:evidence_id>/remove")
@guarded(Permission.CASE_FILE)
def remove_counter_file(evidence_id: int) -> Response | tuple[str, int]:
    """Take a scan off again."""
    remove_evidence(evidence_id=evidence_id, actor=current_actor(), now=now())
    return _files({})


@bp.get("/filings/<int:filing_id>")
@guarded(Permission.CASE_FILE)
def counter_receipt(filing_id: int) -> str:
    """The receipt to print: what was received when for which record, and what happens until when."""
    found, parts = filing_by_id(filing_id, current_actor())
    seat = found.account.department_id
    return render_template(
        "portals/officer/counter_receipt.html",
        filing=found,
        parts=parts,
        papers={p.id: _papers(p) for p in parts},
        subject=parts[0].record,
        office=db.session.get(Department, seat) if seat else None,
        reason_of=filing_form.reason_of,
        codes=filing_form.codes_once(filing_id),
        promises=promises(found.filed_at, kind_of(found.kind)),
        kind=kind_of(found.kind),
        mine=found.account_id == current_actor().account_id,
    )


@bp.post("/filings/<int:filing_id>/again")
@guarded(Permission.CASE_FILE)
def counter_again(filing_id: int) -> Response:
    """Send the parts without a case once more."""
    _filing, parts = filing_by_id(filing_id, current_actor())
    codes = filing_form.new_codes(p.record_id for p in parts)
    file_again(filing_id=filing_id, query_codes=codes, actor=current_actor(), now=now())
    filing_form.keep_codes(filing_id, codes)
    return redirect(url_for("officer.counter_receipt", filing_id=filing_id))


def _counter(errors: Mapping[str, str]) -> str:
    typed = request.values.get("code", "").strip()[:100]
    valid = check(typed)
    code = valid.normalised if valid.valid else ""
    records = _records(code) if code else []
    subjects = _named(typed) if typed and not code else []
    return render_template(
        "portals/officer/counter.html",
        typed=typed,
        code=code,
        organisation=organisation_by_code(code),
        subjects=subjects,
        choices=filing_form.choices(records, current_actor()),
        beside=[(r, found) for r in records if r.dispute_case_no is None and (found := offered_on(r))],
        errors=errors,
        looks_like_code=len(fold_code(typed)) == 18,
    )


def _records(code: str) -> list[CreditRecord]:
    query = sa.select(CreditRecord).where(CreditRecord.subject_code == code)
    return list(db.session.scalars(query.order_by(CreditRecord.determination_date.desc(), CreditRecord.id)))


def _named(name: str) -> list[tuple[str, str | None]]:
    """Return names and codes of subjects that have records and whose name holds a text; people are not among them."""
    query = sa.select(CreditRecord.subject_name, CreditRecord.subject_code).where(
        CreditRecord.subject_name.contains(name, autoescape=True), CreditRecord.subject_code.is_not(None)
    )
    rows = db.session.execute(query.distinct().order_by(CreditRecord.subject_name).limit(SHOWN))
    return [(row[0], row[1]) for row in rows]


def _noted() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in NOTED}


def _form(errors: Mapping[str, str]) -> str:
    records = filing_form.chosen_records()
    first = records[0]
    known = organisation_by_code(first.subject_code)
    party = known or Organisation(
        code=first.subject_code, name=first.subject_name, legal_representative=first.legal_representative, phone=""
    )
    proposed = {
        "applicant_name": party.legal_representative,
        "applicant_phone": party.phone,
        "signer_name": party.legal_representative,
    }
    parts = filing_form.form_parts(records, proposed)
    return render_template(
        "portals/officer/counter_filing.html",
        organisation=party,
        noted=_noted(),
        capacities=[(c, label(f"capacity.{c}")) for c in CAPACITIES],
        errors=filing_form.told(errors, records),
        **filing_form.page_values(parts),
    )


def _files(refused: Mapping[str, str]) -> Response | tuple[str, int]:
    records = filing_form.chosen_records()
    if "HX-Request" not in request.headers:
        if refused:
            flash(label("apply.file_refused", **refused), "bad")
        return redirect(url_for("officer.counter_filing", record=[r.id for r in records], _anchor="files"))
    values = filing_form.page_values(filing_form.form_parts(records, {}))
    page = render_template("components/filing_files.html", address="/desk/counter/filing", refused=refused, **values)
    return page, 422 if refused else 200


def _papers(part: FilingPart) -> list[Evidence]:
    if part.case_id is None:
        return []
    query = sa.select(Evidence).where(Evidence.case_id == part.case_id, Evidence.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Evidence.id)))
