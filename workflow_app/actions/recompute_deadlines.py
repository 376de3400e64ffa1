"""Moving open deadlines after a year's calendar came into force: provisional dates become real ones, both are kept."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from workflow_app.audit import log
from workflow_app.cases import clocks
from workflow_app.cases.calendar_moves import Move, recompute, touched_by
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.queue import job
from workflow_app.people.accounts import Actor
from workflow_app.people.calendars import current_calendar


@job("sweeps")
def recompute_deadlines(year: int) -> None:
    """Recompute every open deadline that a year's calendar touches, one case a transaction; twice is harmless."""
    now = current_app.extensions["clock"].now()
    ids = list(db.session.scalars(touched_by(year)))
    db.session.rollback()
    for deadline_id in ids:
        with transaction():
            _one(deadline_id, now)


def _one(deadline_id: int, now: datetime) -> None:
    deadline = db.session.get_one(Deadline, deadline_id)
    db.session.scalar(sa.select(Case).where(Case.id == deadline.case_id).with_for_update(of=Case, key_share=True))
    db.session.refresh(deadline)
    if deadline.closed_at is not None or deadline.fired_at is not None or deadline.due_on is None:
        return
    move = recompute(deadline, current_calendar())
    if move.is_change:
        _tell(deadline.case, move, now)
    elif not move.kept:
        db.session.expire(deadline)


def _tell(case: Case, move: Move, now: datetime) -> None:
    before, after, system = move.before.isoformat(), move.after.isoformat(), Actor.system()
    clocks.project_due(case, clocks.open_deadlines(case))
    tell(
        case.id, "deadline_recomputed", actor=system, now=now, kind="system", clock=move.key, before=before, after=after
    )
    log.record(
        actor=system,
        action="deadline.recomputed",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"key": move.key, "before": before, "after": after, "was_provisional": move.was_provisional},
        now=now,
    )
