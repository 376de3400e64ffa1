"""Confirmations of an address for service (送达地址确认书) at the counter: what is in force, keeping a signed one, ending it."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.confirm_address import confirm_address, end_confirmation
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.address_confirmations import AddressConfirmation, confirmations_of
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/addresses/<int:organisation_id>")
@guarded(Permission.ADDRESS_CONFIRM)
def address(organisation_id: int) -> str:
    """The confirmations of one subject, and the forms."""
    return _page(organisation_id, {})


@bp.post("/addresses/<int:organisation_id>")
@guarded(Permission.ADDRESS_CONFIRM)
def keep_address(organisation_id: int) -> Response | tuple[str, int]:
    """Keep a confirmation that was signed on paper."""
    upload = request.files.get("file")
    paper = (upload.filename or "", upload.read()) if upload and upload.filename else None
    try:
        confirm_address(
            organisation_id=organisation_id, form=request.form, paper=paper, actor=current_actor(), now=now()
        )
    except InvalidInput as error:
        return _page(organisation_id, error.fields), 422
    flash(label("address.kept"), "ok")
    return redirect(url_for("officer.address", organisation_id=organisation_id))


@bp.post("/addresses/<int:organisation_id>/end")
@guarded(Permission.ADDRESS_CONFIRM)
def end_address(organisation_id: int) -> Response | tuple[str, int]:
    """End the one in force, as its party asks on paper."""
    try:
        reason = request.form.get("reason", "")
        end_confirmation(organisation_id=organisation_id, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(organisation_id, error.fields), 422
    flash(label("address.ended"), "ok")
    return redirect(url_for("officer.address", organisation_id=organisation_id))


@bp.get("/addresses/<int:organisation_id>/papers/<int:confirmation_id>")
@guarded(Permission.ADDRESS_CONFIRM)
def address_paper(organisation_id: int, confirmation_id: int) -> Response:
    """The signed paper, only ever to be saved."""
    _organisation(organisation_id)
    found = db.session.get(AddressConfirmation, confirmation_id)
    if found is None or found.organisation_id != organisation_id or found.paper_digest is None:
        raise NotFound("file_not_found")
    path = current_app.extensions["storage"].path(found.paper_digest)
    if not path.is_file():
        raise NotFound("file_not_found")
    return send_file(path, mimetype=found.paper_type, as_attachment=True, download_name=found.paper_name)


def _page(organisation_id: int, errors: Mapping[str, str]) -> str:
    organisation = _organisation(organisation_id)
    known = confirmations_of(organisation.id)
    return render_template(
        "portals/officer/address.html", organisation=organisation, known=known,
        current=next((c for c in known if c.ended_at is None), None), values=request.form, errors=errors,
    )  # fmt: skip


def _organisation(organisation_id: int) -> Organisation:
    found = db.session.scalar(sa.select(Organisation).where(Organisation.id == organisation_id))
    if found is None:
        raise NotFound("organisation_not_found")
    require(current_actor(), Permission.ADDRESS_CONFIRM, found)
    return found
