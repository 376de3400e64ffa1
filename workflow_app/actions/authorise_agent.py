"""Authorising somebody to act for a subject, taking the authorisation up, and taking it back. What was filed under it
stays. Whoever speaks for the subject authorises agents online; a clerk does it, in every capacity, on paper."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow_app.actions.keep_paper import keep_paper, store_paper
from workflow_app.audit import log
from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from workflow_app.foundation.labels import label
from workflow_app.foundation.paper_codes import new_paper_code
from workflow_app.foundation.text import typed_text
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.authority import Capacity
from workflow_app.people.lockout import forgive, take_try
from workflow_app.people.mandate_terms import Terms, read_terms
from workflow_app.people.mandates import Mandate
from workflow_app.people.one_time_codes import digest_of_code
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.records.credit_record import CreditRecord

CODE_LIFE = timedelta(hours=72)
MAX_REASON = 500
ONLINE = frozenset({Capacity.AGENT})
AT_COUNTER = frozenset(Capacity)


def offer_mandate(
    *,
    organisation_id: int,
    form: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    paper: tuple[str, bytes] | None = None,
) -> tuple[Mandate, str]:
    """Authorise somebody to act for a subject; return the mandate and the code, shown once, by which its holder takes it up.

    A clerk brings the `paper` (name and content) it rests on, which is looked at and stored before the transaction. Raises
    NotFound, NotPermitted, and InvalidInput naming the fields of `mandate_terms` or `file`.
    """
    terms = _terms(organisation_id, form, actor=actor, now=now)
    if actor.role is Role.CLERK and paper is None:
        raise InvalidInput({"file": label("field_error.paper_needed")})
    purpose = str(form.get("purpose") or "authority")
    stored = store_paper(purpose=purpose, filename=paper[0], content=paper[1]) if paper is not None else None
    code = new_paper_code()
    with transaction():
        terms = _terms(
            organisation_id, form, actor=actor, now=now
        )  # what was true before the file was looked at may not be now
        mandate = _offered(organisation_id, terms, code, actor=actor, now=now)
        if stored is not None:
            keep_paper(stored, actor=actor, now=now).mandate_id = mandate.id
        _audit("mandate.offered", mandate, actor, now)
        return mandate, code


def _terms(organisation_id: int, form: Mapping[str, Any], *, actor: Actor, now: datetime) -> Terms:
    organisation = _organisation(organisation_id, actor)
    capacities = AT_COUNTER if actor.role is Role.CLERK else ONLINE
    kinds = frozenset(k.key for k in all_kinds())
    terms = read_terms(form, today=legal_day(now), capacities=capacities, kinds=kinds)
    _check_records(organisation, terms)
    return terms


def _offered(organisation_id: int, terms: Terms, code: str, *, actor: Actor, now: datetime) -> Mandate:
    mandate = Mandate(
        organisation_id=organisation_id,
        holder_name=terms.holder_name,
        capacity=terms.capacity,
        records=None if terms.records is None else list(terms.records),
        kinds=None if terms.kinds is None else list(terms.kinds),
        begins_on=terms.begins_on,
        ends_on=terms.ends_on,
        basis=terms.basis,
        channel="counter" if actor.role is Role.CLERK else "online",
        granted_by_id=actor.account_id,
        granted_by_name=actor.name,
        granted_at=now,
        code_digest=digest_of_code(code),
        code_until=now + CODE_LIFE,
    )
    db.session.add(mandate)
    db.session.flush()
    return mandate


def take_mandate(*, code: str, address: str, actor: Actor, now: datetime) -> Mandate:
    """Take up the authorisation a code stands for: from now on the actor's account acts under it.

    Raises InvalidInput on `mandate_code` in one wording whatever the reason, TooManyTries where one has to wait.
    """
    counted = f"code:{actor.account_id}"
    with transaction():
        refusal = take_try(counted, address, now=now)
    if refusal is not None:
        raise refusal
    with transaction():
        mandate = db.session.scalar(
            sa.select(Mandate).where(Mandate.code_digest == digest_of_code(code)).with_for_update(of=Mandate)
        )
        late = mandate is None or mandate.code_until is None or mandate.code_until < now
        if mandate is None or late or mandate.revoked_at is not None or actor.role is not Role.APPLICANT:
            raise InvalidInput({"mandate_code": label("field_error.code_wrong")})
        mandate.account_id, mandate.taken_at = actor.account_id, now
        mandate.code_digest, mandate.code_until = None, None
        forgive(counted, address, now=now)
        notify("mandate_taken", now=now, organisation_id=mandate.organisation_id, name=mandate.holder_name)
        _audit("mandate.taken", mandate, actor, now)
        return mandate


@transactional
def revoke_mandate(*, mandate_id: int, reason: str, actor: Actor, now: datetime) -> Mandate:
    """Take an authorisation back, at once. Raises InvalidInput on `reason`, Conflict where it has been taken back, NotPermitted
    for a party that takes back what it could not have given online."""
    mandate = db.session.scalar(sa.select(Mandate).where(Mandate.id == mandate_id).with_for_update(of=Mandate))
    if mandate is None:
        raise NotFound("mandate_not_found")
    require(actor, Permission.MANDATE_MANAGE, mandate)
    if (
        actor.role is Role.APPLICANT and mandate.capacity not in ONLINE
    ):  # a court or authority gave it, a clerk takes it back
        raise NotPermitted("mandate_of_counter")
    if mandate.revoked_at is not None:
        raise Conflict("mandate_revoked_already")
    mandate.revoke_reason = typed_text("reason", reason, limit=MAX_REASON)
    mandate.revoked_at, mandate.revoked_by_name = now, actor.name
    mandate.code_digest, mandate.code_until = None, None
    if mandate.account_id is not None:
        name = mandate.organisation.name
        notify(
            "mandate_revoked", now=now, account_id=mandate.account_id, organisation=name, reason=mandate.revoke_reason
        )
    _audit("mandate.revoked", mandate, actor, now)
    return mandate


@transactional
def end_seat(*, organisation_id: int, account_id: int, reason: str, actor: Actor, now: datetime) -> Account:
    """Take the seat of an enterprise from an account, at the counter: its legal representative has changed.

    What it was stays on the register as a mandate that ended. Raises NotFound, NotPermitted, InvalidInput on `reason`.
    """
    organisation = _organisation(organisation_id, actor)
    account = db.session.scalar(sa.select(Account).where(Account.id == account_id).with_for_update(of=Account))
    if actor.role is not Role.CLERK or account is None or account.organisation_id != organisation.id:
        raise NotFound("account_not_found")
    why = typed_text("reason", reason, limit=MAX_REASON)
    account.organisation_id = None
    mandate = Mandate(
        organisation_id=organisation.id, account_id=account.id, holder_name=account.name,
        capacity=Capacity.REPRESENTATIVE, begins_on=legal_day(account.created_at), channel="counter",
        granted_by_name=account.name, granted_at=account.created_at, taken_at=account.created_at,
        revoked_at=now, revoked_by_name=actor.name, revoke_reason=why,
    )  # fmt: skip
    db.session.add(mandate)
    db.session.flush()
    notify("mandate_revoked", now=now, account_id=account.id, organisation=organisation.name, reason=why)
    _audit("seat.ended", mandate, actor, now)
    return account


def _organisation(organisation_id: int, actor: Actor) -> Organisation:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("organisation_not_found")
    require(actor, Permission.MANDATE_MANAGE, found)
    return found


def _check_records(organisation: Organisation, terms: Terms) -> None:
    """Named records are the subject's own: nobody is authorised for what belongs to others."""
    if terms.records is None:
        return
    mine = sa.select(CreditRecord.id).where(
        CreditRecord.subject_code == organisation.code, CreditRecord.id.in_(terms.records)
    )
    if set(db.session.scalars(mine)) != set(terms.records):
        raise InvalidInput({"records": label("field_error.not_its_record")})


def _audit(action: str, mandate: Mandate, actor: Actor, now: datetime) -> None:
    details = {
        "organisation": mandate.organisation_id, "account": mandate.account_id, "holder": mandate.holder_name,
        "capacity": mandate.capacity, "records": mandate.records, "kinds": mandate.kinds, "from": mandate.begins_on,
        "until": mandate.ends_on, "basis": mandate.basis, "reason": mandate.revoke_reason,
    }  # fmt: skip
    log.record(actor=actor, action=action, object_type="mandate", object_id=str(mandate.id), details=details, now=now)
