"""The clock's own acts: reminding before a deadline and firing it afterwards, one deadline a transaction."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions._advance import apply_step
from workflow_app.actions._record_events import deliver
from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import StepContext, kind_of
from workflow_app.cases.timeline import tell
from workflow_app.engine import runner
from workflow_app.engine.instances import instance_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.failpoints import failpoint
from workflow_app.jobs.queue import periodic
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role

logger = logging.getLogger("deadlines")
SLICE = 200
ESCALATE = "escalate_overdue"


@periodic(seconds=5, name="deadline_sweep")
def deadline_sweep(now: datetime) -> int:
    """Remind and fire everything due; return how many deadlines were handled. A broken case is parked, the next goes on."""
    handled = 0
    for find, act in ((_to_remind, _remind), (_to_fire, _fire)):
        for deadline_id in find(now):
            handled += _one(deadline_id, act, now)
    return handled


def _one(deadline_id: int, act: Callable[[Deadline, datetime], None], now: datetime) -> int:
    try:
        with transaction():
            deadline = db.session.get(Deadline, deadline_id)
            if deadline is None:
                return 0
            db.session.scalar(sa.select(Case).where(Case.id == deadline.case_id).with_for_update(of=Case))
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
    except Exception as error:
        logger.exception("deadline %s", deadline_id)
        with transaction():
            parked = db.session.get(Deadline, deadline_id)
            if parked is not None:
                parked.parked_error = str(error)[:500]
        return 0


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


def _ids(query: Any) -> list[int]:
    found = list(db.session.scalars(query.limit(SLICE)))
    db.session.rollback()
    return found


def _remind(deadline: Deadline, now: datetime) -> None:
    if deadline.remind_at is None or deadline.remind_at > now:
        return
    if deadline.reminded_at is not None and deadline.reminded_at >= deadline.remind_at:
        return
    case, due = deadline.case, deadline.due_on.isoformat() if deadline.due_on else ""
    deadline.reminded_at = now
    to_party = deadline.step in party_steps(case)
    notify(
        "deadline_near",
        now=now,
        organisation_id=case.organisation_id if to_party else None,
        account_id=None if to_party else case.assignee_id,
        department_id=None if to_party or case.assignee_id else case.department_id,
        role=None if to_party or case.assignee_id else Role.OFFICER,
        case_number=case.number,
        clock=deadline.key,
        due=due,
    )
    tell(
        case.id, "reminded", actor=Actor.system(), now=now, kind="system", public=to_party, clock=deadline.key, due=due
    )


def party_steps(case: Case) -> set[str]:
    """Return the steps of a case's process that its party does."""
    return set(kind_of(case.kind).party_steps)


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
