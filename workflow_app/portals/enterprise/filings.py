"""Applying for several records at once: choosing, one form, one confirmation with what became of each record."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.add_evidence import remove_evidence
from workflow_app.actions.file_several import file_again, file_several
from workflow_app.cases.filings import filing_by_id
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account
from workflow_app.people.mandates import represented_by
from workflow_app.people.permissions import Permission
from workflow_app.portals.enterprise import bp
from workflow_app.portals.enterprise.records import own_records, subject_of
from workflow_app.portals.shared import filing_form
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.promises import promises
from workflow_app.portals.shared.session import current_actor


@bp.get("/filing")
@guarded(Permission.CASE_FILE)
def filing() -> Response | str:
    """Choose among the records; with some chosen, the form for them."""
    records = filing_form.chosen_records()
    if not records:
        return _choose({})
    if len(records) == 1:
        return redirect(url_for("enterprise.apply", record_id=records[0].id))
    return _form({})


@bp.post("/filing")
@guarded(Permission.CASE_FILE)
def send_filing() -> Response | tuple[str, int]:
    """File on every chosen record; a fault in the form leads back with everything that was typed, nothing filed."""
    records = filing_form.chosen_records()
    codes = filing_form.new_codes(r.id for r in records)
    try:
        filing_id = file_several(
            key=request.form.get("idempotency_key", ""),
            forms=filing_form.typed_forms([r.id for r in records]),
            query_codes=codes,
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _choose(error.fields) if "records" in error.fields else _form(error.fields), 422
    filing_form.keep_codes(filing_id, codes)
    return redirect(url_for("enterprise.filed", filing_id=filing_id))


@bp.post("/filing/draft")
@guarded(Permission.CASE_FILE)
def keep_filing() -> str:
    """Keep the form as it is being typed; the answer is the line under the form."""
    return render_template("portals/enterprise/draft_state.html", saved_at=filing_form.keep_drafts())


@bp.post("/filing/files")
@guarded(Permission.CASE_FILE)
def add_filing_file() -> Response | tuple[str, int]:
    """Take one file beside the drafts; the answer is the list of files, with the reason where one was refused."""
    return _files(filing_form.take_file())


@bp.post("/filing/files/<int:evidence_id>/remove")
@guarded(Permission.CASE_FILE)
def remove_filing_file(evidence_id: int) -> Response | tuple[str, int]:
    """Take a file off a draft."""
    remove_evidence(evidence_id=evidence_id, actor=current_actor(), now=now())
    return _files({})


@bp.get("/filings/<int:filing_id>")
@guarded(Permission.CASE_VIEW)
def filed(filing_id: int) -> str:
    """The confirmation: a case number for every record, or why there is none."""
    found, parts = filing_by_id(filing_id, current_actor())
    return render_template(
        "portals/enterprise/filed.html",
        filing=found,
        parts=parts,
        reason_of=filing_form.reason_of,
        codes=filing_form.codes_once(filing_id),
        promises=promises(found.filed_at),
        mine=found.account_id == current_actor().account_id,
    )


@bp.post("/filings/<int:filing_id>/again")
@guarded(Permission.CASE_FILE)
def again(filing_id: int) -> Response:
    """Send the parts without a case once more."""
    _filing, parts = filing_by_id(filing_id, current_actor())
    codes = filing_form.new_codes(p.record_id for p in parts)
    file_again(filing_id=filing_id, query_codes=codes, actor=current_actor(), now=now())
    filing_form.keep_codes(filing_id, codes)
    return redirect(url_for("enterprise.filed", filing_id=filing_id))


def _choose(errors: Mapping[str, str]) -> str:
    actor = current_actor()
    groups = []
    for organisation in represented_by(actor):
        found = filing_form.choices(own_records(organisation, actor), actor)
        ordered = sorted(found, key=lambda c: (not c.open, c.card.record.determination_date, c.card.record.id))
        groups.append((organisation, ordered))
    return render_template("portals/enterprise/filing_choose.html", groups=groups, errors=errors)


def _form(errors: Mapping[str, str]) -> str:
    actor, records = current_actor(), filing_form.chosen_records()
    organisation, account = subject_of(records[0]), db.session.get(Account, actor.account_id)
    proposed = {
        "applicant_name": actor.name,
        "applicant_phone": (account.phone if account else "") or organisation.phone,
        "signer_name": organisation.legal_representative,
    }
    parts = filing_form.form_parts(records, proposed)
    values = filing_form.page_values(parts)
    wrong = filing_form.told(errors, records)
    return render_template("portals/enterprise/filing.html", organisation=organisation, errors=wrong, **values)


def _files(refused: Mapping[str, str]) -> Response | tuple[str, int]:
    records = filing_form.chosen_records()
    if "HX-Request" not in request.headers:
        if refused:
            flash(label("apply.file_refused", **refused), "bad")
        return redirect(url_for("enterprise.filing", record=[r.id for r in records], _anchor="files"))
    values = filing_form.page_values(filing_form.form_parts(records, {}))
    page = render_template("components/filing_files.html", address="/my/filing", refused=refused, **values)
    return page, 422 if refused else 200
