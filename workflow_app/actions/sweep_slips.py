"""The clock's act on urge slips: what nobody has answered in time is brought up again, one slip a transaction."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from workflow_app.actions._chasing import chase_each
from workflow_app.audit import log
from workflow_app.cases.holders import Holder
from workflow_app.cases.timeline import tell
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.jobs.queue import periodic
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import working_days_after
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.calendars import current_calendar

CHASE = "supervision.chase"
DAY = timedelta(days=1)


@periodic(seconds=30, name="slip_sweep")
def slip_sweep(now: datetime) -> int:
    """Chase every unanswered slip whose time has come and return how many. A broken one is logged, the next goes on."""
    waiting = sa.select(UrgeSlip.id).where(UrgeSlip.answered_at.is_(None), UrgeSlip.chase_at <= now)
    return chase_each(UrgeSlip, waiting.order_by(UrgeSlip.chase_at), _chase, now=now)


def _chase(slip: UrgeSlip, now: datetime) -> int:
    """Remind whoever must answer; the first time also tell their head of department and who issued the slip."""
    if slip.answered_at is not None or slip.chase_at is None or slip.chase_at > now:
        return 0
    if slip.case.closed_at is not None:
        slip.chase_at = None  # the end of the case is the answer
        return 0
    today, case = legal_day(now), slip.case
    every = value_of(CHASE, on=today).value
    again_on = working_days_after(today - DAY, every, current_calendar())
    slip.chased, slip.chase_at = slip.chased + 1, end_of_day(again_on)
    told = [slip.holder]
    if slip.chased == 1:
        told += _above(slip)
    by = slip.answer_by.isoformat()
    for holder in dict.fromkeys(told):
        notify("slip_late", now=now, case_number=case.number, **holder.address(), text=slip.text, by=by)
    tell(case.id, "slip_late", actor=Actor.system(), now=now, kind="system", public=False, by=by)
    log.record(
        actor=Actor.system(),
        action="slip.chased",
        object_type="urge_slip",
        object_id=str(slip.id),
        case_no=case.number,
        details={"times": slip.chased, "answer_by": by},
        now=now,
    )
    return 1


def _above(slip: UrgeSlip) -> list[Holder]:
    found = []
    if slip.case.department_id is not None:
        found.append(Holder(role=Role.APPROVER, department_id=slip.case.department_id))
    if slip.issued_by_id is not None:
        found.append(Holder(role=Role(slip.issued_by_role), account_id=slip.issued_by_id))
    return found
