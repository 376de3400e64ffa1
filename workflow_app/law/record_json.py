"""Reading a record from JSON exactly as `record.schema.json` has it: every field, none beyond, strict types."""

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workflow_app.law.facts import InvalidRecord, Penalty, RecordFacts

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
TOP = (
    "record_id info_type authority subject document_number determination_date publication_date published"
    " publication_found_necessary procedure penalties credit_class special_field obligations serious_list"
    " source_decision"
)


def parse_date(field: str, value: Any) -> date:
    """Return a date written YYYY-MM-DD. Raises InvalidRecord naming the field."""
    if not isinstance(value, str) or not DATE.match(value):
        raise InvalidRecord(field=field, reason="not_a_date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidRecord(field=field, reason="not_a_date") from None


def facts_from_json(data: Any) -> RecordFacts:
    """Return the facts of a record. Raises InvalidRecord for anything the schema does not allow."""
    top = _object("record", data, TOP)
    authority = _object("authority", top["authority"], "name code system")
    subject = _object("subject", top["subject"], "name type code")
    done = _object("obligations", top["obligations"], "fully_performed performed_on corrected")
    listing = _object("serious_list", top["serious_list"], "listed record_is_basis")
    if _text("info_type", top["info_type"]) != "penalty":
        raise InvalidRecord(field="info_type", reason="not_allowed")
    if (source := _text("source_decision", top["source_decision"])) not in ("in_force", "revoked"):
        raise InvalidRecord(field="source_decision", reason="not_allowed")
    return RecordFacts(
        record_id=_text("record_id", top["record_id"]),
        authority_name=_text("authority.name", authority["name"]),
        authority_code=_text("authority.code", authority["code"]),
        authority_system=_text("authority.system", authority["system"]),
        subject_name=_text("subject.name", subject["name"]),
        subject_type=_text("subject.type", subject["type"]),
        subject_code=_text_or_none("subject.code", subject["code"]),
        document_number=_text("document_number", top["document_number"]),
        determination_date=parse_date("determination_date", top["determination_date"]),
        publication_date=_date_or_none("publication_date", top["publication_date"]),
        published=_flag("published", top["published"]),
        publication_found_necessary=_flag("publication_found_necessary", top["publication_found_necessary"]),
        procedure=_text("procedure", top["procedure"]),
        penalties=_penalties(top["penalties"]),
        credit_class=_text_or_none("credit_class", top["credit_class"]),
        special_field=_text_or_none("special_field", top["special_field"]),
        fully_performed=_flag("obligations.fully_performed", done["fully_performed"]),
        performed_on=_date_or_none("obligations.performed_on", done["performed_on"]),
        corrected=_flag("obligations.corrected", done["corrected"]),
        listed=_flag("serious_list.listed", listing["listed"]),
        list_basis=_flag("serious_list.record_is_basis", listing["record_is_basis"]),
        source_in_force=source == "in_force",
    )


def _penalties(value: Any) -> tuple[Penalty, ...]:
    if not isinstance(value, list):
        raise InvalidRecord(field="penalties", reason="not_a_list")
    return tuple(_penalty(f"penalties[{n}]", item) for n, item in enumerate(value))


def _penalty(field: str, value: Any) -> Penalty:
    fields = _object(field, value, "kind", "amount_yuan")
    kind, amount = _text(f"{field}.kind", fields["kind"]), fields.get("amount_yuan", 0)
    endless = isinstance(amount, float) and not math.isfinite(amount)
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or endless or amount < 0:
        raise InvalidRecord(field=f"{field}.amount_yuan", reason="not_an_amount")
    return Penalty(kind, Decimal(str(amount)) if "amount_yuan" in fields else None)


def _object(field: str, value: Any, required: str, optional: str = "") -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidRecord(field=field, reason="not_an_object")
    missing = [key for key in required.split() if key not in value]
    unknown = sorted(set(value) - set(required.split()) - set(optional.split()))
    prefix = "" if field == "record" else f"{field}."
    if missing:
        raise InvalidRecord(field=prefix + missing[0], reason="missing")
    if unknown:
        raise InvalidRecord(field=prefix + unknown[0], reason="unknown")
    return value


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidRecord(field=field, reason="not_a_text")
    return value


def _text_or_none(field: str, value: Any) -> str | None:
    return None if value is None else _text(field, value)


def _date_or_none(field: str, value: Any) -> date | None:
    return None if value is None else parse_date(field, value)


def _flag(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidRecord(field=field, reason="not_a_flag")
    return value
