"""Open cases of a department that ended go to the one that continues its work (rulebook §12.2 no. 10): once a day, one case a
transaction. The office's clocks that are running begin anew on the day of receipt, and the party is told. Where nobody was named,
the lead departments are told, once a case, that they must name somebody."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from workflow_app.actions._advance import open_tasks
from workflow_app.audit import log
from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.timeline import TimelineEntry, tell
from workflow_app.cases.urges import hand_over
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.labels import label
from workflow_app.jobs.queue import periodic
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department, Succession, successor_of

logger = logging.getLogger("cases")
SLICE = 200
UNNAMED = "successor_unnamed"


@periodic(name="succession_sweep", daily_at=time(0, 5))
def succession_sweep(now: datetime) -> int:
    """Hand over what lies with departments that ended and return how many cases were. A broken one is logged, the next goes on."""
    return sum(_one(case_id, now) for case_id in _with_ended(on=legal_day(now)))


def _with_ended(*, on: date) -> Iterator[int]:
    """Yield the open cases of departments that ended by a day, in the order of their ids."""
    ended = sa.select(Succession.code).where(Succession.effective_on <= on)
    after = 0
    while True:
        query = sa.select(Case.id).join(Department, Department.id == Case.department_id)
        query = query.where(Case.closed_at.is_(None), Case.id > after, Department.code.in_(ended))
        ids = list(db.session.scalars(query.order_by(Case.id).limit(SLICE)))
        db.session.rollback()
        if not ids:
            return
        yield from ids
        after = ids[-1]


def _one(case_id: int, now: datetime) -> int:
    try:
        with transaction():
            case = db.session.scalar(sa.select(Case).where(Case.id == case_id).with_for_update(of=Case, key_share=True))
            if case is None or case.closed_at is not None or case.department is None:
                return 0
            heir = successor_of(case.department, on=legal_day(now))
            if heir is None:
                return _ask_for_a_name(case, now)
            return _hand_over(case, heir, now) if heir.id != case.department_id else 0
    except Exception:
        logger.exception("case %s", case_id)
        return 0


def _hand_over(case: Case, heir: Department, now: datetime) -> int:
    """Give a case to a department: nobody has it in hand there yet."""
    before, system = case.department, Actor.system()
    case.department, case.assignee_id, case.acted_at = heir, None, now
    for task in open_tasks(case):
        if task.asked_department_id is None:
            task.assignee_id, task.claimed_at = None, None
            task.department_id = heir.id if task.department_id is not None else None
    hand_over(case)
    moved = _begin_anew(case, heir, now)
    names: dict[str, Any] = {"before": before.name if before else "", "after": heir.name}
    known = _party_knows(case)
    tell(case.id, "taken_over", actor=system, now=now, kind="system", public=known, **names)
    if known:
        notify("taken_over", now=now, organisation_id=case.organisation_id, case_number=case.number, **names)
    notify("taken_over_here", now=now, department_id=heir.id, role=Role.OFFICER, case_number=case.number, **names)
    log.record(
        actor=system, action="case.taken_over", object_type="case", object_id=case.number, case_no=case.number,
        details=names | {"clocks": moved}, now=now,
    )  # fmt: skip
    return 1


def _party_knows(case: Case) -> bool:
    """Tell whether the party applied itself, or has had a letter: of what the office opened it hears by its notice first."""
    letter = sa.select(Letter.id).where(Letter.case_id == case.id).limit(1)
    return kind_of(case.kind).opening is None or db.session.scalar(letter) is not None


def _begin_anew(case: Case, heir: Department, now: datetime) -> list[dict[str, str]]:
    """Let the office's running clocks begin on the day of receipt and return each with both its days. What stands still goes
    on as it is, and what has run out stays run out: that was the other department's."""
    moved = []
    for deadline in clocks.open_deadlines(case):
        if deadline.step in kind_of(case.kind).party_steps or deadline.is_stopped or deadline.fired_at is not None:
            continue
        was = deadline.due_on
        clocks.begin_anew(deadline, on=legal_day(now), reason=label("clock_stop.taken_over", name=heir.name), now=now)
        moved.append({"key": deadline.key, "before": str(was), "after": str(deadline.due_on)})
    clocks.project_due(case, clocks.open_deadlines(case))
    return moved


def _ask_for_a_name(case: Case, now: datetime) -> int:
    """Tell the lead departments, once, that nobody continues a department's work."""
    told = sa.select(TimelineEntry.id).where(TimelineEntry.case_id == case.id, TimelineEntry.key == UNNAMED)
    if case.department is None or db.session.scalar(told.limit(1)) is not None:
        return 0
    name = case.department.name
    tell(case.id, UNNAMED, actor=Actor.system(), now=now, kind="system", public=False, name=name)
    for lead in db.session.scalars(sa.select(Department.id).where(Department.lead.is_(True))):
        notify(UNNAMED, now=now, department_id=lead, role=Role.SUPERVISOR, case_number=case.number, name=name)
    return 1
