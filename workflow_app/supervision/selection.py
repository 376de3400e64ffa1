"""What somebody who oversees has chosen to look at, as values and as conditions on open cases within their scope."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.urges import UrgeSlip
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import scope_filter
from workflow_app.supervision.sight import Sight
from workflow_app.supervision.stuck import is_stuck


class Bucket(StrEnum):
    """Which of the open cases, by urgency or by what they wait for."""

    OPEN = "open"
    OVER = "over"
    TODAY = "today"
    SOON = "soon"
    STUCK = "stuck"
    HELD = "held"  # waiting for the party, or the clocks stand still
    MINE = "mine"
    URGED = "urged"


NONE = 0  # as an id: cases without an officer, or without a department


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A choice of open cases. What is None is not limited."""

    bucket: Bucket = Bucket.OPEN
    department_id: int | None = None
    kind: str | None = None
    step: str | None = None
    officer_id: int | None = None
    search: str = ""


def conditions(selection: Selection, actor: Actor, sight: Sight) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a selection, scope and openness included."""
    scope = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    found = [scope, Case.closed_at.is_(None)]
    if selection.bucket is not Bucket.OPEN:
        found.append(in_bucket(selection.bucket, actor, sight))
    for column, chosen in ((Case.department_id, selection.department_id), (Case.assignee_id, selection.officer_id)):
        if chosen is not None:
            found.append(column.is_(None) if chosen == NONE else column == chosen)
    if selection.kind is not None:
        found.append(Case.kind == selection.kind)
    if selection.step is not None:
        found.append(Case.stage == selection.step)
    if words := selection.search.strip()[:100]:
        texts = (Case.search_text, Case.number)
        found.append(sa.or_(*(text.contains(words, autoescape=True) for text in texts)))
    return found


def in_bucket(bucket: Bucket, actor: Actor, sight: Sight) -> sa.ColumnElement[bool]:
    """Return the condition of a bucket on open cases."""
    due: Any = Case.office_due_on
    horizon = sight.horizon
    match bucket:
        case Bucket.OVER:
            return due < horizon.today  # type: ignore[no-any-return]
        case Bucket.TODAY:
            return sa.and_(due >= horizon.today, due <= horizon.today_until)
        case Bucket.SOON:
            return sa.and_(due > horizon.today_until, due <= horizon.soon_until)
        case Bucket.STUCK:
            return is_stuck(sight)
        case Bucket.HELD:
            return Case.office_due_on.is_(None)
        case Bucket.MINE:
            return Case.id.in_(_waiting_for(actor))
        case Bucket.URGED:
            return Case.id.in_(sa.select(UrgeSlip.case_id).where(UrgeSlip.answered_at.is_(None)))
        case _:
            return sa.true()


def _waiting_for(actor: Actor) -> sa.Select[Any]:
    """The cases with a task that is the actor's to do: taken by them, or free for their role in their department."""
    place = sa.true() if actor.role is Role.CLERK else CaseTask.department_id == actor.department_id
    return sa.select(CaseTask.case_id).where(
        CaseTask.closed_at.is_(None),
        CaseTask.role == actor.role,
        place,
        sa.or_(CaseTask.assignee_id.is_(None), CaseTask.assignee_id == actor.account_id),
    )
