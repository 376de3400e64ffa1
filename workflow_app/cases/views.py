"""A case as a page shows it: everything on it in one read, for staff and for its party."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.deadlines import Extension
from workflow_app.cases.decisions import Decision
from workflow_app.cases.evidence import FINDING, Evidence
from workflow_app.cases.standing import CaseStanding, standings
from workflow_app.cases.stays import Stay, open_stay
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import Note, TimelineEntry, timeline_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.law.eligibility import Eligibility
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, holds, require, scope_filter
from workflow_app.records.assessment import assess_record
from workflow_app.records.write_back import WriteBack

T = TypeVar("T")
MOST = 500  # cases on one list of an enterprise


@dataclass(frozen=True, kw_only=True)
class CaseView(CaseStanding):
    """One case with what hangs on it. `task` is the open task this actor may do."""

    eligibility: Eligibility
    tasks: tuple[CaseTask, ...]
    task: CaseTask | None
    timeline: tuple[TimelineEntry, ...]
    evidence: tuple[Evidence, ...]
    letters: tuple[Letter, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[Note, ...]
    write_backs: tuple[WriteBack, ...]
    pending_extension: Extension | None
    stay: Stay | None
    visited: tuple[str, ...]


def case_view(number: str, actor: Actor, now: datetime) -> CaseView:
    """Return a case for a page. Raises NotFound where it is none of the actor's business."""
    case = case_by_number(number)
    require(actor, Permission.CASE_VIEW, case)
    party = actor.role is Role.APPLICANT
    standing = standings([case], now)[0]
    tasks = _all(CaseTask, CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    return CaseView(
        **vars(standing),
        eligibility=assess_record(
            case.record,
            on=legal_day(case.received_at),
            judged_on=legal_day(case.decided_at or case.closed_at or now),
            commitment=True,
            before_repair=case.closed_at is not None and case.outcome == "granted",
        ),
        tasks=tasks,
        task=next((t for t in tasks if _is_for(t, actor)), None),
        timeline=tuple(timeline_of(case.id, public_only=party)),
        evidence=_papers(case.id, party=party),
        letters=_all(Letter, Letter.case_id == case.id, *_addressed(party))[::-1],
        decisions=() if party else _all(Decision, Decision.case_id == case.id),
        notes=() if party else _all(Note, Note.case_id == case.id),
        write_backs=_all(WriteBack, WriteBack.case_id == case.id),
        pending_extension=_pending(standing),
        stay=open_stay(case.id),
        visited=_visited(case.id),
    )


def case_scope(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that limits a query on cases to those an actor may know of."""
    return scope_filter(
        actor, department=Case.department_id, organisation=Case.organisation_id, record=Case.record_id, kind=Case.kind
    )


def numbers_within(actor: Actor) -> sa.Select[Any]:
    """Select the numbers of the cases an actor may know of."""
    return sa.select(Case.number).where(case_scope(actor))


def applicant_cases(actor: Actor, now: datetime) -> list[CaseStanding]:
    """Return the cases of those an actor may act for, the newest first."""
    query = sa.select(Case).where(case_scope(actor)).order_by(Case.received_at.desc()).limit(MOST)
    return standings(list(db.session.scalars(query).unique()), now, running=True)


def open_cases_on(record_ids: list[int], actor: Actor, now: datetime) -> dict[int, CaseStanding]:
    """Return by record the newest open case on it that the actor may see."""
    if not record_ids or not holds(actor, Permission.CASE_VIEW):
        return {}
    query = (
        sa.select(Case)
        .where(case_scope(actor), Case.record_id.in_(record_ids), Case.closed_at.is_(None))
        .order_by(Case.id)
    )
    return {
        found.case.record_id: found for found in standings(list(db.session.scalars(query).unique()), now, running=True)
    }


def _addressed(party: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """The party reads what was written to it; letters to other bodies are the office's."""
    return (Letter.organisation_id.is_not(None),) if party else ()


def _papers(case_id: int, *, party: bool) -> tuple[Evidence, ...]:
    """The papers of a case; those the office came by itself are no business of the party's page."""
    shown = (Evidence.purpose != FINDING,) if party else ()
    return _all(Evidence, Evidence.case_id == case_id, Evidence.removed_at.is_(None), *shown)


def _pending(standing: CaseStanding) -> Extension | None:
    return next((e for c in standing.clocks for e in c.deadline.extensions if e.settled_at is None), None)


def _is_for(task: CaseTask, actor: Actor) -> bool:
    if task.role != actor.role:
        return False
    if actor.role is Role.APPLICANT:
        return True  # whoever may see the case acts for its party
    return task.department_id in (None, actor.department_id)


def _visited(case_id: int) -> tuple[str, ...]:
    done = sa.select(CaseTask.step).where(CaseTask.case_id == case_id, CaseTask.closed_at.is_not(None))
    return tuple(dict.fromkeys(db.session.scalars(done.order_by(CaseTask.id))))


def _all(table: type[T], *where: sa.ColumnElement[bool]) -> tuple[T, ...]:
    query = sa.select(table).where(*where).order_by(sa.inspect(table).primary_key[0])
    return tuple(db.session.scalars(query).unique())
