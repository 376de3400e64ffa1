"""Noting attempts to serve a letter with their proof, and striking one that was noted wrongly. A letter that reached its party's
page counts as served only under a confirmation of its address that was in force (rulebook §10.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from workflow_app.actions._serving import add_attempt, audit, locked_service, settle_service
from workflow_app.actions.add_evidence import check_file, shown_name
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.jobs.queue import job
from workflow_app.law.serving import Way, rule_of
from workflow_app.letters.attempts import IDENTITIES, ServiceAttempt, ServiceProof, standing_attempts
from workflow_app.letters.delivery import delivery_of
from workflow_app.letters.letter import letter_by_id
from workflow_app.letters.public_notices import open_notice
from workflow_app.letters.serving import GONE, LetterService, service_of
from workflow_app.people.accounts import Actor
from workflow_app.people.address_confirmations import electronic_consent
from workflow_app.people.permissions import Permission, require
from workflow_app.people.typed_days import read_day

BY_HAND = tuple(way for way in Way if way is not Way.ANNOUNCED)  # a public notice has an act of its own
MAX_PROOFS = 5
LIMITS = {"server": 120, "place": 200, "receiver": 60, "witness": 200, "reason": 500, "tracking": 40}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """An attempt as somebody typed it, read and found complete but for the proof."""

    way: Way
    result: str
    on: date
    values: dict[str, Any]
    needs_proof: bool

    @property
    def serves(self) -> bool:
        """Whether the letter is served by it."""
        return rule_of(self.way).results[self.result].served


def note_attempt(
    *, letter_id: int, form: Mapping[str, Any], files: Sequence[tuple[str, bytes]] = (), actor: Actor, now: datetime
) -> ServiceAttempt:
    """Note one attempt. `form` has `attempt` (way and result, as `direct:signed`), `tried_on`, `server` and what the result
    asks for (law/data/serving.yaml); `files` are names and contents of its proof, looked at and stored before the transaction.

    Raises InvalidInput on these fields and `file`, RuleViolation where the letter cannot be served, NotFound by scope.
    """
    letter = letter_by_id(letter_id)
    require(actor, Permission.SERVICE_NOTE, letter)
    service_of(letter_id)
    typed = read_attempt(form, issued_on=legal_day(letter.issued_at), today=legal_day(now))
    if len(files) > MAX_PROOFS:
        raise InvalidInput({"file": label("file_error.too_many", count=MAX_PROOFS)})
    if typed.needs_proof and not files:
        raise InvalidInput({"witness": label("service.witness_or_proof")})
    db.session.rollback()  # nothing stays open while files are looked at
    kept = [(shown_name(name), check_file(name, content), content) for name, content in files]
    digests = [current_app.extensions["storage"].put(content) for _, _, content in kept]
    with transaction():
        service = locked_service(letter_id, actor=actor, permission=Permission.SERVICE_NOTE)
        values = typed.values | consent_for(service, typed)
        attempt = add_attempt(
            service, way=typed.way, result=typed.result, on=typed.on, values=values, actor=actor, now=now
        )  # fmt: skip
        for (name, media_type, content), digest in zip(kept, digests, strict=True):
            proof = ServiceProof(
                display_name=name, media_type=media_type, size=len(content), digest=digest,
                added_by_id=actor.account_id, added_at=now,
            )  # fmt: skip
            attempt.proofs.append(proof)
        return attempt


def read_attempt(form: Mapping[str, Any], *, issued_on: date, today: date) -> Typed:
    """Return what was typed. Raises InvalidInput naming each field that is missing, too long, or says what cannot be."""
    wrong: dict[str, str] = {}
    on = read_day(form, "tried_on", wrong)
    if on is None:
        wrong.setdefault("tried_on", label("field_error.required"))
    elif not issued_on <= on <= today:
        wrong["tried_on"] = label("service.day_between", first=issued_on.isoformat(), last=today.isoformat())
    way, _, result = str(form.get("attempt", "")).partition(":")
    rule = rule_of(Way(way)) if way in BY_HAND else None
    if rule is None or result not in rule.results:
        wrong["attempt"] = label("field_error.choose")
    needs = rule.results[result].needs if rule is not None and result in rule.results else ()
    values: dict[str, Any] = {}
    for field, limit in LIMITS.items():
        try:
            text = str(form.get(field, ""))
            needed = field in needs or field == "server"
            values[field] = typed_text(field, text, limit=limit, required=needed, multiline=field == "reason")
        except InvalidInput as error:
            wrong |= error.fields
    identity = str(form.get("receiver_identity", ""))
    if identity not in IDENTITIES and (identity or "receiver_identity" in needs):
        wrong["receiver_identity"] = label("field_error.choose")
    if wrong or on is None:
        raise InvalidInput(wrong)
    values["receiver_identity"] = identity
    proof = "witness_or_proof" in needs and not values["witness"]
    return Typed(way=Way(way), result=result, on=on, values=values, needs_proof=proof)


def consent_for(service: LetterService, typed: Typed) -> dict[str, Any]:
    """The confirmation an electronic service rests on. Raises InvalidInput where none was in force on its day."""
    if "confirmation" not in rule_of(typed.way).results[typed.result].needs:
        return {}
    found = electronic_consent(service.letter.organisation_id, at=end_of_day(typed.on))
    if found is None:
        raise InvalidInput({"attempt": label("service.no_confirmation")})
    return {"confirmation_id": found.id}


@transactional
def strike_attempt(*, attempt_id: int, reason: str, actor: Actor, now: datetime) -> ServiceAttempt:
    """Strike an attempt that was noted wrongly; what followed from it is taken back. It stays, with who struck it and why.

    Raises InvalidInput on `reason`, RuleViolation where it was struck already, NotFound by scope.
    """
    attempt = db.session.get(ServiceAttempt, attempt_id)
    if attempt is None:
        raise NotFound("service_not_found")
    service = locked_service(attempt.letter_id, actor=actor, permission=Permission.SERVICE_NOTE)
    text = typed_text("reason", reason, limit=300)
    struck = strike(service, attempt_id, text, actor=actor, now=now)
    settle_service(service, actor=actor, now=now)
    return struck


def strike(service: LetterService, attempt_id: int, reason: str, *, actor: Actor, now: datetime) -> ServiceAttempt:
    """Strike an attempt in the caller's transaction; the caller settles the service. Raises RuleViolation where it was."""
    attempt = db.session.get_one(ServiceAttempt, attempt_id, populate_existing=True)
    if attempt.struck_at is not None:
        raise RuleViolation("attempt_struck_already")
    attempt.struck_at, attempt.struck_reason = now, reason
    attempt.struck_by_id, attempt.struck_by_name = actor.account_id, actor.name
    notice = open_notice(service.letter_id, locked=True)
    if notice is not None and notice.attempt_id == attempt.id:
        notice.open_letter_id, notice.ended_at, notice.end_reason = None, now, reason
        service.chase_at = end_of_day(legal_day(now))
    letter, way = service.letter, label(f"service_way.{attempt.way}")
    if letter.case_id is not None:
        facts = {"letter": letter.number, "title": letter.title, "way": way, "reason": reason}
        tell(letter.case_id, "attempt_struck", actor=actor, now=now, public=False, **facts)
    db.session.flush()
    audit(service, "service.struck", {"attempt": attempt.id, "reason": reason}, actor=actor, now=now)
    return attempt


