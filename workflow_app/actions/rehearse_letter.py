"""The letter an answer would lead to: the answer is tried in a transaction that is always taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow_app.actions.complete_task import task_to_do
from workflow_app.cases.forms import clean
from workflow_app.cases.kinds import Answer, FormContext, StepContext, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict
from workflow_app.letters.issue import complete
from workflow_app.people.accounts import Actor


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What a letter would say: plain values, for a preview."""

    code: str
    content: dict[str, Any]
    organ_code: str
    on: date


class _TakenBack(Exception):
    """Ends the trial; never leaves this file."""


def rehearse_letter(*, task_id: int, answer: Answer, actor: Actor, now: datetime) -> Rehearsed | None:
    """Return the letter that answering a task would lead to, or None where it leads to none. Nothing is kept.

    Raises NotFound, NotPermitted, InvalidInput and RuleViolation as the answer itself would, Conflict for a task done.
    """
    found: Rehearsed | None = None
    try:
        with transaction():
            found = _rehearse(task_to_do(task_id, actor)[0], answer, actor, now)
            raise _TakenBack
    except _TakenBack:
        return found


def _rehearse(task: CaseTask, answer: Answer, actor: Actor, now: datetime) -> Rehearsed | None:
    case, today = task.case, legal_day(now)
    if task.closed_at is not None:
        raise Conflict("task_already_done", number=case.number)
    form = kind_of(case.kind).form_for(task.step)
    context = FormContext(case=case, actor=actor, now=now, today=today)
    cleaned = form.check(context, clean(form, answer))
    step = StepContext(case=case, params={}, answer=cleaned, actor=actor, now=now, today=today)
    form.keep(step)
    db.session.flush()
    letter = form.letter(step)
    if letter is None or case.department is None:
        return None
    code, content = letter
    addressee = (case.organisation.name, case.organisation.code, case.number)
    return Rehearsed(
        code=code,
        content=complete(content, department=case.department, addressee=addressee),
        organ_code=case.department.organ_code,
        on=today,
    )
