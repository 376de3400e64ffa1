"""Everything that explains how a case or a record came to where it is, as one document of plain values: for whoever has to
answer for it away from the pages. What pages mask is masked here too (`records.masking`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.appointments import Appointment, Part
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.decisions import Decision
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import TimelineEntry, timeline_of
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import has_label, label
from workflow_app.letters.letter import Letter
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.masking import masked
from workflow_app.records.record_tasks import RecordTask
from workflow_app.records.repair_bar import RepairBar
from workflow_app.records.write_back import WriteBack, attempts_of

Document = dict[str, Any]
SECRET = {"identity_digest", "verify_code", "template_digest", "file_digest", "digest"}
ROWS = {"row_version"}


def case_history(case: Case) -> Document:
    """Return a case with its timeline, tasks, clocks, decisions, papers, letters, orders and slips, each the oldest first."""
    return dict(_plain(_case(case)))


def record_history(record: CreditRecord) -> Document:
    """Return a record with its events, tasks and bars, and every case on it with all that explains it."""
    cases = db.session.scalars(sa.select(Case).where(Case.record_id == record.id).order_by(Case.id)).unique()
    found = {
        "record": _columns(record),
        "status": label(f"record_status.{record.status}"),
        "events": [_columns(row) | {"words": _words("record_history", row.what)} for row in history_of(record.id)],
        "tasks": _rows(RecordTask, RecordTask.record_id == record.id),
        "bars": _rows(RepairBar, RepairBar.subject_code == record.subject_code) if record.subject_code else [],
        "cases": [_case(case) for case in cases],
    }
    return dict(_plain(found))


def _case(case: Case) -> Document:
    kind = kind_of(case.kind)
    return {
        "case": _columns(case),
        "kind": kind.title,
        "stands": label(f"outcome.{case.outcome}") if case.outcome else kind.stage_label(case.stage),
        "timeline": [_told(entry) for entry in reversed(timeline_of(case.id))],
        "tasks": [_columns(t) | {"words": kind.step_label(t.step)} for t in _of(CaseTask, case)],
        "deadlines": [_clock(deadline) for deadline in _of(Deadline, case)],
        "decisions": [_columns(row) for row in _of(Decision, case)],
        "evidence": [_columns(row) for row in _of(Evidence, case)],
        "letters": [_columns(row, without={"context"}) for row in _of(Letter, case)],
        "write_backs": [_order(row) for row in _of(WriteBack, case)],
        "appointments": [_meeting(row) for row in _of(Appointment, case)],
        "slips": [_columns(row) for row in _of(UrgeSlip, case)],
    }


def _told(entry: TimelineEntry) -> Document:
    return _columns(entry) | {"words": _words("timeline", entry.key, entry.facts)}


def _clock(deadline: Deadline) -> Document:
    """A clock with its stops and extensions, and of its ledger the sum: days counted and left out, and the rules."""
    lines = deadline.ledger.get("lines", [])
    summary = {
        "start": deadline.ledger.get("start"),
        "due": deadline.ledger.get("due"),
        "counted": sum(1 for line in lines if line["counted"]),
        "not_counted": sum(1 for line in lines if not line["counted"]),
        "left_out": [{"day": line["day"], "until": line["until"], "why": line["why"]} for line in lines
                     if not line["counted"]],
        "rules": deadline.ledger.get("rules", []),
    }  # fmt: skip
    return _columns(deadline, without={"ledger"}) | {
        "words": label(f"clock.{deadline.key}"),
        "ledger": summary,
        "suspensions": [_columns(stop) for stop in deadline.suspensions],
        "extensions": [_columns(extension) for extension in deadline.extensions],
    }


def _meeting(row: Appointment) -> Document:
    """A meeting with the names of those who take part."""
    return _columns(row) | {str(part): row.names(part) for part in Part}


def _order(row: WriteBack) -> Document:
    return _columns(row) | {"attempts_made": [_columns(attempt) for attempt in attempts_of(row.id)]}


def _of(table: Any, case: Case) -> list[Any]:
    return list(db.session.scalars(sa.select(table).where(table.case_id == case.id).order_by(table.id)).unique())


def _rows(table: Any, *where: sa.ColumnElement[bool]) -> list[Document]:
    return [_columns(row) for row in db.session.scalars(sa.select(table).where(*where).order_by(table.id))]


def _columns(row: Any, *, without: set[str] | frozenset[str] = frozenset()) -> Document:
    names = [c.key for c in sa.inspect(type(row)).columns]
    return {name: getattr(row, name) for name in names if name not in SECRET | ROWS | without}


def _words(group: str, key: str, facts: Mapping[str, Any] | None = None) -> str:
    full = f"{group}.{key}"
    return label(full, **(facts or {})) if has_label(full) else key


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, every text masked as on the pages."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return masked(value) if isinstance(value, str) else value