@job("sweeps")
def serve_electronically(letter_id: int) -> None:
    """Note the electronic service of a letter that reached its party's page while the party's consent was in force; once."""
    now: datetime = current_app.extensions["clock"].now()
    with transaction():
        found, delivery = letter_by_id(letter_id), delivery_of(letter_id)
        consent = electronic_consent(found.organisation_id, at=delivery.delivered_at) if delivery is not None else None
        if (
            delivery is None
            or consent is None
            or found.state in GONE
            or db.session.get(LetterService, letter_id) is None
        ):
            return
        service = locked_service(letter_id, actor=Actor.system(), permission=Permission.SERVICE_NOTE)
        if any(a.way == Way.ELECTRONIC and a.deemed_on for a in standing_attempts(letter_id)):
            return
        values = {
            "server": label("service.by_system"),
            "confirmation_id": consent.id,
            "place": label("service.party_page"),
        }
        day = legal_day(delivery.delivered_at)
        add_attempt(
            service, way=Way.ELECTRONIC, result="arrived", on=day, values=values, actor=Actor.system(), now=now
        )  # fmt: skip


def proof_of(proof_id: int) -> tuple[ServiceAttempt, ServiceProof]:
    """Return a proof and its attempt. Raises NotFound."""
    found = db.session.execute(
        sa.select(ServiceAttempt, ServiceProof)
        .join(ServiceProof, ServiceProof.attempt_id == ServiceAttempt.id)
        .where(ServiceProof.id == proof_id)
    ).first()
    if found is None:
        raise NotFound("file_not_found")
    return found[0], found[1]
