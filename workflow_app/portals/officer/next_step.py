"""What a member of staff can do on a case now: the one act, or who is to act instead."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow_app.cases.clocks import extensions_left
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.views import CaseView
from workflow_app.foundation.clock import legal_day
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, may
from workflow_app.portals.shared.moment import now


class Turn(StrEnum):
    """Whose turn it is, seen by the reader."""

    MINE = "mine"
    FREE = "free"
    COLLEAGUE = "colleague"
    PARTY = "party"
    OTHER_ROLE = "other_role"
    PLATFORM = "platform"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The panel of the next step. `task` is what it is about; `others` are further tasks the reader may do."""

    turn: Turn
    task: CaseTask | None
    others: tuple[CaseTask, ...]
    may_release: bool
    may_extend: bool


def next_step(view: CaseView, actor: Actor) -> NextStep:
    """Return what the reader can do next."""
    open_to_me = tuple(t for t in view.tasks if _open_to(t, actor, view))
    first, *rest = open_to_me or (None,)
    shown = first or (view.tasks[0] if view.tasks else None)
    return NextStep(
        turn=_turn(view, first, actor),
        task=shown,
        others=tuple(t for t in rest if t is not None),
        may_release=first is not None and first.assignee_id == actor.account_id and first.engine_id is not None,
        may_extend=_may_extend(view, actor),
    )


def _open_to(task: CaseTask, actor: Actor, view: CaseView) -> bool:
    if task.engine_id is not None and view.kind.barred_from(task.step, view.case) == actor.account_id:
        return False  # it checks what they did themselves
    return task.role == actor.role and task.department_id in (None, actor.department_id)


def _turn(view: CaseView, task: CaseTask | None, actor: Actor) -> Turn:
    if view.case.is_closed:
        return Turn.CLOSED
    if task is None:
        return _elsewhere(view)
    if task.assignee_id is None:
        return Turn.FREE
    return Turn.MINE if task.assignee_id == actor.account_id else Turn.COLLEAGUE


def _elsewhere(view: CaseView) -> Turn:
    if not view.tasks:
        return Turn.PLATFORM
    return Turn.PARTY if any(t.role == Role.APPLICANT for t in view.tasks) else Turn.OTHER_ROLE


def _may_extend(view: CaseView, actor: Actor) -> bool:
    running = extendable(view)
    if running is None or legal_day(now()) > (running.due_on or date.max):
        return False
    return extensions_left(running, view.kind.key) > 0 and may(actor, Permission.EXTENSION_REQUEST, view.case)


def extendable(view: CaseView, *, by_party: bool = False) -> Deadline | None:
    """Return the running clock whose extension the office may ask for, or with `by_party` the party, or None."""
    running = (c.deadline for c in view.clocks if c.deadline.closed_at is None and c.deadline.due_on is not None)
    found = (d for d in running if d.key in view.kind.extendable)
    return next((d for d in found if (d.step in view.kind.party_steps) == by_party), None)


def extended(view: CaseView) -> Deadline | None:
    """Return the running clock for which an extension was asked that nobody has settled."""
    running = (c.deadline for c in view.clocks if c.deadline.closed_at is None and c.deadline.due_on is not None)
    return next((d for d in running if any(e.settled_at is None for e in d.extensions)), None)
