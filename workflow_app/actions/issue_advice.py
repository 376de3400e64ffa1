"""Issuing letters of advice, noting how they were served, and their addressee opening one: one record a transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.actions._advice_letter import CODE, advice_content
from workflow_app.actions._serving import add_attempt, locked_service
from workflow_app.actions.serve_letter import Typed, consent_for, read_attempt, strike
from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.catalogue import letter_kind
from workflow_app.letters.content import freeze
from workflow_app.letters.delivery import note_opened
from workflow_app.letters.ending import supersede
from workflow_app.letters.issue import complete, issue_letter
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission, require
from workflow_app.records.advice import RepairAdvice, is_due
from workflow_app.records.credit_record import CreditRecord


@transactional
def issue_advice(*, record_id: int, actor: Actor, now: datetime) -> Letter:
    """Return the letter of advice on a record, issued where there is none in force that says what is known today.

    A letter that was served stands as it is; one that was not is replaced where the record has changed since. Raises
    NotFound where none is due, RuleViolation where the record is public no more or has no class yet, and as `freeze` does.
    """
    record, advice = _locked(record_id, Permission.ADVICE_SERVE, actor)
    old = letter_by_id(advice.letter_id) if advice.letter_id is not None else None
    if old is not None and advice.served_on is not None:
        return old
    if (
        db.session.scalar(sa.select(CreditRecord.id).where(CreditRecord.id == record_id, is_due(on=legal_day(now))))
        is None
    ):
        raise RuleViolation("advice_not_due", number=record.document_number)
    department = db.session.get_one(Department, record.department_id)
    content = advice_content(record, on=legal_day(now))
    if old is not None and _says(old, content, department, record):
        return old
    letter = issue_letter(
        code=CODE, case_id=None, case_no="", department=department,
        addressee_name=record.subject_name, addressee_code=str(record.subject_code),
        organisation_id=record.organisation_id, context=content, actor=actor, now=now,
    )  # fmt: skip
    if old is not None:
        supersede(old=old, new=letter, reason=label("advice.record_changed"), now=now)
    advice.letter_id = letter.id
    if letter.organisation_id is not None:
        notify(
            "advice_issued",
            now=now,
            organisation_id=letter.organisation_id,
            document=record.document_number,
            record=record_id,
        )
    _audit("advice.issued", record, actor, now, {"letter": letter.number, "replaces": old.number if old else ""})
    return letter


def _says(letter: Letter, content: Mapping[str, Any], department: Department, record: CreditRecord) -> bool:
    """Tell whether a letter says just what a new one would."""
    addressee = (record.subject_name, str(record.subject_code), "")
    frozen = freeze(letter_kind(CODE), complete(content, department=department, addressee=addressee))
    return letter.department_id == department.id and all(letter.context.get(k) == v for k, v in frozen.items())


def serve_advice(*, record_ids: list[int], form: Mapping[str, Any], actor: Actor, now: datetime) -> int:
    """Note one attempt to serve the letters on some records and return how many. `form` is that of
    `serve_letter.read_attempt`. All are noted, or none.

    Raises InvalidInput on its fields, NotFound for a record out of scope, RuleViolation for one without a letter.
    """
    with transaction():
        for record_id in record_ids:
            record, advice = _locked(record_id, Permission.ADVICE_SERVE, actor)
            if advice.letter_id is None:
                raise RuleViolation("advice_not_issued", number=record.document_number)
            typed = _typed(advice.letter_id, form, now)
            service = locked_service(advice.letter_id, actor=actor, permission=Permission.SERVICE_NOTE)
            values = typed.values | consent_for(service, typed)
            if service.attempt_id is not None and typed.serves:  # whoever notes it again puts an earlier word right
                strike(service, service.attempt_id, label("service.noted_again"), actor=actor, now=now)
            attempt = add_attempt(
                service, way=typed.way, result=typed.result, on=typed.on, values=values, actor=actor, now=now
            )
            facts = {"letter": service.letter.number, "on": typed.on.isoformat(), "method": typed.way.value}
            _audit("advice.served" if attempt.deemed_on else "advice.tried", record, actor, now, facts)
    return len(record_ids)


def _typed(letter_id: int, form: Mapping[str, Any], now: datetime) -> Typed:
    typed = read_attempt(form, issued_on=legal_day(letter_by_id(letter_id).issued_at), today=legal_day(now))
    if typed.needs_proof:
        raise InvalidInput({"witness": label("service.witness_here")})
    return typed


@transactional
def open_advice(*, record_id: int, actor: Actor, now: datetime) -> Letter:
    """Return the letter of advice its addressee opens, noting the first opening: it is told of the letter then, which is no
    service unless it confirmed its address. Raises NotFound until its pages are made."""
    record, advice = _locked(record_id, Permission.ADVICE_VIEW, actor)
    letter = letter_by_id(advice.letter_id) if advice.letter_id is not None else None
    if letter is None or letter.file_digest is None:
        raise NotFound("letter_not_found")
    if note_opened(letter, actor=actor, now=now):
        _audit("advice.opened", record, actor, now, {"letter": letter.number})
    return letter


def _locked(record_id: int, permission: Permission, actor: Actor) -> tuple[CreditRecord, RepairAdvice]:
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )
    if record is None:
        raise NotFound("record_not_found")
    require(actor, permission, record)
    advice = db.session.get(RepairAdvice, record_id, with_for_update=True)
    if advice is None:
        raise NotFound("advice_not_found")
    return record, advice


def _audit(action: str, record: CreditRecord, actor: Actor, now: datetime, details: Mapping[str, Any]) -> None:
    log.record(
        actor=actor, action=action, object_type="record", object_id=str(record.id), details=dict(details), now=now
    )
