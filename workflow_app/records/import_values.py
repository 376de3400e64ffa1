"""From a row in standard form to the columns of a record. Identity numbers are kept as digests, never in clear."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workflow_app.law.calendars import Calendar
from workflow_app.law.eligibility import assess
from workflow_app.law.facts import InvalidRecord
from workflow_app.records.credit_record import CreditRecord, facts_of
from workflow_app.records.import_cells import document_key
from workflow_app.records.import_rules import CLASSES, LONG_TERM, PROCEDURES, SUBJECT_TYPES, penalties_of
from workflow_app.records.lifecycle import Status

PERFORMED = {"已履行": True, "未履行": False, "部分履行": False, "分期履行中": False}
NEVER_PUBLIC = ("minor",)


def record_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a record as plain JSON values, from the cleaned cells of an accepted row."""
    identity = str(values["CF_XDR_ZJHM"] or "")
    return {
        "subject_name": values["CF_XDR_MC"],
        "subject_type": SUBJECT_TYPES[values["CF_XDR_LB"]],
        "subject_code": values["CF_XDR_SHXYM"] or None,
        "legal_representative": values["CF_FRDB"],
        "identity_digest": hashlib.sha256(f"identity:{identity}".encode()).hexdigest() if identity else None,
        "document_number": values["CF_WSH"],
        "document_key": document_key(values["CF_WSH"]),
        "department_name": values["CF_CFJG"],
        "department_code": values["CF_CFJGDM"],
        "source_name": values["CF_SJLY"],
        "source_code": values["CF_SJLYDM"],
        "determination_date": _iso(values["CF_JDRQ"]),
        "procedure": PROCEDURES.get(values["EXT_CXLX"], "ordinary"),
        "violation_type": values["CF_WFXW"],
        "facts": values["CF_SY"],
        "legal_basis": values["CF_YJ"],
        "penalties": penalties_of(values),
        "penalty_text": values["CF_NR"],
        "fine_yuan": _number(values["CF_NR_FK"]),
        "confiscation_yuan": _number(values["CF_NR_WFFF"]),
        "permit": values["CF_NR_ZKDX"],
        "valid_until": _iso(None if values["CF_YXQ"] == LONG_TERM else values["CF_YXQ"]),
        "credit_class": CLASSES.get(values["EXT_XYLB"]),
        "class_basis": values["EXT_FLYJ"],
        "sector": values["EXT_HYLY"][:20],
        "fully_performed": PERFORMED.get(values["EXT_LXZT"]),
        "performed_on": _iso(values["EXT_LXRQ"]),
        "remark": values["BZ"],
        "collected_on": _iso(values["EXT_GJRQ"]),
    }


def new_record(
    values: Mapping[str, Any], departments: Mapping[str, int], batch_id: int, today: date, calendar: Calendar
) -> dict[str, Any]:
    """Return the columns of a draft record, with what the law says of its publication on a day."""
    row = dict(values)
    for name in ("determination_date", "valid_until", "performed_on", "collected_on"):
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    for name in ("fine_yuan", "confiscation_yuan"):
        row[name] = Decimal(row[name]) if row[name] else None
    public = _is_public(row)
    row |= {
        "department_id": departments.get(row["department_code"]),
        "published": public,
        "publication_date": (row["collected_on"] or today) if public else None,
        "publication_found_necessary": False,
        "special_field": None,
        "corrected": row["fully_performed"],
        "on_serious_list": False,
        "list_basis": False,
        "source_in_force": True,
        "status": Status.DRAFT.value,
        "import_batch_id": batch_id,
        "row_version": 1,
        "repair_case_no": None,
    }
    row["stops_on"] = _stop(row, today, calendar)
    if row["stops_on"] and row["stops_on"] < today and row["fully_performed"]:
        row["published"] = False
    return row


def _is_public(row: Mapping[str, Any]) -> bool:
    """Natural persons, summary procedures and minor records are not published (rulebook §1.2, §1.3, §11)."""
    minor = row["credit_class"] in NEVER_PUBLIC or {p["kind"] for p in row["penalties"]} <= {
        "warning",
        "public_criticism",
    }
    return row["subject_type"] != "natural_person" and row["procedure"] != "summary" and not minor


def _stop(row: Mapping[str, Any], today: date, calendar: Calendar) -> date | None:
    """The last day of publication for who has performed, as the law has it today; None while it hangs on the class."""
    try:
        return assess(facts_of(CreditRecord(**row)), on=today, calendar=calendar).automatic_stop_on
    except InvalidRecord:
        return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(amount: Decimal | None) -> str | None:
    return str(amount) if amount is not None else None
