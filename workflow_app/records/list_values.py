"""From a judged row of a list file to the columns of a record: an entry stands in its list until it is taken out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow_app.law.facts import AuthoritySystem, InfoType, RecordFacts
from workflow_app.records.credit_record import MARKET_REGULATION
from workflow_app.records.import_cells import document_key
from workflow_app.records.import_rules import SUBJECT_TYPES, Judged
from workflow_app.records.lifecycle import Status
from workflow_app.records.list_rules import LIST_TYPES
from workflow_app.records.publication import Publications
from workflow_app.records.routing import Seat

Values = dict[str, Any]


def entry_content(row: Judged) -> Values:
    """Return what a row says, by column of the record."""
    texts = row.texts
    cause = texts["CF_WSH"]
    return {
        "record_type": LIST_TYPES[texts["MD_LX"]],
        "list_name": texts["MD_MC"],
        "subject_name": texts["XDR_MC"],
        "subject_type": SUBJECT_TYPES[texts["XDR_LB"]],
        "subject_code": texts["XDR_SHXYM"],
        "identity_digest": None,
        "document_number": texts["LR_WSH"],
        "document_key": document_key(texts["LR_WSH"]),
        "department_name": texts["RDJG"],
        "department_code": texts["RDJGDM"],
        "source_name": texts["RDJG"],
        "source_code": texts["RDJGDM"],
        "determination_date": row.days["LR_RQ"],
        "violation_type": texts["MD_MC"],
        "facts": texts["LR_SY"],
        "legal_basis": texts["LR_YJ"],
        "cause_number": cause,
        "cause_key": document_key(cause) if cause else None,
        "cause_department_code": texts["CF_CFJGDM"] or None,
        "left_on": row.days["YC_RQ"],
        "left_reason": texts["YC_SY"],
        "flags": sorted({i.code for i in row.issues if i.treatment == "warn"}) or None,
    }


def settle_entry(content: Values, batch_id: int, *, seats: Mapping[str, Seat], publications: Publications) -> Values:
    """Return all columns of a new entry. Its class and its longest period are those of the law for its list; one that has been
    left is there for the history of its subject and is never public."""
    seat = seats.get(content["department_code"])
    sector = seat.sector if seat else ""
    serious = content["record_type"] == InfoType.SERIOUS_LIST
    found = publications.of(_facts_of(content, sector))
    status = Status.DELISTED if content["left_on"] else Status.PUBLISHED
    return content | {
        "sector": sector,
        "department_id": seat.answering_id if seat else None,
        "procedure": "ordinary",
        "penalties": [],
        "penalty_text": "",
        "credit_class": found.credit_class if serious else None,
        "class_basis": found.class_basis if serious else "",
        "status": status.value,
        "published": status is Status.PUBLISHED,
        "publication_date": None,
        "stops_on": found.ending.last_on if serious else None,
        "publication_found_necessary": False,
        "fully_performed": None,
        "performed_on": None,
        "corrected": None,
        "on_serious_list": False,
        "list_basis": False,
        "source_in_force": True,
        "import_batch_id": batch_id,
        "row_version": 1,
    }


def _facts_of(content: Values, sector: str) -> RecordFacts:
    market = sector in MARKET_REGULATION
    listed_on: date = content["determination_date"]
    return RecordFacts(
        info_type=content["record_type"],
        authority_code=content["department_code"],
        authority_system=AuthoritySystem.MARKET_REGULATION if market else AuthoritySystem.GENERAL,
        subject_type=content["subject_type"],
        determination_date=listed_on,
        published=True,
        procedure="ordinary",
        penalties=(),
        sector=sector or None,
    )
