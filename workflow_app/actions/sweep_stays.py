"""The clock's act on stays: when the day has come to look whether the ground still holds, the officer and the head of
department are told, and again while nothing comes of it. One stay a transaction."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow_app.actions._chasing import chase_each
from workflow_app.audit import log
from workflow_app.cases.holders import Holder, officer_of
from workflow_app.cases.stays import Stay
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.labels import label
from workflow_app.jobs.queue import periodic
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import working_days_after
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.calendars import current_calendar

CHASE = "supervision.chase"
DAY = timedelta(days=1)


@periodic(seconds=60, name="stay_sweep")
def stay_sweep(now: datetime) -> int:
    """Chase every stay whose day of review has passed and return how many. A broken one is logged, the next goes on."""
    due = sa.select(Stay.id).where(Stay.ended_at.is_(None), Stay.chase_at <= now)
    return chase_each(Stay, due.order_by(Stay.chase_at), _chase, now=now)


def _chase(stay: Stay, now: datetime) -> int:
    if not stay.is_standing or stay.chase_at is None or stay.chase_at > now:
        return 0
    case, today = stay.case, legal_day(now)
    every = value_of(CHASE, on=today).value
    stay.chased, stay.chase_at = stay.chased + 1, end_of_day(working_days_after(today - DAY, every, current_calendar()))
    words = {"reason": label(f"stay.ground.{stay.ground}"), "day": stay.review_on.isoformat() if stay.review_on else ""}
    for holder in (officer_of(case), Holder(role=Role.APPROVER, department_id=case.department_id)):
        facts: dict[str, Any] = holder.address() | words
        notify("stay_review", now=now, case_number=case.number, **facts)
    if stay.chased == 1:
        tell(case.id, "stay_review", actor=Actor.system(), now=now, kind="system", public=False, **words)
    log.record(
        actor=Actor.system(), action="stay.chased", object_type="case", object_id=case.number, case_no=case.number,
        details={"times": stay.chased, "review_on": words["day"]}, now=now,
    )  # fmt: skip
    return 1
