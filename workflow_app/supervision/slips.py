"""The urge slips of the cases within somebody's scope: what still waits for an answer, what is late, what was answered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from workflow_app.cases.case import Case
from workflow_app.cases.urges import UrgeSlip, is_waiting
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.departments import Department
from workflow_app.people.permissions import scope_filter

PAGE_SIZE = 30


class State(StrEnum):
    """Which slips."""

    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class SlipPage:
    """One page of slips, the names of those asked by account and of the departments by id, and the counts of the lists."""

    slips: tuple[UrgeSlip, ...]
    people: dict[int, str]
    departments: dict[int, str]
    counts: dict[str, int]
    page: int
    pages: int


def slip_page(actor: Actor, state: State, *, today: date, page: int = 1) -> SlipPage:
    """Return a page of slips: those that wait by the day of their answer, all others the newest first."""
    counts = slip_counts(actor, today=today)
    pages = max(1, -(-counts[state] // PAGE_SIZE))
    page = min(max(1, page), pages)
    query = _of(state, today).where(_scope(actor)).options(contains_eager(UrgeSlip.case))
    urgent = state in (State.WAITING, State.LATE)
    order = (UrgeSlip.answer_by, UrgeSlip.id) if urgent else (UrgeSlip.issued_at.desc(), UrgeSlip.id.desc())
    found = db.session.scalars(query.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    slips = tuple(found.unique())
    return SlipPage(
        slips=slips,
        people=_names(Account, {s.account_id for s in slips}),
        departments=_names(Department, {s.department_id for s in slips} | {s.issued_by_department_id for s in slips}),
        counts=counts,
        page=page,
        pages=pages,
    )


def slip_counts(actor: Actor, *, today: date) -> dict[str, int]:
    """Return how many slips each list of an actor holds, in one query."""
    waiting = is_waiting()
    sums = {
        State.WAITING: waiting,
        State.LATE: sa.and_(waiting, UrgeSlip.answer_by < today),
        State.ANSWERED: UrgeSlip.answered_at.is_not(None),
        State.ALL: sa.true(),
    }
    columns = [sa.func.coalesce(sa.func.sum(sa.case((c, 1), else_=0)), 0) for c in sums.values()]
    row = db.session.execute(sa.select(*columns).select_from(UrgeSlip).join(UrgeSlip.case).where(_scope(actor))).one()
    return dict(zip((state.value for state in sums), row, strict=True))


def _of(state: State, today: date) -> sa.Select[Any]:
    query = sa.select(UrgeSlip).join(UrgeSlip.case)
    match state:
        case State.WAITING:
            return query.where(is_waiting())
        case State.LATE:
            return query.where(is_waiting(), UrgeSlip.answer_by < today)
        case State.ANSWERED:
            return query.where(UrgeSlip.answered_at.is_not(None))
        case _:
            return query


def _scope(actor: Actor) -> sa.ColumnElement[bool]:
    return scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)


def _names(table: Any, ids: set[int | None]) -> dict[int, str]:
    wanted = [i for i in ids if i is not None]
    if not wanted:
        return {}
    return dict(db.session.execute(sa.select(table.id, table.name).where(table.id.in_(wanted))).all())
