"""Importing departments and their succession from the registers that offices keep (.csv); told apart by their header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.law.uscc import check
from workflow_app.people.departments import Department, Succession

COLUMNS = ("short_name", "organ_code", "sector", "level", "region_code", "region_name", "city", "parent_code")
OPTIONAL = ("phone", "address", "reconsideration_body", "court")
SUCCESSION = {"code", "kind", "effective_date", "successor_code"}


@dataclass
class ImportReport:
    """What became of the rows. An issue has row, field, code and treatment."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)

    def issue(self, row: int, column: str, code: str, treatment: str) -> None:
        """Note what is wrong with a row."""
        self.issues.append({"row": row, "field": column, "code": code, "treatment": treatment})


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a .csv in UTF-8 or GB18030. Raises InvalidInput on `file` for anything else."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.DictReader(io.StringIO(raw.decode(encoding))))
        except UnicodeDecodeError:
            continue
    raise InvalidInput({"file": label("file_error.encoding")})


def import_departments(path: Path, *, dry_run: bool = False) -> ImportReport:
    """Import departments or, by its header, a table of succession; existing rows are brought up to date, none doubled."""
    rows = read_table(path)
    report = ImportReport(rows=len(rows))
    succession = bool(rows) and set(rows[0]) >= SUCCESSION
    if rows and not succession and not set(rows[0]) >= {"name", "code", *COLUMNS}:
        raise InvalidInput({"file": label("file_error.columns")})
    with transaction():
        (_succession if succession else _departments)(rows, report)
        if dry_run:
            db.session.rollback()
    return report


def _departments(rows: Iterable[dict[str, str]], report: ImportReport) -> None:
    known = {d.code: d for d in db.session.scalars(sa.select(Department))}
    organs: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        cells = {k: (v or "").strip() for k, v in row.items() if k}
        code = check(cells["code"])
        if not code.valid or not cells["name"]:
            report.issue(
                number, "code" if cells["name"] else "name", code.reason if cells["name"] else "missing", "reject"
            )
            report.rejected += 1
            continue
        if organs.setdefault(cells["organ_code"], cells["code"]) != cells["code"]:
            report.issue(number, "organ_code", "organ_code_shared", "warn")
        values = {name: cells.get(name, "") for name in (*COLUMNS, *OPTIONAL)} | {
            "name": cells["name"],
            "lead": cells.get("lead") == "true",
            "abolished_on": date.fromisoformat(cells["abolished_on"]) if cells.get("abolished_on") else None,
        }
        department = known.get(cells["code"])
        if department is None:
            department = known[cells["code"]] = Department(code=cells["code"])
            db.session.add(department)
        for name, value in values.items():
            setattr(department, name, value)
        report.accepted += 1


def _succession(rows: Iterable[dict[str, str]], report: ImportReport) -> None:
    codes = set(db.session.scalars(sa.select(Department.code)))
    for number, row in enumerate(rows, 2):
        cells = {k: (v or "").strip() for k, v in row.items() if k}
        missing = [c for c in (cells["code"], cells["successor_code"]) if c and c not in codes]
        if missing:
            report.issue(number, "code", "unknown_department", "reject")
            report.rejected += 1
            continue
        day = date.fromisoformat(cells["effective_date"])
        there = sa.select(Succession).where(Succession.code == cells["code"], Succession.effective_on == day)
        entry = db.session.scalar(there)
        if entry is None:
            entry = Succession(code=cells["code"], effective_on=day, kind=cells["kind"])
            db.session.add(entry)
        entry.kind, entry.successor_code = cells["kind"], cells["successor_code"] or None
        report.accepted += 1
