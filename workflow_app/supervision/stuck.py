"""Cases that do not move by themselves any more (停滞): nobody touched them, a clock was set aside, a platform's answer is
unknown, or a job behind them failed. Each as a condition for lists and as a reason for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Role
from workflow_app.records.write_back import WriteBack
from workflow_app.records.write_back_rows import WriteBackState
from workflow_app.supervision.horizon import Horizon
from workflow_app.supervision.sight import Sight

UNSURE = (WriteBackState.UNKNOWN, WriteBackState.REFUSED, WriteBackState.FAILED)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a case is stuck, by key; `facts` are what the words of `stuck.<key>` ask for."""

    key: str
    facts: Mapping[str, Any]


def is_stuck(sight: Sight) -> sa.ColumnElement[bool]:
    """Return the condition on open cases."""
    parked = sa.select(Deadline.case_id).where(Deadline.parked_error.is_not(None), Deadline.closed_at.is_(None))
    unsure = sa.select(WriteBack.case_id).where(WriteBack.state.in_(UNSURE))
    return sa.or_(_is_idle(sight.horizon), Case.id.in_(parked), Case.id.in_(unsure), Case.id.in_(list(sight.failed)))


def _is_idle(horizon: Horizon) -> sa.ColumnElement[bool]:
    """No act of a person for so many working days, although the office has a date to keep. Reminders are no acts."""
    touched = sa.select(TimelineEntry.id).where(
        TimelineEntry.case_id == Case.id,
        TimelineEntry.at >= horizon.idle_before,
        TimelineEntry.actor_role != Role.SERVICE,
    )
    return sa.and_(Case.office_due_on.is_not(None), Case.received_at < horizon.idle_before, ~touched.exists())


def reasons_of(case_ids: Sequence[int], sight: Sight) -> dict[int, list[Reason]]:
    """Return why cases are stuck, by case id; those that are not stuck are left out. Four queries for any number."""
    found: dict[int, list[Reason]] = {}

    def note(case_id: int, key: str, **facts: Any) -> None:
        found.setdefault(case_id, []).append(Reason(key=key, facts=facts))

    parked = sa.select(Deadline.case_id, Deadline.key).where(
        Deadline.case_id.in_(case_ids), Deadline.parked_error.is_not(None), Deadline.closed_at.is_(None)
    )
    for case_id, key in db.session.execute(parked):
        note(case_id, "parked", clock=label(f"clock.{key}"))
    unsure = sa.select(WriteBack.case_id, WriteBack.destination, WriteBack.state).where(
        WriteBack.case_id.in_(case_ids), WriteBack.state.in_(UNSURE)
    )
    for case_id, destination, state in db.session.execute(unsure):
        note(case_id, f"write_back_{state}", destination=label(f"destination.{destination}"))
    for case_id in case_ids:
        if case_id in sight.failed:
            note(case_id, "job", queue=label(f"jobs.queue.{sight.failed[case_id]}"))
    for case_id, at in _idle_since(case_ids, sight.horizon).items():
        note(case_id, "idle", days=sight.horizon.idle, since=at.isoformat() if at else "")
    return found


def _idle_since(case_ids: Sequence[int], horizon: Horizon) -> dict[int, datetime | None]:
    """The idle ones among cases, with the last act of a person."""
    query = sa.select(Case.id).where(Case.id.in_(case_ids), Case.closed_at.is_(None), _is_idle(horizon))
    idle = list(db.session.scalars(query))
    last = sa.select(TimelineEntry.case_id, sa.func.max(TimelineEntry.at)).where(
        TimelineEntry.case_id.in_(idle), TimelineEntry.actor_role != Role.SERVICE
    )
    known = dict(db.session.execute(last.group_by(TimelineEntry.case_id)).all()) if idle else {}
    return {case_id: known.get(case_id) for case_id in idle}
