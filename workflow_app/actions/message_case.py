"""Handing a case a message its diagram waits for: inside the transaction of the act or event that brings it."""

from datetime import datetime

from workflow_app.actions._advance import apply_step
from workflow_app.actions._record_events import deliver
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer
from workflow_app.engine import runner
from workflow_app.engine.instances import instance_of
from workflow_app.foundation.database import require_transaction
from workflow_app.people.accounts import Actor


def message_case(case: Case, message: str, *, answer: Answer, actor: Actor, now: datetime) -> None:
    """Move a case on by a message. Raises Conflict where it does not wait for it (any more)."""
    require_transaction()
    instance = instance_of(case.id)
    step = runner.receive(instance.definition, instance.state, message, {})
    done = apply_step(case, instance, step, answer=answer, actor=actor, now=now)
    deliver(done.raised, actor=actor, now=now)


def awaits_message(case: Case, message: str) -> bool:
    """Tell whether a case waits for a message now."""
    instance = instance_of(case.id)
    return runner.awaits(instance.definition, instance.state, message)


def knows_message(case: Case, message: str) -> bool:
    """Tell whether a case's diagram knows a message: cases stay on the version they began with."""
    return message in instance_of(case.id).definition.messages
