"""A clerk's word on an enrolment: approve, which gives the account its authority, ask again, or refuse with the reason."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.people.authority import Capacity
from workflow_app.people.enrolments import Enrolment, State, papers_of
from workflow_app.people.mandates import Mandate
from workflow_app.people.organisations import Organisation, register_organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.people.typed_days import read_day

VERDICTS: Mapping[str, State] = {"approve": State.APPROVED, "ask": State.RETURNED, "refuse": State.REFUSED}
MAX_NOTE = 500


@transactional
def check_enrolment(
    *, enrolment_id: int, version: int, form: Mapping[str, Any], actor: Actor, now: datetime
) -> Enrolment:
    """Settle an enrolment that waits, or ask again. `version` is the row version the clerk's page was made from.

    Raises InvalidInput on `verdict`, `note` or `ends_on`, Conflict where it was changed or settled meanwhile.
    """
    query = sa.select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update(of=Enrolment)
    enrolment = db.session.scalar(query)
    if enrolment is None:
        raise NotFound("enrolment_not_found")
    require(actor, Permission.ENROLMENT_CHECK, enrolment)
    if enrolment.state != State.SUBMITTED or enrolment.row_version != version:
        raise Conflict("enrolment_changed")
    verdict, note, ends_on = _read(form, enrolment, now)
    enrolment.state, enrolment.note = VERDICTS[verdict], note
    enrolment.settled_at, enrolment.settled_by_id = now, actor.account_id
    if enrolment.state != State.RETURNED:
        enrolment.open_account_id = None
    if enrolment.state == State.APPROVED:
        _give(enrolment, ends_on, renew=bool(form.get("renew")), actor=actor, now=now)
    notify(f"enrolment_{enrolment.state}", now=now, account_id=enrolment.account_id, name=enrolment.name, note=note)
    details = {"code": enrolment.code, "account": enrolment.account_id, "capacity": enrolment.capacity, "note": note}
    log.record(
        actor=actor, action=f"enrolment.{enrolment.state}", object_type="enrolment", object_id=str(enrolment.id),
        details=details | {"until": ends_on}, now=now,
    )  # fmt: skip
    return enrolment


def _read(form: Mapping[str, Any], enrolment: Enrolment, now: datetime) -> tuple[str, str, date | None]:
    verdict, wrong = str(form.get("verdict") or ""), dict[str, str]()
    if verdict not in VERDICTS:
        raise InvalidInput({"verdict": label("field_error.choose")})
    note = typed_text("note", str(form.get("note") or ""), limit=MAX_NOTE, required=verdict != "approve")
    ends_on = read_day(form, "ends_on", wrong) if verdict == "approve" else None
    if verdict == "approve" and not wrong:
        if ends_on is None and enrolment.capacity == Capacity.AGENT:
            wrong["ends_on"] = label("field_error.end_needed")
        elif ends_on is not None and ends_on < legal_day(now):
            wrong["ends_on"] = label("field_error.end_passed")
    if wrong:
        raise InvalidInput(wrong)
    return verdict, note, ends_on


def _give(enrolment: Enrolment, ends_on: date | None, *, renew: bool, actor: Actor, now: datetime) -> None:
    """Give the account its authority: the seat of the subject to who represents it, a mandate to all others."""
    organisation = register_organisation(
        enrolment.code, name=enrolment.name, legal_representative=enrolment.legal_representative, now=now
    )
    if renew:  # the licence is newer than the register
        organisation.name, organisation.legal_representative = enrolment.name, enrolment.legal_representative
    account = enrolment.account
    if enrolment.capacity == Capacity.REPRESENTATIVE and account.organisation_id in (None, organisation.id):
        account.organisation_id = organisation.id
        return
    mandate = _mandate(enrolment, organisation, ends_on, actor=actor, now=now)
    db.session.add(mandate)
    db.session.flush()
    for paper in papers_of(enrolment.id):
        paper.mandate_id = mandate.id


def _mandate(
    enrolment: Enrolment, organisation: Organisation, ends_on: date | None, *, actor: Actor, now: datetime
) -> Mandate:
    return Mandate(
        organisation_id=organisation.id,
        account_id=enrolment.account_id,
        holder_name=enrolment.account.name,
        capacity=enrolment.capacity,
        begins_on=legal_day(now),
        ends_on=ends_on,
        basis=enrolment.note[:300],
        channel="counter",
        granted_by_id=actor.account_id,
        granted_by_name=actor.name,
        granted_at=now,
        taken_at=now,
    )
