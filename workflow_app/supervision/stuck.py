"""Cases that do not move by themselves any more (停滞): nobody touched them, a clock was set aside, a platform's answer is
unknown, or a job behind them failed. Each as a condition for lists and as a reason for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
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
    parked = sa.select(Deadline.case_id).where(_is_parked())
    unsure = sa.select(WriteBack.case_id).where(WriteBack.state.in_(UNSURE))
    return sa.or_(_is_idle(sight.horizon), Case.id.in_(parked), Case.id.in_(unsure), Case.id.in_(list(sight.failed)))


def _is_parked() -> sa.ColumnElement[bool]:
    """A clock set aside after an error and not closed since. Said by `closed_as`: by `closed_at`, which leads an index,
    SQLite would go through every open clock there is."""
    return sa.and_(Deadline.parked_error.is_not(None), Deadline.closed_as.is_(None))


def _is_idle(horizon: Horizon) -> sa.ColumnElement[bool]:
    """Nobody took it in hand for so many working days, although the office has a date to keep."""
    return sa.and_(Case.office_due_on.is_not(None), Case.acted_at < horizon.idle_before)


def reasons_of(case_ids: Sequence[int], sight: Sight) -> dict[int, list[Reason]]:
    """Return why cases are stuck, by case id; those that are not stuck are left out. Three queries for any number."""
    found: dict[int, list[Reason]] = {}

    def note(case_id: int, key: str, **facts: Any) -> None:
        found.setdefault(case_id, []).append(Reason(key=key, facts=facts))

    parked = sa.select(Deadline.case_id, Deadline.key).where(Deadline.case_id.in_(case_ids), _is_parked())
    for case_id, key in db.session.execute(parked):
        note(case_id, "parked", clock=label(f"clock.{key}"))
    unsure = (
        sa.select(Case.id, WriteBack.destination, WriteBack.state)
        .join(WriteBack, WriteBack.case_id == Case.id)
        .where(Case.id.in_(case_ids), WriteBack.state.in_(UNSURE))
    )
    for case_id, destination, state in db.session.execute(unsure):
        note(case_id, f"write_back_{state}", destination=label(f"destination.{destination}"))
    for case_id in case_ids:
        if case_id in sight.failed:
            note(case_id, "job", queue=label(f"jobs.queue.{sight.failed[case_id]}"))
    idle = sa.select(Case.id, Case.acted_at).where(Case.id.in_(case_ids), _is_idle(sight.horizon))
    for case_id, at in db.session.execute(idle):
        note(case_id, "idle", days=sight.horizon.idle, since=at.isoformat() if at else "")
    return found
