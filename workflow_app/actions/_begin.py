"""What every case begins with, whoever begins it: no second one of its kind, its number, its clocks, its first step.

Not an action itself: it runs inside the transaction of the filing or the opening.
"""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.actions._advance import apply_step
from workflow_app.actions._record_events import deliver
from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, ProcessKind, StepContext
from workflow_app.cases.numbers import take_case_number
from workflow_app.engine.instances import begin_instance
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord


def refuse_second(record: CreditRecord, kind: ProcessKind) -> None:
    """Refuse a case of a kind on a record that has an open one."""
    query = sa.select(Case.number).where(Case.record_id == record.id, Case.kind == kind.key, Case.closed_at.is_(None))
    if (number := db.session.scalar(query)) is not None:
        raise RuleViolation("application_open", number=number)


def give_number(case: Case, kind: ProcessKind, *, now: datetime) -> None:
    """Give a new case its number and put it down."""
    require_transaction()
    case.number = take_case_number(kind.prefix, legal_day(now).year)
    db.session.add(case)
    db.session.flush()


def start_process(case: Case, kind: ProcessKind, answer: Answer, *, actor: Actor, now: datetime) -> None:
    """Start the clocks of the whole case and its diagram, with all that follows from the first step."""
    require_transaction()
    for clock in kind.case_clocks:
        clocks.arm(case, clock, start=legal_day(now), now=now)
    kind.filed(StepContext(case=case, params={}, answer=answer, actor=actor, now=now, today=legal_day(now)))
    data = dict(kind.routing) | {"route_known": case.department is not None}
    instance, step = begin_instance(kind.process_id, case_id=case.id, data=data, now=now)
    failpoint("file.engine_moved")
    done = apply_step(case, instance, step, answer=answer, actor=actor, now=now)
    deliver(done.raised, actor=actor, now=now)
