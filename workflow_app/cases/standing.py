"""How far a case is, for whoever may know that and no more: its step, its clocks, whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.clocks import Clock
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import ProcessKind, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Role
from workflow_app.people.calendars import current_calendar


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """Nobody who works on the case is in it, and nothing they wrote. `clock` counts now, `whole` is that of the whole case."""

    case: Case
    kind: ProcessKind
    waits_for_party: bool
    clock: Clock | None
    whole: Clock | None
    clocks: tuple[Clock, ...]


def standing_of(case_id: int, now: datetime) -> CaseStanding:
    """Return how far a case is. That the reader may know is for the caller to have made sure of."""
    case, today, calendar = db.session.get_one(Case, case_id), legal_day(now), current_calendar()
    rows = db.session.scalars(sa.select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.id)).unique()
    read = tuple(clocks.read(deadline, today, calendar) for deadline in rows)
    waits = sa.exists().where(
        CaseTask.case_id == case_id, CaseTask.closed_at.is_(None), CaseTask.role == Role.APPLICANT
    )
    return CaseStanding(
        case=case,
        kind=kind_of(case.kind),
        waits_for_party=case.record.dispute_case_no is None and bool(db.session.scalar(sa.select(waits))),
        clock=clocks.current(read),
        whole=next((c for c in read if not c.deadline.arming and c.deadline.closed_at is None), None),
        clocks=read,
    )
