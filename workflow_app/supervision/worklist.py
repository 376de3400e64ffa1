"""The open cases of a selection, line by line, the most urgent first: a page of them, or all of them for a file. Both come
from the same rows, so a file holds exactly what the pages show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.clocks import Light, light_of
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.database import db
from workflow_app.law.periods import remaining_working_days
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.departments import Department
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.masking import masked
from workflow_app.supervision.selection import Selection, conditions
from workflow_app.supervision.sight import Sight
from workflow_app.supervision.stuck import Reason, reasons_of

PAGE_SIZE = 30
SLICE = 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """One open case as those who oversee see it. `days` is working days left, None while the clocks stand still.

    `slip_by` is when an unanswered urge slip wants its answer.
    """

    case_id: int
    number: str
    row_version: int
    subject_name: str
    kind: str
    step: str
    department_name: str | None
    officer_name: str | None
    received_at: datetime
    due_on: date | None
    days: int | None
    light: Light
    provisional: bool
    waits_for_party: bool
    reasons: tuple[Reason, ...]
    slip_by: date | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the lines of a selection."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


def page_of(actor: Actor, selection: Selection, *, sight: Sight, page: int = 1, size: int = PAGE_SIZE) -> Page:
    """Return a page of a selection within an actor's scope. A number outside of the list is moved into it."""
    chosen = conditions(selection, actor, sight)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(*chosen)) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    ids = list(db.session.scalars(_ids(chosen).limit(size).offset((page - 1) * size)))
    lines = _lines(ids, sight, {})
    return Page(lines=tuple(lines), total=total, page=page, pages=pages)


def every_line(actor: Actor, selection: Selection, *, sight: Sight) -> Iterator[Line]:
    """Yield every line of a selection in the order of its pages, a slice at a time."""
    ids = list(db.session.scalars(_ids(conditions(selection, actor, sight))))
    days: dict[date, int] = {}
    for start in range(0, len(ids), SLICE):
        yield from _lines(ids[start : start + SLICE], sight, days)


def _ids(chosen: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """The ids in order: what is due first comes first, what has no date comes last."""
    return sa.select(Case.id).where(*chosen).order_by(Case.office_due_on.nulls_last(), Case.id)


def _lines(ids: Sequence[int], sight: Sight, days: dict[date, int]) -> list[Line]:
    """The lines of some cases in the order of their ids, in six queries. `days` remembers what was counted."""
    if not ids:
        return []
    rows = {row.id: row for row in db.session.execute(_columns().where(Case.id.in_(ids)))}
    reasons = reasons_of(ids, sight)
    guessed, slips = _provisional(ids), _slips(ids)
    return [
        _line(rows[i], sight, tuple(reasons.get(i, ())), i in guessed, slips.get(i), days) for i in ids if i in rows
    ]


def _columns() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        *(Case.id, Case.number, Case.row_version, Case.kind, Case.stage, Case.received_at, Case.office_due_on),
        CreditRecord.subject_name,
        Department.name.label("department_name"),
        Account.name.label("officer_name"),
    )
    return (
        sa.select(*columns)
        .join(CreditRecord, CreditRecord.id == Case.record_id)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(Account, Account.id == Case.assignee_id)
    )


def _line(
    row: Any,
    sight: Sight,
    reasons: tuple[Reason, ...],
    provisional: bool,
    slip_by: date | None,
    known: dict[date, int],
) -> Line:
    due = row.office_due_on
    if due is not None and due not in known:
        known[due] = remaining_working_days(sight.today, due, sight.calendar)
    days = known[due] if due is not None else None
    return Line(
        case_id=row.id,
        number=row.number,
        row_version=row.row_version,
        subject_name=masked(row.subject_name),
        kind=row.kind,
        step=kind_of(row.kind).step_label(row.stage),
        department_name=row.department_name,
        officer_name=row.officer_name,
        received_at=row.received_at,
        due_on=due,
        days=days,
        light=light_of(days),
        provisional=provisional,
        waits_for_party=row.stage in kind_of(row.kind).party_steps,
        reasons=reasons,
        slip_by=slip_by,
    )


def _provisional(ids: Sequence[int]) -> set[int]:
    guessed = sa.select(Deadline.case_id).where(
        Deadline.case_id.in_(ids), Deadline.closed_as.is_(None), Deadline.provisional
    )
    return set(db.session.scalars(guessed))


def _slips(ids: Sequence[int]) -> dict[int, date]:
    waiting = sa.select(UrgeSlip.case_id, sa.func.min(UrgeSlip.answer_by)).where(
        UrgeSlip.case_id.in_(ids), UrgeSlip.answered_at.is_(None)
    )
    return dict(db.session.execute(waiting.group_by(UrgeSlip.case_id)).all())
