"""Importing files of records: begin, look without keeping, give up. Staging and publishing have files of their own."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.storage import Storage
from workflow_app.law.facts import InvalidRecord
from workflow_app.people.accounts import Actor, Role
from workflow_app.records.import_batches import BatchState, ImportBatch, ImportRow, forget_contents, locked_batch
from workflow_app.records.import_clashes import Clashes
from workflow_app.records.import_files import FileFacts, fault, look_at, read_rows
from workflow_app.records.import_issues import COMPLAINTS, Treatment, issue, worded
from workflow_app.records.import_kinds import PENALTIES, FileKind, kind_of_file
from workflow_app.records.import_known import Comparison, Found, compare, difference
from workflow_app.records.import_rules import Judged, Setting
from workflow_app.records.import_values import Settler, Values
from workflow_app.records.publication import publications
from workflow_app.records.routing import Seat, codes_answered_by, seats

logger = logging.getLogger(__name__)
LOOKED_AT = 500


@dataclass
class Report:
    """What became, or would become, of a file. Issues are those that say what happens to a row."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StagedRow:
    """A judged row with what it holds for the records, None where it is refused."""

    judged: Judged
    content: Values | None


def begin(
    *,
    file_name: str,
    facts: FileFacts,
    department_id: int | None,
    kind: str = PENALTIES,
    actor: Actor,
    now: datetime,
) -> int:
    """Begin the batch of a file, or return the unfinished one of the same file and actor. In the caller's transaction."""
    require_transaction()
    unfinished = sa.select(ImportBatch.id).where(
        ImportBatch.file_digest == facts.digest,
        ImportBatch.kind == kind,
        ImportBatch.started_by_id == actor.account_id,
        ImportBatch.state.in_((BatchState.STAGING, BatchState.STAGED, BatchState.PUBLISHING)),
    )
    if (known := db.session.scalar(unfinished.order_by(ImportBatch.id.desc()))) is not None:
        return known
    batch = ImportBatch(
        kind=kind_of_file(kind).key,
        file_name="".join(c for c in file_name if c.isprintable())[:200] or "-",
        file_digest=facts.digest,
        state=BatchState.STAGING.value,
        rows_expected=facts.rows,
        department_id=department_id,
        started_by_id=actor.account_id,
        started_by_name=actor.name,
        started_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    log.record(
        actor=actor,
        action="records.import_begun",
        object_type="import_batch",
        object_id=str(batch.id),
        details={"file": batch.file_name, "digest": facts.digest},
        now=now,
    )
    return batch.id


def look(path: Path, *, kind: str = PENALTIES, actor: Actor, now: datetime) -> Report:
    """Return what an import of a file would do; keep nothing. Raises InvalidInput on `file`."""
    report, chosen = Report(), kind_of_file(kind)
    for chunk in judged_rows(path, look_at(path), kind=chosen, actor=actor, now=now, size=lambda: LOOKED_AT):
        for row in chunk:
            report.rows += 1
            report.rejected += row.content is None
            report.issues += complaints(row.judged.number, [i.to_json() for i in row.judged.issues], chosen)
        db.session.rollback()
    report.accepted = report.rows - report.rejected
    return report


def complaints(number: int, issues: list[dict[str, Any]], kind: FileKind) -> list[dict[str, Any]]:
    """Return the issues of a row that say what happens to it, in words."""
    return [worded(number, found, kind.columns).to_json() for found in issues if found["treatment"] in COMPLAINTS]


def judged_rows(
    path: Path,
    facts: FileFacts,
    *,
    kind: FileKind,
    actor: Actor,
    now: datetime,
    size: Callable[[], int],
    after: int = 0,
) -> Iterator[list[StagedRow]]:
    """Yield the rows of a file, judged, in slices; rows up to `after` are read for what later ones clash with, not yielded.

    Raises InvalidInput on `file`, also where no department is registered.
    """
    setting, settler = setting_for(actor, now=now)
    clashes = Clashes(kind.names)
    rows = read_rows(path, facts, kind.columns)
    while chunk := list(islice(rows, size())):
        judged = []
        for number, raw in chunk:
            row = kind.judge(number, raw, setting)
            clashes.judge(row)
            if number > after:
                judged.append(row)
        if judged:
            yield _compared(judged, kind, settler, setting.allowed)


def setting_for(actor: Actor, *, now: datetime) -> tuple[Setting, Settler]:
    """Return what rows are judged against, and what will make records of them: a department's people import their own."""
    today = legal_day(now)
    known = seats(on=today)
    db.session.rollback()
    if not known:
        raise fault("no_departments")
    setting = Setting(
        today=today,
        departments={code: seat.name for code, seat in known.items()},
        digest=identity_digest,
        allowed=codes_open_to(department_of(actor), known),
    )
    return setting, Settler(seats=known, publications=publications(on=today), today=today)


def department_of(actor: Actor) -> int | None:
    """Return for which department a person imports, 0 where they have none; None for window and platform, who import all."""
    return None if actor.role in (Role.CLERK, Role.SERVICE) else actor.department_id or 0


def codes_open_to(department_id: int | None, known: Mapping[str, Seat]) -> frozenset[str] | None:
    """Return whose records a file of a department may change or be compared with; None for all."""
    return None if department_id is None else codes_answered_by(department_id, known)


def identity_digest(number: str) -> str:
    """Return what is kept of an identity number: a keyed digest, since all numbers could be tried against a plain one."""
    key = f"identity:{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, number.encode(), "sha256").hexdigest()


def import_storage() -> Storage:
    """Where uploaded files wait to be staged, apart from evidence: they hold identity numbers and are removed afterwards."""
    files: Storage = current_app.extensions["storage"]
    return Storage(files.root.parent / "imports")


def _compared(rows: list[Judged], kind: FileKind, settler: Settler, allowed: frozenset[str] | None) -> list[StagedRow]:
    """Add to rows what they are to records that are there."""
    contents = [_content(row, kind, settler) for row in rows]
    readable = [content for content in contents if content is not None]
    answers = iter(compare(readable, allowed=allowed, comparing=kind.comparing))
    staged = []
    for row, content in zip(rows, contents, strict=True):
        if content is not None:
            _add(row, kind, next(answers))
        staged.append(StagedRow(judged=row, content=None if row.is_rejected else content))
    return staged


def _content(row: Judged, kind: FileKind, settler: Settler) -> Values | None:
    """Return what a row says, None where it is refused: also where no record would come of it when it is published."""
    if row.is_rejected:
        return None
    content, document = kind.content(row), kind.comparing.document
    try:
        kind.settle(settler, content, 0)
    except InvalidRecord as wrong:
        row.find(kind.said_in.get(str(wrong.facts.get("field")), document), "NOT_A_RECORD", Treatment.REJECT)
        return None
    except Exception:
        logger.exception("row %d", row.number)
        row.find(document, "NOT_A_RECORD", Treatment.REJECT)
        return None
    return content


def _add(row: Judged, kind: FileKind, answer: Comparison) -> None:
    value = row.texts[kind.comparing.document]
    if answer.found is Found.DIFFERENT:
        row.issues.append(difference(value, answer, kind.comparing))
    elif answer.found is Found.PERFORMED:
        row.issues.append(issue(*kind.news, Treatment.NOTE, value=value))


def discard(batch_id: int, *, actor: Actor, now: datetime) -> None:
    """Give up a file of which nobody has seen a record; what is written of it is removed afterwards (`import_removal`).

    Raises RuleViolation once its records are there for everybody. In the caller's transaction.
    """
    require_transaction()
    batch = locked_batch(batch_id)
    if not batch.may_be_discarded:
        raise RuleViolation("import_not_open", state=batch.state)
    batch.state = BatchState.DISCARDED
    forget_contents(batch_id)
    log.record(
        actor=actor, action="records.import_discarded", object_type="import_batch", object_id=str(batch_id), now=now
    )


def report_of(batch: ImportBatch, *, most: int | None = None) -> Report:
    """Return what became of a staged file, with all of what was found or its first `most`."""
    rows = sa.select(ImportRow.row_number, ImportRow.issues).where(
        ImportRow.batch_id == batch.id, ImportRow.treatment.in_(COMPLAINTS)
    )
    kind = kind_of_file(batch.kind)
    report = Report(rows=batch.rows_read, accepted=batch.accepted, rejected=batch.rejected)
    ordered = rows.order_by(ImportRow.row_number).limit(most)  # every one of these rows has something found
    for number, issues in db.session.execute(ordered.execution_options(yield_per=500)):
        report.issues += complaints(number, issues, kind)
    del report.issues[len(report.issues) if most is None else most :]
    return report
