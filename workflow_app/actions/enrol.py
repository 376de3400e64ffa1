"""Making an account and asking to act for a subject: the applicant's side. It gives an account, never an authority."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from workflow_app.actions.keep_paper import keep_paper, store_paper
from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.people.account_register import PHONE, account_by_login, create_account
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.authority_papers import AuthorityPaper
from workflow_app.people.enrolments import (
    MAX_PAPERS,
    MAX_PAPERS_EVER,
    OPEN,
    Enrolment,
    State,
    missing_papers,
    papers_ever,
    papers_of,
    read_claim,
)
from workflow_app.people.passwords import check_policy, hash_password
from workflow_app.people.registering import note_registered, take_registration

DIGITS = 8


def register_account(*, form: Mapping[str, str], address: str, now: datetime) -> str:
    """Make an applicant's account without any authority and return its login, which the house chooses.

    So nobody finds out by trying which logins exist. Raises InvalidInput naming the fields, TooManyTries.
    """
    with transaction():
        refusal = take_registration(address, now=now)
    if refusal is not None:
        raise refusal
    wrong: dict[str, str] = {}
    name = _name(form, wrong)
    phone = str(form.get("phone", "")).strip().replace(" ", "")
    if not PHONE.fullmatch(phone):
        wrong["phone"] = label("field_error.phone")
    password = str(form.get("password", ""))
    try:
        check_policy(password, role=Role.APPLICANT, context=(name, phone))
    except InvalidInput as error:
        wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    digest = hash_password(password)
    with transaction():
        login = free_login()
        after = {"login": login, "name": name, "phone": phone, "role": Role.APPLICANT.value}
        account = create_account(after, now=now, password_hash=digest)
        note_registered(address, now=now)
        log.record(
            actor=account.actor(), action="account.registered", object_type="account", object_id=str(account.id),
            details={"login": login}, now=now,
        )  # fmt: skip
    return login


@transactional
def claim_subject(*, form: Mapping[str, Any], actor: Actor, now: datetime) -> Enrolment:
    """Put down for which subject an account wants to act; the open enrolment is changed, else a new one begun.

    Raises InvalidInput naming the fields, RuleViolation while a clerk looks at it.
    """
    claim = read_claim(form, today=legal_day(now))
    enrolment = _open(actor)
    if enrolment is None:
        enrolment = Enrolment(
            account_id=actor.account_id, open_account_id=actor.account_id, state=State.DRAFT, created_at=now
        )
        db.session.add(enrolment)
    elif not enrolment.is_editable:
        raise RuleViolation("enrolment_being_checked")
    enrolment.code, enrolment.name, enrolment.capacity = claim.code, claim.name, claim.capacity
    enrolment.legal_representative, enrolment.ends_on = claim.legal_representative, claim.ends_on
    try:
        db.session.flush()
    except IntegrityError as error:  # the same form arrived twice at once
        raise Conflict("enrolment_changed") from error
    return enrolment


def add_paper(*, purpose: str, filename: str, content: bytes, actor: Actor, now: datetime) -> AuthorityPaper:
    """Hand in a paper for the open enrolment. The file is looked at and stored before the transaction: nobody waits for that.

    Raises InvalidInput on `file` or `purpose`, RuleViolation, NotFound.
    """
    _with_room(actor)
    stored = store_paper(purpose=purpose, filename=filename, content=content)
    with transaction():
        enrolment = _with_room(actor)
        paper = keep_paper(stored, actor=actor, now=now)
        paper.enrolment_id = enrolment.id
        _note_paper("enrolment.paper_added", enrolment, paper, actor=actor, now=now)
        return paper


@transactional
def remove_paper(*, paper_id: int, actor: Actor, now: datetime) -> None:
    """Take a paper off the open enrolment. What a clerk has decided on stays."""
    enrolment, paper = _editable(actor), db.session.get(AuthorityPaper, paper_id)
    if paper is None or paper.enrolment_id != enrolment.id:
        raise NotFound("paper_not_found")
    if paper.removed_at is None:
        paper.removed_at = now
        _note_paper("enrolment.paper_removed", enrolment, paper, actor=actor, now=now)


@transactional
def submit_enrolment(*, actor: Actor, now: datetime) -> Enrolment:
    """Hand the open enrolment to the counter. Raises InvalidInput on `papers` for what is missing."""
    enrolment = _editable(actor)
    missing = missing_papers(enrolment)
    if missing:
        names = "、".join(label(f"authority_paper.{purpose}") for purpose in missing)
        raise InvalidInput({"papers": label("field_error.papers_missing", names=names)})
    enrolment.state, enrolment.submitted_at, enrolment.note = State.SUBMITTED, now, ""
    enrolment.settled_at, enrolment.settled_by_id = None, None
    details = {"code": enrolment.code, "name": enrolment.name, "capacity": enrolment.capacity}
    log.record(
        actor=actor, action="enrolment.submitted", object_type="enrolment", object_id=str(enrolment.id),
        details=details, now=now,
    )  # fmt: skip
    return enrolment


def _open(actor: Actor) -> Enrolment | None:
    if actor.role is not Role.APPLICANT or actor.account_id is None:
        raise NotPermitted("not_permitted")
    mine = sa.select(Enrolment).where(Enrolment.account_id == actor.account_id, Enrolment.state.in_(OPEN))
    return db.session.scalar(mine.with_for_update(of=Enrolment))


def _editable(actor: Actor) -> Enrolment:
    enrolment = _open(actor)
    if enrolment is None:
        raise NotFound("enrolment_not_found")
    if not enrolment.is_editable:
        raise RuleViolation("enrolment_being_checked")
    return enrolment


def _note_paper(action: str, enrolment: Enrolment, paper: AuthorityPaper, *, actor: Actor, now: datetime) -> None:
    details = {"digest": paper.digest, "name": paper.display_name, "purpose": paper.purpose}
    log.record(
        actor=actor, action=action, object_type="enrolment", object_id=str(enrolment.id), details=details, now=now
    )


def _with_room(actor: Actor) -> Enrolment:
    """Return the open enrolment where one more paper may be handed in."""
    enrolment = _editable(actor)
    if len(papers_of(enrolment.id)) >= MAX_PAPERS:
        raise InvalidInput({"file": label("file_error.too_many", count=MAX_PAPERS)})
    if papers_ever(enrolment.id) >= MAX_PAPERS_EVER:
        raise InvalidInput({"file": label("file_error.too_many_ever", count=MAX_PAPERS_EVER)})
    return enrolment


def free_login() -> str:
    """Return a login nobody has: chosen by the house, so that trying one tells nothing."""
    while True:
        login = "q" + "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        if account_by_login(login) is None:
            return login


def _name(form: Mapping[str, str], wrong: dict[str, str]) -> str:
    try:
        return typed_text("name", str(form.get("name", "")), limit=60, multiline=False)
    except InvalidInput as error:
        wrong |= error.fields
        return ""
