"""Importing measures: the kinds that exist, or which of them are in force because of which record. A file is read whole before
any transaction and taken in slices; what is wrong with a row is said with its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, forbid_transaction, require_transaction
from workflow_app.people.accounts import Actor
from workflow_app.records import history
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key, read_date
from workflow_app.records.import_files import csv_rows, fault, look_at
from workflow_app.records.lifecycle import FINAL
from workflow_app.records.measures import Measure, RecordMeasure

KINDS = ("code", "name", "implemented_by", "legal_type", "scope")
ON_RECORDS = ("document_number", "department_code", "subject_code", "measure_code", "in_force_since")
LEGAL_TYPES, SCOPES = ("statutory", "listed"), ("general", "serious", "list")
LONGEST = {"code": 10, "name": 100}
SLICE = 300  # rows of one transaction
Row = Mapping[str, str]
Numbered = tuple[int, Row]
Key = tuple[str, str, str]  # document key, department, subject
Reach = Callable[[CreditRecord], bool]  # whether who imports may name a record; one beyond that is as good as unknown


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file as it was read: which of the two it is, by its columns, and its rows with their numbers."""

    columns: tuple[str, ...]
    digest: str
    rows: Sequence[Numbered]

    def slices(self) -> Iterator[Sequence[Numbered]]:
        """Yield the rows in slices of one transaction each; of a file without rows one that is empty."""
        for at in range(0, max(1, len(self.rows)), SLICE):
            yield self.rows[at : at + SLICE]


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

    def add(self, part: Answer) -> None:
        """Count what became of one more slice."""
        self.rows, self.accepted, self.rejected = (
            self.rows + part.rows, self.accepted + part.accepted, self.rejected + part.rejected,
        )  # fmt: skip
        self.created += part.created
        self.issues += part.issues


def read_sheet(path: Path, *, kinds: Sequence[tuple[str, ...]] = (KINDS, ON_RECORDS), most: int | None = None) -> Sheet:
    """Return a file as it stands, outside any transaction. Raises InvalidInput on `file` where it is none of the kinds, cannot
    be read or has more than `most` rows."""
    forbid_transaction()
    facts = look_at(path)
    if facts.encoding is None:
        raise fault("measures_not_csv")
    found = csv_rows(path, facts.encoding)
    names = tuple(str(cell) for cell in next(found, (0, ()))[1])
    columns = next((kind for kind in kinds if sorted(kind) == sorted(names)), None)
    if columns is None:
        raise fault("measures_header", names="、".join(ON_RECORDS))
    rows: list[Numbered] = []
    for number, cells in found:
        if not any(cells):
            continue
        if most is not None and len(rows) >= most:
            raise fault("too_many_measures", most=most)
        texts = [str(cell or "").strip() for cell in cells] + [""] * len(names)
        rows.append((number, dict(zip(names, texts, strict=False))))
    return Sheet(columns=columns, digest=facts.digest, rows=rows)


def import_measures(sheet: Sheet, *, actor: Actor, now: datetime) -> Answer:
    """Take a whole file in, in the caller's transaction, of any record."""
    answer = Answer()
    for rows in sheet.slices():
        answer.add(take_kinds(rows) if sheet.columns == KINDS else take_on_records(rows, actor=actor, now=now))
    return answer


def take_kinds(rows: Sequence[Numbered]) -> Answer:
    """Take rows that say which measures exist."""
    require_transaction()
    answer, known = Answer(), {m.code: m for m in db.session.scalars(sa.select(Measure))}
    for number, row in rows:
        wrong = _wrong_kind(row)
        if _counted(answer, number, wrong):
            continue
        found = known.get(row["code"])
        if found is None:
            found = known[row["code"]] = Measure(code=row["code"])
            db.session.add(found)
            answer.created += 1
        found.name, found.legal_type, found.scope = row["name"], row["legal_type"], row["scope"]
        found.implemented_by = [part.strip() for part in row["implemented_by"].split(";") if part.strip()]
    db.session.flush()
    return answer


