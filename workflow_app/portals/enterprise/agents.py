"""Authorising agents (授权管理): whoever speaks for a subject says who may act for it, for what and until when."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.authorise_agent import offer_mandate, revoke_mandate
from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.mandates import led_by, mandates_for
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission
from workflow_app.portals.enterprise import bp
from workflow_app.portals.enterprise.records import own_records
from workflow_app.portals.shared.authority_words import reach_words
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import LARGEST_ID
from workflow_app.portals.shared.session import current_actor

TYPED = ("holder_name", "scope", "begins_on", "ends_on")


@bp.get("/agents")
@guarded(Permission.MANDATE_MANAGE)
def agents() -> str:
    """Who may act for the subjects one speaks for, and the form to authorise somebody."""
    return _page({})


@bp.post("/agents")
@guarded(Permission.MANDATE_MANAGE)
def authorise() -> str | tuple[str, int]:
    """Authorise somebody; the page shows the code for them, once."""
    actor = current_actor()
    try:
        mandate, code = offer_mandate(organisation_id=_named(actor), form=_typed(), actor=actor, now=now())
    except InvalidInput as error:
        return _page(error.fields), 422
    reach = reach_words([mandate])[mandate.id]
    return render_template("portals/enterprise/agent_code.html", mandate=mandate, code=code, reach=reach)


@bp.post("/agents/<int:mandate_id>/revoke")
@guarded(Permission.MANDATE_MANAGE)
def revoke(mandate_id: int) -> Response | tuple[str, int]:
    """Take an authorisation back."""
    try:
        reason = request.form.get("reason", "")
        mandate = revoke_mandate(mandate_id=mandate_id, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page({f"reason-{mandate_id}": text for text in error.fields.values()}), 422
    flash(label("mandate.revoked", name=mandate.holder_name), "ok")
    return redirect(url_for("enterprise.agents"))


def _named(actor: Actor) -> int:
    """The subject the form is for; a form that names none is for the first one may speak for."""
    wanted = request.form.get("organisation", 0, int)
    if "organisation" in request.form and not 0 < wanted <= LARGEST_ID:
        raise NotFound("organisation_not_found")
    return wanted or next((o.id for o in led_by(actor)), 0)


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in TYPED}
    return typed | {"records": request.form.getlist("records", int), "kinds": request.form.getlist("kinds")}


def _page(errors: dict[str, str]) -> str:
    actor = current_actor()
    led = led_by(actor)
    if not led:
        raise NotPermitted("only_principals_authorise")
    mandates = {o.id: mandates_for(o.id) for o in led}
    return render_template(
        "portals/enterprise/agents.html",
        organisations=led,
        mandates=mandates,
        reaches=reach_words([m for found in mandates.values() for m in found]),
        chosen=_chosen(led),
        records=own_records(_chosen(led), actor),
        kinds=[(kind.key, kind.title) for kind in all_kinds()],
        values=_typed(),
        errors=errors,
        today=legal_day(now()),
    )


def _chosen(led: list[Organisation]) -> Organisation:
    """The subject the form is about: the one named in the address or the form, else the first."""
    wanted = request.values.get("organisation", 0, int)
    return next((o for o in led if o.id == wanted), led[0])
