"""Comparing rows with records that are already there: new, the same, the same with a newer performance, or different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_column_set import Columns
from workflow_app.records.import_columns import PENALTY_COLUMNS
from workflow_app.records.import_issues import Issue, Treatment, issue
from workflow_app.records.list_columns import LIST_COLUMNS

Values = Mapping[str, Any]
# what may not differ, with the column of the file that says it
COMPARED: Mapping[str, str] = {
    "subject_name": "CF_XDR_MC", "subject_type": "CF_XDR_LB", "determination_date": "CF_JDRQ", "procedure": "EXT_CXLX",
    "violation_type": "CF_WFXW", "facts": "CF_SY", "legal_basis": "CF_YJ", "penalty_text": "CF_NR",
    "fine_yuan": "CF_NR_FK", "confiscation_yuan": "CF_NR_WFFF", "permit": "CF_NR_ZKDX", "valid_until": "CF_YXQ",
}  # fmt: skip
COMPARED_ENTRY: Mapping[str, str] = {
    "record_type": "MD_LX", "list_name": "MD_MC", "subject_name": "XDR_MC", "subject_type": "XDR_LB",
    "determination_date": "LR_RQ", "facts": "LR_SY", "legal_basis": "LR_YJ", "cause_key": "CF_WSH",
    "cause_department_code": "CF_CFJGDM",
}  # fmt: skip
NAMED = 4  # differing columns that a message names
PERFORMANCE = ("fully_performed", "performed_on")
LEAVING = ("left_on",)
PENALTY, ENTRIES = ("penalty",), ("serious_list", "abnormal_list")
READ = ("id", "department_code", "source_code", "document_key", "subject_code", "identity_digest")


class Found(StrEnum):
    """What a row is to the records that are there."""

    NEW = "new"
    SAME = "unchanged"
    PERFORMED = "update"  # the same in a newer state: performed, or no longer in its list
    DIFFERENT = "differs"
    FOREIGN = "foreign"  # another department's: neither changed nor compared


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The answer for one row: the record it is about and the headers of what differs."""

    found: Found
    record_id: int | None = None
    names: tuple[str, ...] = ()


def _is_performed_since(content: Values, mine: Values) -> bool:
    newer = content["fully_performed"] is not None and any(content[name] != mine[name] for name in PERFORMANCE)
    return newer and not (mine["fully_performed"] and not content["fully_performed"])


def _has_left_since(content: Values, mine: Values) -> bool:
    return content["left_on"] is not None and mine["left_on"] is None


@dataclass(frozen=True, kw_only=True)
class Comparing:
    """How the rows of a kind of file are compared: with records of which types, by what, and when they are newer."""

    types: tuple[str, ...]
    columns: Columns
    document: str
    compared: Mapping[str, str]
    state: tuple[str, ...]
    is_newer: Callable[[Values, Values], bool]


PENALTIES_COMPARED = Comparing(
    types=PENALTY,
    columns=PENALTY_COLUMNS,
    document="CF_WSH",
    compared=COMPARED,
    state=PERFORMANCE,
    is_newer=_is_performed_since,
)
ENTRIES_COMPARED = Comparing(
    types=ENTRIES,
    columns=LIST_COLUMNS,
    document="LR_WSH",
    compared=COMPARED_ENTRY,
    state=LEAVING,
    is_newer=_has_left_since,
)


def compare(
    contents: Sequence[Values], *, allowed: frozenset[str] | None, comparing: Comparing = PENALTIES_COMPARED
) -> list[Comparison]:
    """Return for each content what it is to the records that are there, those of unfinished imports included.

    `allowed` are the codes of the departments whose records may be compared, None for all: what a file says of itself
    opens no other department's record.
    """
    known = _known({(c["department_code"], c["document_key"]) for c in contents}, comparing)
    return [
        _compare(content, known.get((content["department_code"], content["document_key"]), ()), allowed, comparing)
        for content in contents
    ]


def difference(document_number: str, answer: Comparison, comparing: Comparing = PENALTIES_COMPARED) -> Issue:
    """Return that a row is refused because its record is there in another form."""
    names, count = "、".join(answer.names[:NAMED]), len(answer.names)
    return issue(
        comparing.document, "RECORD_DIFFERS", Treatment.REJECT, value=document_number, names=names, count=count
    )


def _known(keys: Iterable[tuple[str, str]], comparing: Comparing) -> dict[tuple[str, str], list[Values]]:
    table = CreditRecord.__table__.c
    found: dict[tuple[str, str], list[Values]] = {}
    decisions = sa.tuple_(table.department_code, table.document_key).in_(sorted(keys))
    read = dict.fromkeys((*READ, *comparing.compared, *comparing.state))
    query = sa.select(*(table[name] for name in read)).where(decisions, table.record_type.in_(comparing.types))
    for row in db.session.connection().execute(query).mappings():
        found.setdefault((row["department_code"], row["document_key"]), []).append(dict(row))
    return found


def _compare(
    content: Values, records: Sequence[Values], allowed: frozenset[str] | None, comparing: Comparing
) -> Comparison:
    mine = next((record for record in records if _same_subject(content, record)), None)
    if mine is None:
        return Comparison(found=Found.NEW)
    if allowed is not None and not {mine["department_code"], mine["source_code"]} & allowed:
        return Comparison(found=Found.FOREIGN)
    title = comparing.columns.title_of
    names = tuple(title(column) for name, column in comparing.compared.items() if content[name] != mine[name])
    if names:
        return Comparison(found=Found.DIFFERENT, record_id=mine["id"], names=names)
    if comparing.is_newer(content, mine):
        return Comparison(found=Found.PERFORMED, record_id=mine["id"])
    return Comparison(found=Found.SAME, record_id=mine["id"])


def _same_subject(content: Values, record: Values) -> bool:
    """Subjects are told apart by code; people by the digest of their number, by name only where there is none."""
    if content["subject_code"] or record["subject_code"]:
        return bool(content["subject_code"] == record["subject_code"])
    if content["identity_digest"] and record["identity_digest"]:
        return bool(content["identity_digest"] == record["identity_digest"])
    return bool(content["subject_name"] == record["subject_name"])
