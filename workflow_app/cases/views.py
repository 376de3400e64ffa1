"""A case as a page shows it: everything on it in one read, for staff and for its party."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from workflow_app.cases import clocks
from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.clocks import Clock
from workflow_app.cases.deadlines import Deadline, Extension
from workflow_app.cases.decisions import Decision
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.kinds import ProcessKind, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import Note, TimelineEntry, timeline_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.law.eligibility import Eligibility
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import Permission, holds, require, scope_filter
from workflow_app.records.assessment import assess_record
from workflow_app.records.write_back import WriteBack

T = TypeVar("T")
MOST = 500  # cases on one list of an enterprise


@dataclass(frozen=True, kw_only=True)
class CaseGlance:
    """How a case stands, for lists: its open tasks and running clocks. `clock` is the one that counts now."""

    case: Case
    kind: ProcessKind
    tasks: tuple[CaseTask, ...]
    clock: Clock | None
    clocks: tuple[Clock, ...]

    @property
    def party_step(self) -> str | None:
        """The step at which the party is to act now, or None."""
        return next((t.step for t in self.tasks if t.role == Role.APPLICANT), None)

    @property
    def waits_for_party(self) -> bool:
        """Whether the party is to act now."""
        return self.party_step is not None


@dataclass(frozen=True, kw_only=True)
class CaseView(CaseGlance):
    """One case with what hangs on it. `task` is the open task this actor may do; `clocks` holds those that ended, too."""

    eligibility: Eligibility
    task: CaseTask | None
    timeline: tuple[TimelineEntry, ...]
    evidence: tuple[Evidence, ...]
    letters: tuple[Letter, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[Note, ...]
    write_backs: tuple[WriteBack, ...]
    pending_extension: Extension | None
    visited: tuple[str, ...]


def case_view(number: str, actor: Actor, now: datetime) -> CaseView:
    """Return a case for a page. Raises NotFound where it is none of the actor's business."""
    case = case_by_number(number)
    require(actor, Permission.CASE_VIEW, case)
    party = actor.role is Role.APPLICANT
    today = legal_day(now)
    tasks = _all(CaseTask, CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    deadlines = _deadlines(Deadline.case_id == case.id)
    calendar = current_calendar()
    read = tuple(clocks.read(d, today, calendar) for d in deadlines)
    return CaseView(
        case=case,
        kind=kind_of(case.kind),
        eligibility=assess_record(
            case.record,
            on=legal_day(case.received_at),
            commitment=True,
            before_repair=case.closed_at is not None and case.outcome == "granted",
        ),
        tasks=tasks,
        task=next((t for t in tasks if _is_for(t, actor)), None),
        clock=_current(read),
        clocks=read,
        timeline=tuple(timeline_of(case.id, public_only=party)),
        evidence=_all(Evidence, Evidence.case_id == case.id, Evidence.removed_at.is_(None)),
        letters=_all(Letter, Letter.case_id == case.id)[::-1],
        decisions=() if party else _all(Decision, Decision.case_id == case.id),
        notes=() if party else _all(Note, Note.case_id == case.id),
        write_backs=_all(WriteBack, WriteBack.case_id == case.id),
        pending_extension=next((e for d in deadlines for e in d.extensions if e.settled_at is None), None),
        visited=_visited(case.id),
    )


def applicant_cases(actor: Actor, now: datetime) -> list[CaseGlance]:
    """Return the cases of an actor's organisation, the newest first."""
    scope = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    query = sa.select(Case).where(scope).order_by(Case.received_at.desc()).limit(MOST)
    return glances(list(db.session.scalars(query).unique()), now)


def open_cases_on(record_ids: list[int], actor: Actor, now: datetime) -> dict[int, CaseGlance]:
    """Return by record the newest open case on it that the actor may see."""
    if not record_ids or not holds(actor, Permission.CASE_VIEW):
        return {}
    scope = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    query = sa.select(Case).where(scope, Case.record_id.in_(record_ids), Case.closed_at.is_(None)).order_by(Case.id)
    return {glance.case.record_id: glance for glance in glances(list(db.session.scalars(query).unique()), now)}


def glances(cases: list[Case], now: datetime) -> list[CaseGlance]:
    """Return how cases stand, in their order, with as many statements for five hundred as for one."""
    ids, today, calendar = [case.id for case in cases], legal_day(now), current_calendar()
    tasks: dict[int, list[CaseTask]] = {}
    for task in _all(CaseTask, CaseTask.case_id.in_(ids), CaseTask.closed_at.is_(None)):
        tasks.setdefault(task.case_id, []).append(task)
    running: dict[int, list[Clock]] = {}
    for deadline in _deadlines(Deadline.case_id.in_(ids), Deadline.closed_at.is_(None)):
        running.setdefault(deadline.case_id, []).append(clocks.read(deadline, today, calendar))
    return [
        CaseGlance(
            case=case,
            kind=kind_of(case.kind),
            tasks=tuple(tasks.get(case.id, ())),
            clock=_current(tuple(running.get(case.id, ()))),
            clocks=tuple(running.get(case.id, ())),
        )
        for case in cases
    ]


def _current(read: tuple[Clock, ...]) -> Clock | None:
    """The clock of the present step before that of the whole case; the nearest first."""
    running = [c for c in read if c.deadline.closed_at is None]
    stepwise = [c for c in running if c.deadline.arming]
    ordered = sorted(stepwise or running, key=lambda c: (c.due_on is None, c.due_on))
    return ordered[0] if ordered else None


def _is_for(task: CaseTask, actor: Actor) -> bool:
    if task.role != actor.role:
        return False
    if actor.role is Role.APPLICANT:
        return task.organisation_id == actor.organisation_id
    return task.department_id in (None, actor.department_id)


def _visited(case_id: int) -> tuple[str, ...]:
    done = sa.select(CaseTask.step).where(CaseTask.case_id == case_id, CaseTask.closed_at.is_not(None))
    return tuple(dict.fromkeys(db.session.scalars(done.order_by(CaseTask.id))))


def _deadlines(*where: sa.ColumnElement[bool]) -> tuple[Deadline, ...]:
    """Clocks with their stops and extensions, which reading them needs: three statements, however many clocks."""
    with_moves = selectinload(Deadline.suspensions), selectinload(Deadline.extensions)
    return tuple(db.session.scalars(sa.select(Deadline).where(*where).order_by(Deadline.id).options(*with_moves)))


def _all(table: type[T], *where: sa.ColumnElement[bool]) -> tuple[T, ...]:
    query = sa.select(table).where(*where).order_by(sa.inspect(table).primary_key[0])
    return tuple(db.session.scalars(query).unique())
