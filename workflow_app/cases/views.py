"""A case as a page shows it: everything on it in one read, for staff and for its party."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

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
from workflow_app.people.permissions import Permission, require, scope_filter
from workflow_app.records.assessment import assess_record
from workflow_app.records.write_back import WriteBack

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case with what hangs on it. `task` is the open task this actor may do; `clock` the one that counts now."""

    case: Case
    kind: ProcessKind
    eligibility: Eligibility
    tasks: tuple[CaseTask, ...]
    task: CaseTask | None
    clock: Clock | None
    clocks: tuple[Clock, ...]
    timeline: tuple[TimelineEntry, ...]
    evidence: tuple[Evidence, ...]
    letters: tuple[Letter, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[Note, ...]
    write_backs: tuple[WriteBack, ...]
    pending_extension: Extension | None
    visited: tuple[str, ...]

    @property
    def waits_for_party(self) -> bool:
        """Whether the party is to act now; while its record is disputed nobody is."""
        return self.case.record.dispute_case_no is None and any(t.role == Role.APPLICANT for t in self.tasks)


def case_view(number: str, actor: Actor, now: datetime) -> CaseView:
    """Return a case for a page. Raises NotFound where it is none of the actor's business."""
    case = case_by_number(number)
    require(actor, Permission.CASE_VIEW, case)
    party = actor.role is Role.APPLICANT
    today = legal_day(now)
    tasks = _all(CaseTask, CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    deadlines = _all(Deadline, Deadline.case_id == case.id)
    calendar = current_calendar()
    read = tuple(clocks.read(d, today, calendar) for d in deadlines)
    return CaseView(
        case=case,
        kind=kind_of(case.kind),
        eligibility=assess_record(
            case.record,
            on=legal_day(case.received_at),
            judged_on=legal_day(case.decided_at or case.closed_at or now),
            commitment=True,
            before_repair=case.closed_at is not None and case.outcome == "granted",
        ),
        tasks=tasks,
        task=next((t for t in tasks if _is_for(t, actor)), None),
        clock=clocks.current(read),
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


def applicant_cases(actor: Actor, now: datetime) -> list[tuple[Case, Clock | None]]:
    """Return the cases of an actor's organisation, the newest first, each with the clock that counts now."""
    scope = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    cases = list(db.session.scalars(sa.select(Case).where(scope).order_by(Case.received_at.desc()).limit(500)).unique())
    today, calendar = legal_day(now), current_calendar()
    by_case: dict[int, list[Clock]] = {}
    running = sa.select(Deadline).where(Deadline.case_id.in_([c.id for c in cases]), Deadline.closed_at.is_(None))
    for deadline in db.session.scalars(running):
        by_case.setdefault(deadline.case_id, []).append(clocks.read(deadline, today, calendar))
    return [(case, clocks.current(tuple(by_case.get(case.id, [])))) for case in cases]


def open_case_on(record_id: int) -> Case | None:
    """Return the open case on a record, or None."""
    query = sa.select(Case).where(Case.record_id == record_id, Case.closed_at.is_(None)).order_by(Case.id.desc())
    return db.session.scalars(query).unique().first()


def _is_for(task: CaseTask, actor: Actor) -> bool:
    if task.role != actor.role:
        return False
    if actor.role is Role.APPLICANT:
        return task.organisation_id == actor.organisation_id
    return task.department_id in (None, actor.department_id)


def _visited(case_id: int) -> tuple[str, ...]:
    done = sa.select(CaseTask.step).where(CaseTask.case_id == case_id, CaseTask.closed_at.is_not(None))
    return tuple(dict.fromkeys(db.session.scalars(done.order_by(CaseTask.id))))


def _all(table: type[T], *where: sa.ColumnElement[bool]) -> tuple[T, ...]:
    query = sa.select(table).where(*where).order_by(sa.inspect(table).primary_key[0])
    return tuple(db.session.scalars(query).unique())
