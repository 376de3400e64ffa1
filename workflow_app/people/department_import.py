"""Importing departments and their succession from the registers that offices keep (.csv), told apart by their header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text, fold_code
from workflow_app.law.uscc import check
from workflow_app.people.departments import Department, Succession

NEEDED = ("name", "short_name", "organ_code", "sector", "level", "region_code", "region_name")
MAY_BE_EMPTY = ("city", "parent_code", "phone", "address", "reconsideration_body", "court")
COLUMNS = {"code", *NEEDED, *MAY_BE_EMPTY, "lead", "abolished_on"}
SUCCESSION = {"code", "kind", "effective_date", "successor_code"}
LEVELS = ("province", "city", "county")
KINDS = ("merged", "renamed", "abolished")
LENGTHS = {c.name: c.type.length or 0 for c in Department.__table__.columns if isinstance(c.type, sa.String)}
Cells = dict[str, str]


@dataclass
class ImportReport:
    """What became of the rows. An issue has row, field, code and treatment (reject, warn, normalise)."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)

    def issue(self, row: int, column: str, code: str, treatment: str) -> None:
        """Note what is wrong with a row, or what was put right in it."""
        self.issues.append({"row": row, "field": column, "code": code, "treatment": treatment})


def import_departments(path: Path, *, dry_run: bool = False) -> ImportReport:
    """Import departments or, by its header, a table of succession: all good rows in one transaction, none doubled.

    Raises InvalidInput on `file` for a file that is neither.
    """
    header, rows = read_table(path)
    report = ImportReport(rows=len(rows))
    if header >= SUCCESSION:
        load = _succession
    elif header >= COLUMNS:
        load = _departments
    else:
        raise InvalidInput({"file": label("file_error.columns")})
    with transaction():
        load(rows, report)
        if dry_run:
            db.session.rollback()
    return report


def read_table(path: Path) -> tuple[set[str], list[Mapping[str, str | None]]]:
    """Return header and rows of a .csv in UTF-8 or GB18030. Raises InvalidInput on `file` for anything else."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
            return {name.strip() for name in reader.fieldnames or ()}, list(reader)
        except csv.Error:
            break
    raise InvalidInput({"file": label("file_error.encoding")})


def _departments(rows: Iterable[Mapping[str, str | None]], report: ImportReport) -> None:
    known = {d.code: d for d in db.session.scalars(sa.select(Department))}
    codes = known.keys() | {fold_code(row.get("code") or "") for row in rows}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        cells = _cells(row, number, report)
        values = _values(cells, number, report)
        if values is None or cells["code"] in seen:
            if values is not None:
                report.issue(number, "code", "duplicate_row", "reject")
            report.rejected += 1
            continue
        if cells["parent_code"] and cells["parent_code"] not in codes:
            report.issue(number, "parent_code", "unknown_department", "warn")
        seen[cells["code"]] = number
        department = known.get(cells["code"])
        if department is None:
            department = known[cells["code"]] = Department(code=cells["code"])
            db.session.add(department)
        for name, value in values.items():
            if getattr(department, name) != value:
                setattr(department, name, value)
        report.accepted += 1


def _values(cells: Cells, number: int, report: ImportReport) -> dict[str, Any] | None:
    """Return the columns of a row, or None where it has to be rejected; every reason is noted."""
    before = sum(i["treatment"] == "reject" for i in report.issues)
    code = check(cells["code"])
    if not code.valid:
        report.issue(number, "code", str(code.reason), "reject")
    for name in NEEDED:
        if not cells[name]:
            report.issue(number, name, "missing", "reject")
    for name in (*NEEDED, *MAY_BE_EMPTY):
        if len(cells[name]) > LENGTHS[name]:
            report.issue(number, name, "too_long", "reject")
    if cells["level"] and cells["level"] not in LEVELS:
        report.issue(number, "level", "unknown_value", "reject")
    if cells["lead"].lower() not in ("true", "false", ""):
        report.issue(number, "lead", "unknown_value", "reject")
    abolished_on = _day(cells["abolished_on"], "abolished_on", number, report)
    if sum(i["treatment"] == "reject" for i in report.issues) > before:
        return None
    texts: dict[str, Any] = {name: cells[name] for name in (*NEEDED, *MAY_BE_EMPTY)}
    return texts | {"lead": cells["lead"].lower() == "true", "abolished_on": abolished_on}


def _succession(rows: Iterable[Mapping[str, str | None]], report: ImportReport) -> None:
    known = {d.code: d for d in db.session.scalars(sa.select(Department))}
    there = {(s.code, s.effective_on): s for s in db.session.scalars(sa.select(Succession))}
    for number, row in enumerate(rows, 2):
        cells = _cells(row, number, report)
        day = _day(cells["effective_date"], "effective_date", number, report)
        code, heir = cells["code"], cells["successor_code"]
        wrong = [c for c, value in (("code", code), ("successor_code", heir)) if value and value not in known]
        for column in wrong:
            report.issue(number, column, "unknown_department", "reject")
        if cells["kind"] not in KINDS:
            report.issue(number, "kind", "unknown_value", "reject")
        if not code or (not heir and cells["kind"] != "abolished"):
            report.issue(number, "successor_code" if code else "code", "missing", "reject")
        if day is None or any(i["row"] == number and i["treatment"] == "reject" for i in report.issues):
            report.rejected += 1
            continue
        entry = there.get((code, day))
        if entry is None:
            entry = there[(code, day)] = Succession(code=code, effective_on=day, kind=cells["kind"])
            db.session.add(entry)
        entry.kind, entry.successor_code = cells["kind"], heir or None
        if known[code].abolished_on is None:
            known[code].abolished_on = day
        report.accepted += 1


def _cells(row: Mapping[str, str | None], number: int, report: ImportReport) -> Cells:
    """Return the cells of a row without what cannot be seen; a removal is noted."""
    cells = dict.fromkeys(COLUMNS | SUCCESSION, "")
    for key, value in row.items():
        name, text = (key or "").strip(), value if isinstance(value, str) else ""
        if name not in cells:
            continue
        try:
            cells[name] = clean_text(text)
        except ValueError:
            cells[name] = clean_text("".join(c for c in text if c.isprintable()))
            report.issue(number, name, "invisible_characters", "normalise")
    for name in ("code", "parent_code", "successor_code"):
        cells[name] = fold_code(cells[name])
    return cells


def _day(text: str, column: str, number: int, report: ImportReport) -> date | None:
    if not text:
        if column == "effective_date":
            report.issue(number, column, "missing", "reject")
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        report.issue(number, column, "not_a_date", "reject")
        return None
