"""One filing over several records: each becomes a case of its own in a transaction of its own. A part that fails is
noted with its reason and may be sent again; the others stand."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions.file_application import check_filing, file_application
from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.counter import read_counter
from workflow_app.cases.filings import Filing, FilingPart, filing_by_id
from workflow_app.cases.idempotency import request_digest
from workflow_app.cases.kinds import Answer
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AppError, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor, Role
from workflow_app.records.credit_record import CreditRecord

MAX_RECORDS = 20  # of one filing: what a person can still read through on one page
MAX_KEY = 60
SHARED = frozenset({"applicant_name", "applicant_phone", "signer_name"})  # asked once for all records


def file_several(
    *,
    key: str,
    forms: Mapping[int, Answer],
    actor: Actor,
    now: datetime,
    kind_key: str = "repair",
    counter: Mapping[str, Any] | None = None,
    query_codes: Mapping[int, str] | None = None,
) -> int:
    """File an application on each record (`forms`: record id → form) and return the id of the filing.

    A clerk files at the counter and brings a `counter` note (`cases.counter`), checked with the rest. `query_codes` (by
    record) open the cases to whoever holds the receipt. Nothing is filed where
    a form is wrong: raises InvalidInput, fields named `<field>-<record id>` but for those that are asked once, or `records`
    for the choice itself; NotFound for a foreign record; RuleViolation for a key that was used otherwise.
    """
    if not forms:  # before the key: a page can show the choice again, but no form for nothing
        raise InvalidInput({"records": label("field_error.no_record_chosen")})
    if not 0 < len(key) <= MAX_KEY:
        raise InvalidInput({"idempotency_key": label("field_error.request_key")})
    made = {"key": key, "forms": dict(forms), "kind": kind_key, "counter": counter}
    try:
        filing_id = _begin(made, actor=actor, now=now)
    except IntegrityError:  # the same form arrived twice at once, and the other one was first
        filing_id = _begin(made, actor=actor, now=now)
    _file_parts(filing_id, query_codes or {}, actor=actor, now=now)
    return filing_id


def file_again(*, filing_id: int, actor: Actor, now: datetime, query_codes: Mapping[int, str] | None = None) -> None:
    """File the parts of one's own filing that have no case yet, as they were to be filed. Raises NotFound, NotPermitted."""
    filing, _parts = filing_by_id(filing_id, actor)
    if filing.account_id != actor.account_id:
        raise NotPermitted("filing_of_other")
    _file_parts(filing_id, query_codes or {}, actor=actor, now=now)


def _begin(made: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    with transaction():
        digest = request_digest(**made)
        mine = sa.select(Filing).where(Filing.account_id == actor.account_id, Filing.key == made["key"])
        known = db.session.scalars(mine).unique().one_or_none()
        if known is not None and known.digest != digest:
            raise RuleViolation("request_key_reused")
        if known is not None:
            return known.id
        note = _check(made, actor=actor, now=now)
        filing = Filing(
            account_id=actor.account_id, key=made["key"], digest=digest, kind=made["kind"], counter=note, filed_at=now
        )
        filing.parts = [FilingPart(record_id=record_id, form=form) for record_id, form in made["forms"].items()]
        db.session.add(filing)
        db.session.flush()
        details = {"records": list(made["forms"]), "counter": note}
        log.record(
            actor=actor, action="filing.begun", object_type="filing", object_id=str(filing.id), details=details, now=now
        )
        return filing.id


def _check(made: Mapping[str, Any], *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """Look at every form before anything is filed; return the clerk's note, None for whoever files online."""
    forms: Mapping[int, Answer] = made["forms"]
    if len(forms) > MAX_RECORDS:
        raise InvalidInput({"records": label("field_error.too_many_records", max=MAX_RECORDS)})
    note, wrong = _note(made["counter"]) if actor.role is Role.CLERK else (None, {})
    subjects = set()
    for record_id, form in forms.items():
        record = db.session.get(CreditRecord, record_id)
        if record is None:
            raise NotFound("record_not_found")
        subjects.add(record.subject_code)
        found = check_filing(record, form, kind_key=made["kind"], actor=actor, now=now)
        wrong |= {name if name in SHARED else f"{name}-{record_id}": text for name, text in found.items()}
    if len(subjects) > 1:
        wrong = {"records": label("field_error.several_subjects")} | wrong
    if wrong:
        raise InvalidInput(wrong)
    return note


def _note(values: Mapping[str, Any] | None) -> tuple[dict[str, Any] | None, dict[str, str]]:
    try:
        return read_counter(values or {}), {}
    except InvalidInput as error:
        return None, dict(error.fields)


def _file_parts(filing_id: int, query_codes: Mapping[int, str], *, actor: Actor, now: datetime) -> None:
    waiting = sa.select(FilingPart.id).where(FilingPart.filing_id == filing_id, FilingPart.case_id.is_(None))
    for part_id in list(db.session.scalars(waiting.order_by(FilingPart.id))):
        _file_part(part_id, query_codes, actor=actor, now=now)
        failpoint("filing.between_parts")


def _file_part(part_id: int, query_codes: Mapping[int, str], *, actor: Actor, now: datetime) -> None:
    part = db.session.get_one(FilingPart, part_id)
    filing, record_id, form = part.filing, part.record_id, dict(part.form)
    try:
        file_application(
            record_id=record_id,
            form=form,
            idempotency_key=f"{filing.key}:{record_id}",
            actor=actor,
            now=now,
            kind_key=filing.kind,
            counter=filing.counter,
            query_code=query_codes.get(record_id),
            then=partial(_note_case, part_id),
        )
    except AppError as error:
        facts = {"fields": error.fields} if isinstance(error, InvalidInput) else error.facts
        _note_fault(part_id, error.code, facts)
    except (OperationalError, StaleDataError):
        _note_fault(part_id, "busy", {})


def _note_case(part_id: int, case: Case) -> None:
    """Tie the part to its case, in the case's own transaction; the form is in the case now."""
    part = db.session.get_one(FilingPart, part_id)
    part.case_id, part.form, part.fault_code, part.fault_facts = case.id, {}, None, {}


def _note_fault(part_id: int, code: str, facts: Mapping[str, Any]) -> None:
    with transaction():
        part = db.session.get_one(FilingPart, part_id)
        if part.case_id is None:
            plain = {name: value if isinstance(value, dict | int) else str(value) for name, value in facts.items()}
            part.fault_code, part.fault_facts = code[:60], plain
