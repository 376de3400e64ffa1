"""How far a case is, for whoever may know that and no more: its step, its clocks, whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.clocks import Clock
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import ProcessKind, kind_of
from workflow_app.cases.stays import is_stayed
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Role
from workflow_app.people.calendars import current_calendar


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """Nobody who works on the case is in it, and nothing they wrote. `party_step` is the step at which the party is to act,
    None too while another case disputes the record; `clock` counts now, `whole` is that of the whole case."""

    case: Case
    kind: ProcessKind
    party_step: str | None
    clock: Clock | None
    whole: Clock | None
    clocks: tuple[Clock, ...]

    @property
    def waits_for_party(self) -> bool:
        """Whether the party is to act now."""
        return self.party_step is not None

    @property
    def waits_for_dispute(self) -> bool:
        """Whether the case stands still because another case disputes its record."""
        return is_disputed_elsewhere(self.case)


def stands_still(case: Case) -> bool:
    """Tell whether nobody is to act on an open case: it was stayed, or another case disputes its record."""
    return not case.is_closed and (is_stayed(case) or is_disputed_elsewhere(case))


def is_disputed_elsewhere(case: Case) -> bool:
    """Tell whether an open case stands still until another case on its record is over, where its kind lets it."""
    return (
        kind_of(case.kind).waits_for_dispute
        and not case.is_closed
        and case.record.dispute_case_no not in (None, case.number)
    )


def standing_of(case_id: int, now: datetime) -> CaseStanding:
    """Return how far a case is. That the reader may know is for the caller to have made sure of."""
    return standings([db.session.get_one(Case, case_id)], now)[0]


def standings(cases: Sequence[Case], now: datetime, *, running: bool = False) -> list[CaseStanding]:
    """Return how far cases are, in their order, with as many statements for five hundred as for one.

    `running` leaves out the clocks that have ended, which no list shows.
    """
    ids, today, calendar = [case.id for case in cases], legal_day(now), current_calendar()
    waiting = sa.select(CaseTask.case_id, CaseTask.step).where(
        CaseTask.case_id.in_(ids), CaseTask.closed_at.is_(None), CaseTask.role == Role.APPLICANT
    )
    party: dict[int, str] = dict(db.session.execute(waiting.order_by(CaseTask.id.desc())).all())
    by_case: dict[int, list[Clock]] = {}
    for deadline in _deadlines(ids, running=running):
        by_case.setdefault(deadline.case_id, []).append(clocks.read(deadline, today, calendar))
    return [
        CaseStanding(
            case=case,
            kind=kind_of(case.kind),
            party_step=None if stands_still(case) else party.get(case.id),
            clock=clocks.current(tuple(by_case.get(case.id, ()))),
            whole=_of_the_whole(by_case.get(case.id, ())),
            clocks=tuple(by_case.get(case.id, ())),
        )
        for case in cases
    ]


def _of_the_whole(read: Iterable[Clock]) -> Clock | None:
    return next((c for c in read if not c.deadline.arming and c.deadline.closed_at is None), None)


def _deadlines(case_ids: list[int], *, running: bool) -> list[Deadline]:
    """Clocks with their stops and extensions, which reading them needs: three statements, however many clocks."""
    query = sa.select(Deadline).where(Deadline.case_id.in_(case_ids)).order_by(Deadline.id)
    if running:
        query = query.where(Deadline.closed_at.is_(None))
    with_moves = selectinload(Deadline.suspensions), selectinload(Deadline.extensions)
    return list(db.session.scalars(query.options(*with_moves)).unique())