def take_on_records(
    rows: Sequence[Numbered], *, actor: Actor, now: datetime, reach: Reach = lambda _record: True
) -> Answer:
    """Take rows that say which measures are in force because of which record; what is new stands in the record's history."""
    require_transaction()
    answer, today = Answer(), legal_day(now)
    names = {code: name for code, name in db.session.execute(sa.select(Measure.code, Measure.name))}  # noqa: C416
    records = _records_of([row for _number, row in rows])
    noted = _noted_on(records.values())
    for number, row in rows:
        record = records.get(_key(row))
        wrong = _wrong_row(row, names, today) or _wrong_record(record, reach)
        if _counted(answer, number, wrong) or record is None or (record.id, row["measure_code"]) in noted:
            continue
        since = read_date(row["in_force_since"]).day
        noted.add((record.id, row["measure_code"]))
        db.session.add(RecordMeasure(record_id=record.id, measure_code=row["measure_code"], in_force_since=since))
        facts = {"measure": names[row["measure_code"]], "since": str(since)}
        history.write(
            record, "measure_noted", before=record.status, actor=actor, now=now, basis=facts["measure"], facts=facts
        )
        answer.created += 1
    db.session.flush()
    return answer


def _counted(answer: Answer, number: int, wrong: tuple[str, str] | None) -> bool:
    """Count a row; return whether it is refused."""
    answer.rows += 1
    if wrong is None:
        answer.accepted += 1
        return False
    answer.rejected += 1
    answer.refuse(number, *wrong)
    return True


def _wrong_kind(row: Row) -> tuple[str, str] | None:
    for column in KINDS:
        if not row[column]:
            return column, "MISSING_MANDATORY"
        if len(row[column]) > LONGEST.get(column, 200):
            return column, "TOO_LONG"
    for column, words in (("legal_type", LEGAL_TYPES), ("scope", SCOPES)):
        if row[column] not in words:
            return column, "UNKNOWN_WORD"
    return None


def _wrong_row(row: Row, names: Mapping[str, str], today: date) -> tuple[str, str] | None:
    for column in ON_RECORDS:
        if not row[column]:
            return column, "MISSING_MANDATORY"
    since = read_date(row["in_force_since"]).day
    if since is None:
        return "in_force_since", "DATE_UNPARSEABLE"
    if since > today:
        return "in_force_since", "FUTURE_DATE"
    return None if row["measure_code"] in names else ("measure_code", "UNKNOWN_MEASURE")


def _wrong_record(record: CreditRecord | None, reach: Reach) -> tuple[str, str] | None:
    if record is None or not reach(record):
        return "document_number", "UNKNOWN_RECORD"
    return ("document_number", "RECORD_ENDED") if record.status in FINAL else None


def _key(row: Row) -> Key:
    return document_key(row["document_number"]), row["department_code"], row["subject_code"]


def _records_of(rows: Sequence[Row]) -> dict[Key, CreditRecord]:
    """Return the records that rows name, the earliest of each key, locked in the order of their ids."""
    keys = {_key(row) for row in rows}
    named = sa.select(CreditRecord).where(
        CreditRecord.document_key.in_({key[0] for key in keys}),
        CreditRecord.subject_code.in_({key[2] for key in keys}),
    )
    locked = named.order_by(CreditRecord.id).with_for_update(key_share=True, of=CreditRecord)
    found: dict[Key, CreditRecord] = {}
    for record in db.session.scalars(locked.execution_options(populate_existing=True)).unique():
        key = (record.document_key, record.department_code, record.subject_code)
        if key in keys:
            found.setdefault(key, record)
    return found


def _noted_on(records: Any) -> set[tuple[int, str]]:
    ids = [record.id for record in records]
    query = sa.select(RecordMeasure.record_id, RecordMeasure.measure_code).where(RecordMeasure.record_id.in_(ids))
    return {(record_id, code) for record_id, code in db.session.execute(query)}
