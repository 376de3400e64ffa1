"""The clock's own acts, one deadline a transaction: reminding before it, firing it after it, and telling the lead
department when nothing has come of that."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions._advance import apply_step
from workflow_app.actions._record_events import deliver
from workflow_app.audit import log
from workflow_app.cases import alarms
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import StepContext, kind_of
from workflow_app.engine import runner
from workflow_app.engine.instances import instance_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.failpoints import failpoint
from workflow_app.jobs.queue import periodic
from workflow_app.people.accounts import Actor

logger = logging.getLogger("deadlines")
SLICE = 200
ESCALATE = "escalate_overdue"


@periodic(seconds=5, name="deadline_sweep")
def deadline_sweep(now: datetime) -> int:
    """Remind, fire and escalate everything due; return how many deadlines were handled. A broken case is parked, the next
    goes on."""
    handled = 0
    for find, act in ((_to_remind, _remind), (_to_fire, _fire), (_to_escalate, _escalate)):
        for deadline_id in find(now):
            handled += _one(deadline_id, act, now)
    return handled


def _one(deadline_id: int, act: Callable[[Deadline, datetime], None], now: datetime) -> int:
    try:
        with transaction():
            deadline = db.session.get(Deadline, deadline_id)
            if deadline is None:
                return 0
            db.session.scalar(
                sa.select(Case).where(Case.id == deadline.case_id).with_for_update(of=Case, key_share=True)
            )
            db.session.refresh(deadline)
            if deadline.closed_at is not None:
                return 0  # somebody ended the case while this waited for its lock
            failpoint("deadline.begun")
            act(deadline, now)
            failpoint("deadline.before_commit")
        failpoint("deadline.after_commit")
        return 1
    except StaleDataError:
        return 0  # somebody worked on the case at this moment; the next sweep looks again
    except OperationalError:
        logger.warning(
            "deadline %s: the database was not to be had, the next sweep tries again", deadline_id, exc_info=True
        )
        return 0
    except Exception as error:
        logger.exception("deadline %s", deadline_id)
        with transaction():
            parked = db.session.get(Deadline, deadline_id)
            if parked is not None:
                parked.parked_error = _told(error)
        return 0


def _told(error: Exception) -> str:
    """What a person reads of a fault. The text of one of the database may hold values of rows: its name is enough."""
    if isinstance(error, SQLAlchemyError):
        return f"{type(error).__name__} {getattr(getattr(error, 'orig', None), 'sqlstate', None) or ''}".strip()
    return str(error)[:500]


def _to_remind(now: datetime) -> list[int]:
    query = sa.select(Deadline.id).where(
        Deadline.closed_at.is_(None),
        Deadline.remind_at <= now,
        # reminded of, but not of the day it was moved to since (an extension, a stop)
        sa.or_(Deadline.reminded_at.is_(None), Deadline.reminded_at < Deadline.remind_at),
    )
    return _ids(query.order_by(Deadline.remind_at))


def _to_fire(now: datetime) -> list[int]:
    query = sa.select(Deadline.id).where(
        Deadline.closed_at.is_(None),
        Deadline.fired_at.is_(None),
        Deadline.parked_error.is_(None),
        Deadline.due_at <= now,
    )
    return _ids(query.order_by(Deadline.due_at))


def _to_escalate(now: datetime) -> list[int]:
    query = sa.select(Deadline.id).where(
        Deadline.closed_at.is_(None),
        Deadline.fired_at.is_not(None),
        # escalated, but not for the day it was moved to since
        sa.or_(Deadline.escalated_at.is_(None), Deadline.escalated_at < Deadline.due_at),
        Deadline.due_on <= alarms.escalated_from(now),
    )
    return _ids(query.order_by(Deadline.fired_at))


def _ids(query: Any) -> list[int]:
    found = list(db.session.scalars(query.limit(SLICE)))
    db.session.rollback()
    return found


def _remind(deadline: Deadline, now: datetime) -> None:
    if deadline.remind_at is None or deadline.remind_at > now:
        return
    if deadline.reminded_at is not None and deadline.reminded_at >= deadline.remind_at:
        return
    deadline.reminded_at = now
    alarms.remind(deadline, now=now)


def _fire(deadline: Deadline, now: datetime) -> None:
    """Fire a deadline that has passed: through the engine where the diagram waits for it, else as an escalation alone."""
    if deadline.fired_at is not None or deadline.due_at is None or deadline.due_at > now:
        return
    case, system = deadline.case, Actor.system()
    if deadline.arming:
        instance = instance_of(case.id)
        step = runner.fire(instance.definition, instance.state, deadline.key, deadline.arming)
        done = apply_step(case, instance, step, answer={}, actor=system, now=now, on=deadline.due_on)
        deliver(done.raised, actor=system, now=now)
    else:
        escalate = kind_of(case.kind).steps[ESCALATE]
        params = {"key": deadline.key}
        escalate(StepContext(case=case, params=params, answer={}, actor=system, now=now, today=legal_day(now)))
    deadline.fired_at = deadline.fired_at or now
    log.record(
        actor=system,
        action="deadline.passed",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"key": deadline.key, "due_on": str(deadline.due_on)},
        now=now,
    )


def _escalate(deadline: Deadline, now: datetime) -> None:
    """Tell the lead department of a deadline that passed days ago while nobody has met it."""
    if deadline.fired_at is None or deadline.due_at is None or deadline.due_on is None:
        return
    if deadline.due_on > alarms.escalated_from(now):
        return
    if deadline.escalated_at is not None and deadline.escalated_at >= deadline.due_at:
        return
    deadline.escalated_at = now
    alarms.escalate(deadline, now=now)
    case = deadline.case
    log.record(
        actor=Actor.system(),
        action="deadline.escalated",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"key": deadline.key, "due_on": str(deadline.due_on)},
        now=now,
    )
