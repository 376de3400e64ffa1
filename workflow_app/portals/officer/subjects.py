"""A subject at the counter: who may act for it and by which paper; a clerk authorises on paper and takes back on paper."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.authorise_agent import end_seat, offer_mandate, revoke_mandate
from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.authority import Capacity
from workflow_app.people.authority_papers import AuthorityPaper, papers_of_mandates
from workflow_app.people.mandates import Mandate, mandates_for, seats_of
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.looks import look_at_paper
from workflow_app.portals.shared.authority_words import reach_words
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.page_cache import page_image
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord

TYPED = ("holder_name", "capacity", "scope", "begins_on", "ends_on", "basis", "purpose")


@bp.get("/subjects/<int:organisation_id>")
@guarded(Permission.MANDATE_MANAGE)
def subject(organisation_id: int) -> str:
    """One subject: its accounts, everybody authorised for it, and the form to authorise on paper."""
    return _page(_organisation(organisation_id), {})


@bp.post("/subjects/<int:organisation_id>/mandates")
@guarded(Permission.MANDATE_MANAGE)
def authorise_on_paper(organisation_id: int) -> str | tuple[str, int]:
    """Authorise somebody by the paper that was brought; the page is the slip with the code for them."""
    organisation, upload = _organisation(organisation_id), request.files.get("file")
    paper = (upload.filename or "", upload.read()) if upload and upload.filename else None
    try:
        mandate, code = offer_mandate(
            organisation_id=organisation.id, form=_typed(), paper=paper, actor=current_actor(), now=now()
        )
    except InvalidInput as error:
        return _page(_organisation(organisation_id), error.fields), 422
    reach = reach_words([mandate])[mandate.id]
    return render_template("portals/officer/mandate_code.html", mandate=mandate, code=code, reach=reach)


@bp.post("/subjects/<int:organisation_id>/seats/<int:account_id>/end")
@guarded(Permission.MANDATE_MANAGE)
def end_account_seat(organisation_id: int, account_id: int) -> Response | tuple[str, int]:
    """Take the seat of the legal representative from an account."""
    try:
        reason = request.form.get("reason", "")
        account = end_seat(
            organisation_id=organisation_id, account_id=account_id, reason=reason, actor=current_actor(), now=now()
        )
    except InvalidInput as error:
        wrong = {f"seat-{account_id}": text for text in error.fields.values()}
        return _page(_organisation(organisation_id), wrong), 422
    flash(label("mandate.revoked", name=account.name), "ok")
    return redirect(url_for("officer.subject", organisation_id=organisation_id))


@bp.post("/mandates/<int:mandate_id>/revoke")
@guarded(Permission.MANDATE_MANAGE)
def revoke_on_paper(mandate_id: int) -> Response | tuple[str, int]:
    """Take an authorisation back at the subject's written wish."""
    try:
        reason = request.form.get("reason", "")
        mandate = revoke_mandate(mandate_id=mandate_id, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        wrong = {f"reason-{mandate_id}": text for text in error.fields.values()}
        return _page(_organisation(db.session.get_one(Mandate, mandate_id).organisation_id), wrong), 422
    flash(label("mandate.revoked", name=mandate.holder_name), "ok")
    return redirect(url_for("officer.subject", organisation_id=mandate.organisation_id))


@bp.get("/mandates/<int:mandate_id>/papers/<int:paper_id>/pages/<int:page>.png")
@guarded(Permission.MANDATE_MANAGE)
def mandate_page(mandate_id: int, paper_id: int, page: int) -> Response:
    """One page of the paper an authorisation rests on, as an image."""
    if page == 1:
        look_at_paper(_paper(mandate_id, paper_id), "looked_at")
    paper = _paper(mandate_id, paper_id)
    return send_file(page_image(paper.digest, paper.media_type, page), mimetype="image/png")


@bp.get("/mandates/<int:mandate_id>/papers/<int:paper_id>/original")
@guarded(Permission.MANDATE_MANAGE)
def mandate_original(mandate_id: int, paper_id: int) -> Response:
    """The file as it was handed in, to be saved, never to be opened in the page."""
    look_at_paper(_paper(mandate_id, paper_id), "taken")
    paper = _paper(mandate_id, paper_id)
    path = current_app.extensions["storage"].path(paper.digest)
    if not path.is_file():
        raise NotFound("file_not_found")
    return send_file(path, mimetype=paper.media_type, as_attachment=True, download_name=paper.display_name)


def _organisation(organisation_id: int) -> Organisation:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("organisation_not_found")
    require(current_actor(), Permission.MANDATE_MANAGE, found)
    return found


def _paper(mandate_id: int, paper_id: int) -> AuthorityPaper:
    mandate, paper = db.session.get(Mandate, mandate_id), db.session.get(AuthorityPaper, paper_id)
    if mandate is None or paper is None or paper.mandate_id != mandate.id:
        raise NotFound("paper_not_found")
    require(current_actor(), Permission.MANDATE_MANAGE, mandate)
    return paper


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in TYPED}
    return typed | {"records": request.form.getlist("records", int), "kinds": request.form.getlist("kinds")}


def _page(organisation: Organisation, errors: dict[str, str]) -> str:
    mandates = mandates_for(organisation.id)
    records = sa.select(CreditRecord).where(CreditRecord.subject_code == organisation.code).order_by(CreditRecord.id)
    return render_template(
        "portals/officer/subject.html",
        organisation=organisation,
        seats=seats_of(organisation.id),
        mandates=mandates,
        papers=papers_of_mandates([m.id for m in mandates]),
        reaches=reach_words(mandates),
        records=list(db.session.scalars(records)),
        kinds=[(kind.key, kind.title) for kind in all_kinds()],
        capacities=[(c.value, label(f"capacity.{c}")) for c in Capacity],
        values=_typed(),
        errors=errors,
        today=legal_day(now()),
    )
