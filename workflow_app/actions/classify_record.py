"""Determining the class of a record (类别认定): the recognising department's own act where no table answers."""

from datetime import datetime

from sqlalchemy.orm.exc import StaleDataError

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require
from workflow_app.records import history
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord

CLASSES = ("minor", "general", "serious")
MAX_BASIS = 200


def classify_record(
    *,
    record_id: int,
    record_version: int,
    credit_class: str,
    basis: str,
    publication_necessary: bool = False,
    actor: Actor,
    now: datetime,
) -> CreditRecord:
    """Determine a record's class, with the standard it rests on. `publication_necessary` counts for minor ones alone.

    Raises InvalidInput for an unknown class or a missing basis, Conflict where the record has changed meanwhile.
    """
    try:
        with transaction():
            record = db.session.get(CreditRecord, record_id)
            if record is None:
                raise NotFound("record_not_found")
            require(actor, Permission.RECORD_CLASSIFY, record)
            text = _checked(credit_class, basis)
            if record.row_version != record_version:
                raise Conflict("record_changed")
            _classify(record, credit_class, text, necessary=publication_necessary, actor=actor, now=now)
            return record
    except StaleDataError as error:
        raise Conflict("record_changed") from error


def _checked(credit_class: str, basis: str) -> str:
    wrong: dict[str, str] = {}
    text = ""
    try:
        text = clean_text(basis)
    except ValueError as error:
        wrong["basis"] = label(f"field_error.{error}")
    if credit_class not in CLASSES:
        wrong["credit_class"] = label("field_error.choose")
    if not text and "basis" not in wrong:
        wrong["basis"] = label("field_error.required")
    if len(text) > MAX_BASIS:
        wrong["basis"] = label("field_error.too_long", max=MAX_BASIS)
    if wrong:
        raise InvalidInput(wrong)
    return text


def _classify(
    record: CreditRecord, credit_class: str, basis: str, *, necessary: bool, actor: Actor, now: datetime
) -> None:
    before = record.credit_class
    record.credit_class, record.class_basis = credit_class, basis
    record.publication_found_necessary = necessary and credit_class == "minor"
    record.stops_on = assess_record(record, on=legal_day(now)).automatic_stop_on
    facts = {"before": before, "after": credit_class, "publication_necessary": record.publication_found_necessary}
    history.write(record, "classified", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    log.record(
        actor=actor,
        action="record.classified",
        object_type="record",
        object_id=str(record.id),
        details=facts | {"basis": basis},
        now=now,
    )
