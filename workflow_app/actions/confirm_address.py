"""Signing a confirmation of an address for service (送达地址确认书): by whoever speaks for the party, online, or on paper at the
counter; and ending it. What was served under it stays served."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from workflow_app.actions.add_evidence import check_file, shown_name
from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.address_confirmations import ON_PAPER, ONLINE, AddressConfirmation, confirmation_of
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.people.typed_days import read_day

LIMITS = {"receiver": 60, "phone": 20, "postal_address": 200, "signer_name": 60}
DIGITS = frozenset("0123456789-+ ()（）转")


def confirm_address(
    *,
    organisation_id: int,
    form: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    paper: tuple[str, bytes] | None = None,
) -> AddressConfirmation:
    """Keep a confirmation, which ends the one before. `form` has `receiver`, `phone`, `postal_address`, `signer_name`,
    `electronic` and, online, `agreed`; from the counter `signed_on` and the signed `paper` (name and content).

    Raises InvalidInput on these fields and `file`, NotFound and NotPermitted by the permission table.
    """
    _organisation(organisation_id, actor)
    at_counter = actor.role is Role.CLERK
    values = _read(form, actor=actor, at_counter=at_counter, now=now)
    db.session.rollback()  # nothing stays open while the paper is looked at
    if at_counter:
        if paper is None:
            raise InvalidInput({"file": label("field_error.paper_needed")})
        name, content = paper
        values |= {"paper_name": shown_name(name), "paper_type": check_file(name, content)}
        values["paper_digest"] = current_app.extensions["storage"].put(content)
    with transaction():
        organisation = _organisation(organisation_id, actor, locked=True)
        before = confirmation_of(organisation.id)
        if before is not None:
            _end(before, label("address.replaced"), actor=actor, now=now)
        found = AddressConfirmation(
            organisation_id=organisation.id, in_force_for=organisation.id, source=ON_PAPER if at_counter else ONLINE,
            kept_by_id=actor.account_id, kept_by_name=actor.name, kept_at=now, **values,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
        _tell("address_confirmed", found, actor=actor, now=now, electronic=found.electronic)
        return found


def _read(form: Mapping[str, Any], *, actor: Actor, at_counter: bool, now: datetime) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {"electronic": bool(form.get("electronic"))}
    for field, limit in LIMITS.items():
        try:
            values[field] = typed_text(field, str(form.get(field, "")), limit=limit, multiline=False)
        except InvalidInput as error:
            wrong |= error.fields
    phone = values.get("phone", "")
    if phone and (set(phone) - DIGITS or sum(c.isdigit() for c in phone) < 7):
        wrong["phone"] = label("address.phone")
    today = legal_day(now)
    values["signed_on"] = today
    if at_counter:
        signed_on = read_day(form, "signed_on", wrong)
        if signed_on is None:
            wrong.setdefault("signed_on", label("field_error.required"))
        elif signed_on > today:
            wrong["signed_on"] = label("address.in_future")
        values["signed_on"] = signed_on
    else:
        if values.get("signer_name") and values["signer_name"] != actor.name:
            wrong["signer_name"] = label("address.own_name", name=actor.name)
        if not form.get("agreed"):
            wrong["agreed"] = label("field_error.must_tick")
    if wrong:
        raise InvalidInput(wrong)
    return values


@transactional
def end_confirmation(*, organisation_id: int, reason: str, actor: Actor, now: datetime) -> AddressConfirmation:
    """Take a confirmation back: from now on nothing is served in this system. Raises InvalidInput on `reason`, RuleViolation
    where none is in force."""
    organisation = _organisation(organisation_id, actor, locked=True)
    found = confirmation_of(organisation.id)
    if found is None:
        raise RuleViolation("no_confirmation", name=organisation.name)
    _end(found, typed_text("reason", reason, limit=300), actor=actor, now=now)
    _tell("address_withdrawn", found, actor=actor, now=now)
    return found


def _end(found: AddressConfirmation, reason: str, *, actor: Actor, now: datetime) -> None:
    found.in_force_for, found.ended_at, found.end_reason = None, now, reason
    found.ended_by_id, found.ended_by_name = actor.account_id, actor.name
    db.session.flush()  # the next one takes its place


def _tell(key: str, found: AddressConfirmation, *, actor: Actor, now: datetime, **facts: Any) -> None:
    notify(key, now=now, organisation_id=found.organisation_id, **facts)
    log.record(
        actor=actor, action=f"address.{key.removeprefix('address_')}", object_type="address_confirmation",
        object_id=str(found.id), details={"organisation": found.organisation_id, **facts}, now=now,
    )  # fmt: skip


def _organisation(organisation_id: int, actor: Actor, *, locked: bool = False) -> Organisation:
    query = sa.select(Organisation).where(Organisation.id == organisation_id)
    found = db.session.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise NotFound("organisation_not_found")
    require(actor, Permission.ADDRESS_CONFIRM, found)
    return found
