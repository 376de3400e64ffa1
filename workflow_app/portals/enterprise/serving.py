"""Service for the party: how and when a letter was served and until when it may be contested where; and its confirmation of an
address for service (送达地址确认书)."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.confirm_address import confirm_address, end_confirmation
from workflow_app.cases.case import Case
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted
from workflow_app.foundation.labels import label
from workflow_app.letters.attempts import standing_attempts
from workflow_app.letters.delivery import delivery_of
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.public_notices import open_notice
from workflow_app.letters.serving import service_of
from workflow_app.people.address_confirmations import confirmation_of
from workflow_app.people.mandates import led_by
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.enterprise import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import LARGEST_ID
from workflow_app.portals.shared.serving_view import ledgers_of
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.advice import RepairAdvice
from workflow_app.records.credit_record import CreditRecord


@bp.get("/letters/<int:letter_id>/service")
@guarded(Permission.LETTER_READ)
def letter_service(letter_id: int) -> str:
    """How one letter was served, and what may still be done about it."""
    letter = _own_letter(letter_id)
    service = service_of(letter.id)
    found = next((a for a in standing_attempts(letter.id) if a.id == service.attempt_id), None)
    return render_template(
        "portals/enterprise/letter_service.html", letter=letter, service=service, attempt=found,
        ledgers=ledgers_of(service, today=legal_day(now())), delivery=delivery_of(letter.id), notice=open_notice(letter.id),
    )  # fmt: skip


@bp.get("/address")
@guarded(Permission.ADDRESS_CONFIRM)
def own_address() -> str:
    """The confirmation of the subjects one speaks for, and the form to sign one."""
    return _page({})


@bp.post("/address")
@guarded(Permission.ADDRESS_CONFIRM)
def sign_address() -> Response | tuple[str, int]:
    """Sign a confirmation."""
    organisation = _chosen(_led())
    try:
        confirm_address(organisation_id=organisation.id, form=request.form, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(error.fields), 422
    flash(label("address.kept"), "ok")
    return redirect(url_for("enterprise.own_address", organisation=organisation.id))


@bp.post("/address/end")
@guarded(Permission.ADDRESS_CONFIRM)
def withdraw_address() -> Response | tuple[str, int]:
    """Take the confirmation back."""
    organisation = _chosen(_led())
    try:
        reason = request.form.get("reason", "")
        end_confirmation(organisation_id=organisation.id, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(error.fields), 422
    flash(label("address.ended"), "ok")
    return redirect(url_for("enterprise.own_address", organisation=organisation.id))


def _own_letter(letter_id: int) -> Letter:
    """Return a letter to a party one may act for: of one of its cases, or the advice on one of its records."""
    letter, actor = letter_by_id(letter_id), current_actor()
    if letter.case_id is not None:
        case = db.session.get(Case, letter.case_id)
        if case is None or letter.organisation_id != case.organisation_id:  # to another body, not to the party
            raise NotFound("letter_not_found")
        require(actor, Permission.LETTER_READ, case)
        return letter
    mine = sa.select(CreditRecord).join(RepairAdvice, RepairAdvice.record_id == CreditRecord.id)
    record = db.session.scalar(mine.where(RepairAdvice.letter_id == letter.id))
    if record is None:
        raise NotFound("letter_not_found")
    require(actor, Permission.ADVICE_VIEW, record)
    return letter


def _page(errors: Mapping[str, str]) -> str:
    led = _led()
    chosen = _chosen(led)
    current = confirmation_of(chosen.id)
    proposed = {"receiver": chosen.legal_representative, "phone": chosen.phone}
    return render_template(
        "portals/enterprise/address.html", organisations=led, chosen=chosen, current=current, errors=errors,
        values=request.form or proposed,
    )  # fmt: skip


def _led() -> list[Organisation]:
    led = led_by(current_actor())
    if not led:
        raise NotPermitted("only_principals_confirm")
    return led


def _chosen(led: list[Organisation]) -> Organisation:
    """The subject the form is about: the one it names, else the first. Raises NotFound for one that is not one's own."""
    if "organisation" not in request.values:
        return led[0]
    wanted = request.values.get("organisation", 0, int)
    found = next((o for o in led if o.id == wanted), None) if 0 < wanted <= LARGEST_ID else None
    if found is None:
        raise NotFound("organisation_not_found")
    return found
