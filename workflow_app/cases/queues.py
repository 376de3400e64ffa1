"""Lists people work through: read-only queries over tasks and cases, sorted by what is due first."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.clocks import Light, light_of
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.law.periods import remaining_working_days
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import scope_filter
from workflow_app.records.titles import record_title

PAGE_SIZE = 30
FAR_FUTURE = date(9999, 12, 31)


class Tab(StrEnum):
    """Which of the four lists."""

    MINE = "mine"
    DEPARTMENT = "department"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One line of a list. `days` is working days left, negative when overdue, None when the clock stands still."""

    task_id: int | None
    case_number: str
    subject_name: str
    record_title: str
    document_number: str
    kind: str
    step: str
    step_label: str
    light: Light
    days: int | None
    due_on: date | None
    provisional: bool
    assignee_name: str | None
    received_at: datetime
    outcome: str | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list, and how many each list holds."""

    items: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


def queue(actor: Actor, *, tab: Tab, now: datetime, search: str = "", page: int = 1) -> Page:
    """Return a page of an actor's list, the most urgent first. A page number outside the list is moved into it."""
    query = _search(_of_tab(actor, tab), search)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = db.session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).unique().all()
    return Page(
        items=tuple(_rows(rows, legal_day(now))), total=total, page=page, pages=pages, counts=queue_counts(actor)
    )


def queue_counts(actor: Actor) -> dict[str, int]:
    """Return how many entries each of an actor's lists holds."""
    return {
        tab.value: db.session.scalar(
            sa.select(sa.func.count()).select_from(_of_tab(actor, tab).order_by(None).subquery())
        )
        or 0
        for tab in (Tab.MINE, Tab.DEPARTMENT, Tab.WAITING)
    }


def _of_tab(actor: Actor, tab: Tab) -> Any:
    scope = scope_filter(
        actor, department=Case.department_id, organisation=Case.organisation_id, record=Case.record_id, kind=Case.kind
    )
    due = sa.func.coalesce(Case.next_due_on, FAR_FUTURE)
    if tab is Tab.DONE:
        query: Any = sa.select(Case, sa.null()).where(scope, Case.closed_at.is_not(None))
        return query.order_by(Case.closed_at.desc(), Case.id.desc())
    # what other departments ask has a list of its own: nothing of the case is shown there
    lane = sa.and_(CaseTask.role == actor.role, CaseTask.role != Role.PROVIDER)
    mine = sa.and_(CaseTask.closed_at.is_(None), lane)
    if tab is Tab.WAITING:
        busy = sa.select(CaseTask.case_id).where(mine)
        query = sa.select(Case, sa.null()).where(scope, Case.closed_at.is_(None), Case.id.not_in(busy))
        return query.order_by(due, Case.id)
    query = sa.select(Case, CaseTask).join(CaseTask, CaseTask.case_id == Case.id).where(mine, _scope_of_tasks(actor))
    if tab is Tab.MINE:
        query = query.where(CaseTask.assignee_id == actor.account_id)
    else:
        query = query.where(CaseTask.assignee_id.is_(None))
    return query.order_by(due, Case.id)


def _scope_of_tasks(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.role is Role.CLERK:
        return sa.true()
    return CaseTask.department_id == actor.department_id


def _search(query: Any, words: str) -> Any:
    words = words.strip()[:100]
    if not words:
        return query
    return query.where(
        sa.or_(Case.search_text.contains(words, autoescape=True), Case.number.contains(words, autoescape=True))
    )


def _rows(rows: Any, today: date) -> list[QueueRow]:
    names = _names({t.assignee_id if t else c.assignee_id for c, t in rows})
    guessed = _provisional([c.id for c, _ in rows])
    calendar = current_calendar()
    result = []
    for case, task in rows:
        days = remaining_working_days(today, case.next_due_on, calendar) if case.next_due_on else None
        step = task.step if task else case.stage
        assignee = task.assignee_id if task else case.assignee_id
        result.append(
            QueueRow(
                task_id=task.id if task else None,
                case_number=case.number,
                subject_name=case.record.subject_name,
                record_title=record_title(case.record),
                document_number=case.record.document_number,
                kind=case.kind,
                step=step,
                step_label=kind_of(case.kind).step_label(step),
                light=light_of(days, done=case.closed_at is not None),
                days=days,
                due_on=case.next_due_on,
                provisional=case.id in guessed,
                assignee_name=names.get(assignee) if assignee else None,
                received_at=case.received_at,
                outcome=label(f"outcome.{case.outcome}") if case.outcome else None,
            )
        )
    return result


def _names(ids: set[int | None]) -> dict[int, str]:
    wanted = [i for i in ids if i is not None]
    if not wanted:
        return {}
    found = db.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return dict(found.all())


def _provisional(case_ids: list[int]) -> set[int]:
    query = sa.select(Deadline.case_id).where(
        Deadline.case_id.in_(case_ids), Deadline.closed_at.is_(None), Deadline.provisional
    )
    return set(db.session.scalars(query))
