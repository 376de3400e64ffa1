"""From a judged row to the columns of a record: plain values for the staging table, and the record as it will stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from workflow_app.law.facts import AuthoritySystem, InfoType, Penalty, RecordFacts
from workflow_app.law.special_fields import special_field_of
from workflow_app.records.credit_record import MARKET_REGULATION
from workflow_app.records.import_amounts import kind_words, penalties
from workflow_app.records.import_cells import document_key
from workflow_app.records.import_content import CLASSES, PERFORMANCES, PROCEDURES
from workflow_app.records.import_rules import SUBJECT_TYPES, Judged
from workflow_app.records.lifecycle import FINAL, Status
from workflow_app.records.list_values import settle_entry
from workflow_app.records.publication import Publications, has_performed
from workflow_app.records.routing import Seat

DAYS = frozenset({"determination_date", "valid_until", "performed_on", "collected_on", "left_on"})
AMOUNTS = frozenset({"fine_yuan", "confiscation_yuan"})
Values = dict[str, Any]


def content_of(row: Judged) -> Values:
    """Return what a row says, by column of the record; amounts in yuan."""
    texts, days, yuan = row.texts, row.days, row.yuan
    return {
        "subject_name": texts["CF_XDR_MC"],
        "subject_type": SUBJECT_TYPES[texts["CF_XDR_LB"]],
        "subject_code": texts["CF_XDR_SHXYM"] or None,
        "legal_representative": texts["CF_FRDB"],
        "identity_digest": texts["CF_XDR_ZJHM"] or texts["CF_FR_ZJHM"] or None,
        "document_number": texts["CF_WSH"],
        "document_key": document_key(texts["CF_WSH"]),
        "department_name": texts["CF_CFJG"],
        "department_code": texts["CF_CFJGDM"],
        "source_name": texts["CF_SJLY"],
        "source_code": texts["CF_SJLYDM"],
        "determination_date": days["CF_JDRQ"],
        "procedure": PROCEDURES.get(texts["EXT_CXLX"], "ordinary"),
        "violation_type": texts["CF_WFXW"],
        "facts": texts["CF_SY"],
        "legal_basis": texts["CF_YJ"],
        "penalties": penalties(kind_words(texts["CF_CFLB"]), yuan["CF_NR_FK"], yuan["CF_NR_WFFF"], texts["CF_NR"]),
        "penalty_text": texts["CF_NR"],
        "fine_yuan": yuan["CF_NR_FK"],
        "confiscation_yuan": yuan["CF_NR_WFFF"],
        "permit": texts["CF_NR_ZKDX"],
        "valid_until": days["CF_YXQ"],
        "credit_class": CLASSES.get(texts["EXT_XYLB"]),
        "class_basis": texts["EXT_FLYJ"],
        "sector": texts["EXT_HYLY"],
        "fully_performed": PERFORMANCES.get(texts["EXT_LXZT"]),
        "performed_on": days["EXT_LXRQ"],
        "remark": texts["BZ"],
        "collected_on": days["EXT_GJRQ"],
        "flags": sorted({i.code for i in row.issues if i.treatment == "warn"}) or None,
    }


def packed(content: Values) -> str:
    """Return a content as text for the staging table: days in ISO form, amounts as text."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)


def unpacked(text: str) -> Values:
    """Return a content with its days and amounts as such."""
    content: Values = json.loads(text)
    for name in DAYS & content.keys():
        content[name] = date.fromisoformat(content[name]) if content[name] else None
    for name in AMOUNTS & content.keys():
        content[name] = Decimal(content[name]) if content[name] else None
    return content


class Settler:
    """Completes contents to records on one day: who answers, which class, public or not, until when."""

    def __init__(self, *, seats: Mapping[str, Seat], publications: Publications, today: date) -> None:
        self._seats, self._publications, self._today = seats, publications, today

    def settle(self, content: Values, batch_id: int) -> Values:
        """Return all columns of a new record. What has had its longest period and is performed is never put up again.

        Raises InvalidRecord where the law would not take the content for a record.
        """
        seat = self._seats.get(content["department_code"])
        sector = content["sector"] or (seat.sector if seat else "")
        field = special_field_of(sector=sector, violation=content["violation_type"], fine=content["fine_yuan"])
        special = field.value if field else None
        shown_on = self._shown_on(content, sector)
        found = self._publications.of(facts_of(content, sector=sector, special=special, shown_on=shown_on))
        performed = has_performed(fully_performed=content["fully_performed"], corrected=None)
        ended = found.ending.is_over(self._today) and (performed or found.ending.stops_unperformed)
        if not found.public:
            status = Status.NOT_PUBLISHED
        else:
            status = Status.EXPIRED if ended else Status.PUBLISHED
        return content | {
            "sector": sector,
            "special_field": special,
            "department_id": seat.answering_id if seat else None,
            "credit_class": found.credit_class,
            "class_basis": content["class_basis"] or found.class_basis,
            "status": status.value,
            "published": status is Status.PUBLISHED,
            "publication_date": shown_on if found.public else None,
            "stops_on": found.ending.last_on if found.public else None,
            "publication_found_necessary": False,
            "corrected": None,
            "on_serious_list": False,
            "list_basis": False,
            "source_in_force": True,
            "import_batch_id": batch_id,
            "record_type": InfoType.PENALTY.value,
            "row_version": 1,
        }

    def settle_entry(self, content: Values, batch_id: int) -> Values:
        """Return all columns of a new entry in a list. Raises InvalidRecord as `settle` does."""
        return settle_entry(content, batch_id, seats=self._seats, publications=self._publications)

    def _shown_on(self, content: Values, sector: str) -> date | None:
        """The day a record goes public: today where the file names none, except that market regulation showed it on its own
        site before, on a day that its periods run from and nobody has told."""
        shown_on: date | None = content["collected_on"]
        return shown_on if sector in MARKET_REGULATION else shown_on or self._today

    def is_overdue(self, record: Values) -> bool:
        """Tell whether a settled record is public beyond its longest period because nobody has performed."""
        stops_on: date | None = record["stops_on"]
        return record["status"] == Status.PUBLISHED.value and stops_on is not None and stops_on < self._today


def needs_class(record: Values) -> bool:
    """Tell whether a person must determine the class of a settled record: not of one that is off the page for good."""
    is_entry = record["record_type"] != InfoType.PENALTY
    open_class = record["credit_class"] is None and record["subject_type"] != "natural_person" and not is_entry
    return open_class and record["status"] not in FINAL


def facts_of(
    content: Values, *, sector: str = "", special: str | None = None, shown_on: date | None = None
) -> RecordFacts:
    """Return what the law would ask of a content. Raises InvalidRecord where it is no record at all."""
    market = sector in MARKET_REGULATION
    return RecordFacts(
        authority_code=content["department_code"],
        authority_system=AuthoritySystem.MARKET_REGULATION if market else AuthoritySystem.GENERAL,
        subject_type=content["subject_type"],
        determination_date=content["determination_date"],
        publication_date=shown_on,
        published=content["subject_type"] != "natural_person",
        procedure=content["procedure"],
        penalties=_penalties(content["penalties"]),
        credit_class=content["credit_class"],
        special_field=special,
        fully_performed=content["fully_performed"],
        performed_on=content["performed_on"],
        sector=sector or None,
    )


def _penalties(found: Sequence[Mapping[str, Any]]) -> tuple[Penalty, ...]:
    return tuple(
        Penalty(kind=p["kind"], amount_yuan=Decimal(str(p["amount_yuan"])) if "amount_yuan" in p else None)
        for p in found
    )
