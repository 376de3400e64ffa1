"""Importing measures: the kinds that exist, or which of them are in force because of which record. A file is taken whole, in
one transaction; what is wrong with a row is said with its column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db, require_transaction
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key, read_date
from workflow_app.records.import_files import fault, look_at
from workflow_app.records.measures import Measure, RecordMeasure

KINDS = ("code", "name", "implemented_by", "legal_type", "scope")
ON_RECORDS = ("document_number", "department_code", "subject_code", "measure_code", "in_force_since")
LEGAL_TYPES, SCOPES = ("statutory", "listed"), ("general", "serious", "list")
LONGEST = {"code": 10, "name": 100}
Row = Mapping[str, str]
Reach = Callable[[CreditRecord], bool]  # whether who imports may name a record; one beyond that is as good as unknown


@dataclass
class Answer:
    """What became of a file, in the form of the other imports."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    created: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, number: int, column: str, code: str) -> None:
        """Note why a row is not taken."""
        self.issues.append({"row": number, "field": column, "code": code, "treatment": "reject"})


Take = Callable[[int, Row, Answer, date], None]


def import_measures(path: Path, *, today: date) -> Answer:
    """Take a file of measures in, in the caller's transaction. Raises InvalidInput on `file` where it is neither of the two."""
    return _import(path, {frozenset(KINDS): _kind, frozenset(ON_RECORDS): _by(lambda _record: True)}, today=today)


def import_on_records(path: Path, *, reach: Reach, today: date, most: int) -> Answer:
    """Take a file of the measures on records in, in the caller's transaction. Raises InvalidInput on `file` where it is another
    one or has more than `most` rows."""
    return _import(path, {frozenset(ON_RECORDS): _by(reach)}, today=today, most=most)


def _import(path: Path, kinds: Mapping[frozenset[str], Take], *, today: date, most: int | None = None) -> Answer:
    require_transaction()
    facts = look_at(path)
    if facts.encoding is None:
        raise fault("measures_not_csv")
    if most is not None and facts.rows > most:
        raise fault("too_many_measures", most=most)
    with path.open(encoding=facts.encoding, newline="") as file:
        reader = csv.DictReader(file)
        columns = _header(reader)
        take = kinds.get(frozenset(columns))
        if take is None:
            raise fault("measures_header", names="、".join(ON_RECORDS))
        answer = Answer()
        try:
            for number, row in enumerate(reader, 2):
                _row(take, number, {key: (row.get(key) or "").strip() for key in columns}, answer, today)
        except csv.Error as error:
            raise fault("broken_csv") from error
    return answer


def _header(reader: csv.DictReader[str]) -> tuple[str, ...]:
    try:
        return tuple(reader.fieldnames or ())
    except csv.Error as error:
        raise fault("broken_csv") from error


def _row(take: Take, number: int, row: Row, answer: Answer, today: date) -> None:
    answer.rows += 1
    before = len(answer.issues)
    take(number, row, answer, today)
    refused = len(answer.issues) > before
    answer.rejected += refused
    answer.accepted += not refused


def _kind(number: int, row: Row, answer: Answer, _today: date) -> None:
    for column in KINDS:
        if not row[column]:
            return answer.refuse(number, column, "MISSING_MANDATORY")
        if len(row[column]) > LONGEST.get(column, 200):
            return answer.refuse(number, column, "TOO_LONG")
    for column, words in (("legal_type", LEGAL_TYPES), ("scope", SCOPES)):
        if row[column] not in words:
            return answer.refuse(number, column, "UNKNOWN_WORD")
    found = db.session.get(Measure, row["code"])
    if found is None:
        found = Measure(code=row["code"])
        db.session.add(found)
        answer.created += 1
    found.name, found.legal_type, found.scope = row["name"], row["legal_type"], row["scope"]
    found.implemented_by = [part.strip() for part in row["implemented_by"].split(";") if part.strip()]
    return None


def _by(reach: Reach) -> Take:
    return lambda number, row, answer, today: _on_record(number, row, answer, today, reach)


def _on_record(number: int, row: Row, answer: Answer, today: date, reach: Reach) -> None:
    for column in ON_RECORDS:
        if not row[column]:
            return answer.refuse(number, column, "MISSING_MANDATORY")
    since = read_date(row["in_force_since"]).day
    if since is None:
        return answer.refuse(number, "in_force_since", "DATE_UNPARSEABLE")
    if since > today:
        return answer.refuse(number, "in_force_since", "FUTURE_DATE")
    if db.session.get(Measure, row["measure_code"]) is None:
        return answer.refuse(number, "measure_code", "UNKNOWN_MEASURE")
    named = sa.select(CreditRecord).where(
        CreditRecord.document_key == document_key(row["document_number"]),
        CreditRecord.department_code == row["department_code"],
        CreditRecord.subject_code == row["subject_code"],
    )
    record = db.session.scalars(named.order_by(CreditRecord.id).limit(1)).first()
    if record is None or not reach(record):
        return answer.refuse(number, "document_number", "UNKNOWN_RECORD")
    mine = (RecordMeasure.record_id == record.id, RecordMeasure.measure_code == row["measure_code"])
    if db.session.scalar(sa.select(RecordMeasure.id).where(*mine)) is None:
        db.session.add(RecordMeasure(record_id=record.id, measure_code=row["measure_code"], in_force_since=since))
        answer.created += 1
    return None
