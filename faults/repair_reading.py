"""What a run left in the tables and files, read by request key, by letter and by file."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import sqlalchemy as sa
from flask import Flask

BEGUN = {"file": "case.filed", "open": "case.opened"}
REPEATABLE = ("L04", "L06")


def acts() -> dict[str, dict[str, Any]]:
    """Return by request key the case and what was done. Where a row that belongs to it is missing, `what` is empty."""
    from workflow_app.cases.idempotency import RequestKey
    from workflow_app.foundation.database import db

    done, told, logged = _done(), _told(), _logged()
    found = {}
    for row in db.session.scalars(sa.select(RequestKey)):
        mark = (row.result, row.account_id, row.at)
        what = done.get(mark, "")
        whole = mark in told and (*mark, BEGUN.get(what, f"task.{what}")) in logged
        found[row.key] = {"case": row.result, "what": what if whole else ""}
    return found | _withdrawals() | _uploads() | _several()


def _done() -> dict[tuple[Any, ...], str]:
    """Return the filings and the answered tasks by case, account and instant."""
    from workflow_app.cases.case import Case, Channel
    from workflow_app.cases.tasks import CaseTask
    from workflow_app.foundation.database import db

    filed = db.session.execute(sa.select(Case.number, Case.filed_by_id, Case.received_at, Case.channel))
    closed = sa.select(Case.number, CaseTask.closed_by_id, CaseTask.closed_at, CaseTask.step).join(CaseTask.case)
    answered = db.session.execute(closed.where(CaseTask.answer.is_not(None), CaseTask.closed_at.is_not(None)))
    begun = {tuple(row[:3]): "open" if row[3] == Channel.OFFICE else "file" for row in filed}
    return begun | {tuple(row[:3]): row[3] for row in answered}


def _told() -> set[tuple[Any, ...]]:
    """Return the entries of all timelines by case, account and instant."""
    from workflow_app.cases.case import Case
    from workflow_app.cases.timeline import TimelineEntry
    from workflow_app.foundation.database import db

    told = sa.select(Case.number, TimelineEntry.actor_id, TimelineEntry.at)
    return {tuple(row) for row in db.session.execute(told.join(Case, Case.id == TimelineEntry.case_id))}


def _logged() -> set[tuple[Any, ...]]:
    """Return the entries of the audit log by case, account, instant and action."""
    from workflow_app.audit.event import AuditEvent
    from workflow_app.foundation.database import db

    logged = sa.select(AuditEvent.case_no, AuditEvent.account_id, AuditEvent.at, AuditEvent.action)
    return {tuple(row) for row in db.session.execute(logged.where(AuditEvent.case_no.is_not(None)))}


def _withdrawals() -> dict[str, dict[str, Any]]:
    """Return the withdrawals by their reason, which carries the key: the page has no field for it."""
    from workflow_app.cases.case import Case
    from workflow_app.cases.timeline import TimelineEntry
    from workflow_app.foundation.database import db

    query = sa.select(Case.number, TimelineEntry.facts).join(Case, Case.id == TimelineEntry.case_id)
    query = query.where(TimelineEntry.key == "withdrawn", Case.outcome == "withdrawn", Case.closed_at.is_not(None))
    return {facts["reason"]: {"case": number, "what": "withdraw"} for number, facts in db.session.execute(query)}


def _several() -> dict[str, dict[str, Any]]:
    """Return the filings over several records by their key. Where a record got neither a case nor a reason, `what` is empty."""
    from workflow_app.cases.filings import Filing
    from workflow_app.foundation.database import db

    filings = db.session.scalars(sa.select(Filing)).unique()
    whole = {f.key: all(p.case_id or p.fault_code for p in f.parts) for f in filings}
    return {key: {"case": "", "what": "several" if done else ""} for key, done in whole.items()}


def _uploads() -> dict[str, dict[str, Any]]:
    from workflow_app.cases.evidence import Evidence
    from workflow_app.foundation.database import db

    names = db.session.scalars(sa.select(Evidence.display_name))
    return {name.removesuffix(".pdf"): {"case": "", "what": "upload"} for name in names}


def letters() -> tuple[list[str], list[str], list[str]]:
    """Return the letters that cases tell of, those that have their pages, and all numbers given.

    What a case tells of counts once per kind of letter, except where the law lets one come again.
    """
    from workflow_app.cases.case import Case
    from workflow_app.cases.timeline import TimelineEntry
    from workflow_app.foundation.database import db
    from workflow_app.letters.letter import Letter

    wanted: set[str] = set()
    told = sa.select(Case.number, TimelineEntry.facts).join(Case, Case.id == TimelineEntry.case_id)
    for number, facts in db.session.execute(told):
        if "code" in facts:
            wanted.add(_purpose(number, facts["code"], facts["letter"]))
    rows = list(db.session.scalars(sa.select(Letter)))
    made = [_purpose(row.case_no, row.code, row.number) for row in rows if row.file_digest]
    return sorted(wanted), made, [row.number for row in rows]


def _purpose(case_no: str, code: str, number: str) -> str:
    return f"{case_no} {code} {number}" if code in REPEATABLE else f"{case_no} {code}"


def files(app: Flask) -> dict[str, str]:
    """Return by each digest that a row promises the digest of its bytes, "" where there are none."""
    from workflow_app.cases.evidence import Evidence
    from workflow_app.foundation.database import db
    from workflow_app.letters.letter import Letter

    letter = sa.select(Letter.file_digest).where(Letter.file_digest.is_not(None))
    found = {digest: _digest(app, digest, pages=True) for digest in db.session.scalars(letter) if digest}
    return found | {digest: _digest(app, digest) for digest in db.session.scalars(sa.select(Evidence.digest))}


def _digest(app: Flask, digest: str, *, pages: bool = False) -> str:
    path: Any = app.extensions["storage"].path(digest)
    if not path.exists():
        return ""
    content = path.read_bytes()
    if pages and not _opens(content):
        return "opens as no document"
    return hashlib.sha256(content).hexdigest()


def _opens(content: bytes) -> bool:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return len(document.pages) > 0
    except pikepdf.PdfError:
        return False
