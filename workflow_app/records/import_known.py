"""Comparing rows with records that are already there: new, the same, the same with a newer performance, or different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_columns import title_of
from workflow_app.records.import_issues import Issue, Treatment, issue

Values = Mapping[str, Any]
# what may not differ, with the column of the file that says it
COMPARED: Mapping[str, str] = {
    "subject_name": "CF_XDR_MC", "subject_type": "CF_XDR_LB", "determination_date": "CF_JDRQ", "procedure": "EXT_CXLX",
    "violation_type": "CF_WFXW", "facts": "CF_SY", "legal_basis": "CF_YJ", "penalty_text": "CF_NR",
    "fine_yuan": "CF_NR_FK", "confiscation_yuan": "CF_NR_WFFF", "permit": "CF_NR_ZKDX", "valid_until": "CF_YXQ",
}  # fmt: skip
NAMED = 4  # differing columns that a message names
PERFORMANCE = ("fully_performed", "performed_on")
READ = (
    "id",
    "department_code",
    "source_code",
    "document_key",
    "subject_code",
    "identity_digest",
    *COMPARED,
    *PERFORMANCE,
)


class Found(StrEnum):
    """What a row is to the records that are there."""

    NEW = "new"
    SAME = "unchanged"
    PERFORMED = "update"
    DIFFERENT = "differs"
    FOREIGN = "foreign"  # another department's: neither changed nor compared


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The answer for one row: the record it is about and the headers of what differs."""

    found: Found
    record_id: int | None = None
    names: tuple[str, ...] = ()


def compare(contents: Sequence[Values], *, allowed: frozenset[str] | None) -> list[Comparison]:
    """Return for each content what it is to the records that are there, those of unfinished imports included.

    `allowed` are the codes of the departments whose records may be compared, None for all: what a file says of itself
    opens no other department's record.
    """
    known = _known({(c["department_code"], c["document_key"]) for c in contents})
    return [
        _compare(content, known.get((content["department_code"], content["document_key"]), ()), allowed)
        for content in contents
    ]


def difference(document_number: str, answer: Comparison) -> Issue:
    """Return that a row is refused because its record is there in another form."""
    names, count = "、".join(answer.names[:NAMED]), len(answer.names)
    return issue("CF_WSH", "RECORD_DIFFERS", Treatment.REJECT, value=document_number, names=names, count=count)


def _known(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Values]]:
    table = CreditRecord.__table__.c
    found: dict[tuple[str, str], list[Values]] = {}
    decisions = sa.tuple_(table.department_code, table.document_key).in_(sorted(keys))
    for row in db.session.connection().execute(sa.select(*(table[name] for name in READ)).where(decisions)).mappings():
        found.setdefault((row["department_code"], row["document_key"]), []).append(dict(row))
    return found


def _compare(content: Values, records: Sequence[Values], allowed: frozenset[str] | None) -> Comparison:
    mine = next((record for record in records if _same_subject(content, record)), None)
    if mine is None:
        return Comparison(found=Found.NEW)
    if allowed is not None and not {mine["department_code"], mine["source_code"]} & allowed:
        return Comparison(found=Found.FOREIGN)
    names = tuple(title_of(column) for name, column in COMPARED.items() if content[name] != mine[name])
    if names:
        return Comparison(found=Found.DIFFERENT, record_id=mine["id"], names=names)
    newer = content["fully_performed"] is not None and any(content[name] != mine[name] for name in PERFORMANCE)
    if newer and not (mine["fully_performed"] and not content["fully_performed"]):
        return Comparison(found=Found.PERFORMED, record_id=mine["id"])
    return Comparison(found=Found.SAME, record_id=mine["id"])


def _same_subject(content: Values, record: Values) -> bool:
    """Subjects are told apart by code; people by the digest of their number, by name only where there is none."""
    if content["subject_code"] or record["subject_code"]:
        return bool(content["subject_code"] == record["subject_code"])
    if content["identity_digest"] and record["identity_digest"]:
        return bool(content["identity_digest"] == record["identity_digest"])
    return bool(content["subject_name"] == record["subject_name"])
