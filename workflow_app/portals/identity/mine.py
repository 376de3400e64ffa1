"""My identity (身份与授权): for whom an account may act, how far and until when, and taking up an authorisation by its code."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.authorise_agent import take_mandate
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.authority import Capacity
from workflow_app.people.enrolments import REQUIRED, latest_of, missing_papers, papers_of
from workflow_app.people.lockout import TooManyTries
from workflow_app.people.mandates import led_by, mandates_of
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission
from workflow_app.portals.identity import bp
from workflow_app.portals.shared.authority_words import reach_words
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("")
@guarded(Permission.SIGNED_IN)
def mine() -> str:
    """What this account may do for whom."""
    return identity_page({})


@bp.post("/mandate")
@guarded(Permission.SIGNED_IN)
def take() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Take up an authorisation by its code."""
    code, address = request.form.get("mandate_code", ""), request.remote_addr or ""
    try:
        mandate = take_mandate(code=code, address=address, actor=current_actor(), now=now())
    except InvalidInput as error:
        return identity_page(error.fields), 422
    except TooManyTries as error:
        return identity_page({"mandate_code": message_of(error)}), 429, {"Retry-After": str(error.seconds)}
    flash(label("mandate.taken_up", organisation=mandate.organisation.name), "ok")
    return redirect(url_for("identity.mine"))


def identity_page(errors: dict[str, str], claim: dict[str, str] | None = None) -> str:
    """The page of one's identity: seat, mandates, the enrolment with its form, and the box for a code."""
    actor = current_actor()
    enrolment = latest_of(actor.account_id)
    mandates = mandates_of(actor.account_id) if actor.account_id is not None else []
    return render_template(
        "portals/identity/mine.html",
        seat=db.session.get(Organisation, actor.organisation_id) if actor.organisation_id else None,
        leads=led_by(actor),
        mandates=mandates,
        reaches=reach_words(mandates),
        today=legal_day(now()),
        enrolment=enrolment,
        papers=papers_of(enrolment.id) if enrolment else [],
        missing=missing_papers(enrolment) if enrolment else [],
        claim=claim,
        capacities=[(c.value, label(f"capacity.{c}")) for c in Capacity],
        purposes=(*REQUIRED[Capacity(enrolment.capacity)], "other") if enrolment else (),
        errors=errors,
        typed=request.form.get("mandate_code", "")[:40],
    )
