"""The clock's acts on service: letters whose public notice has run out count as served; letters that nobody has served in time
are chased, again and again while nothing comes of it. One letter a transaction."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions._serving import audit, locked_service, settle_service
from workflow_app.cases.case import Case
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.jobs.queue import periodic
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import working_days_after
from workflow_app.letters.letter import Letter
from workflow_app.letters.public_notices import PublicNotice
from workflow_app.letters.serving import GONE, LetterService
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import Permission

AGAIN = "service.chase_again"
SLICE = 200
DAY = timedelta(days=1)


@periodic(seconds=300, name="service_sweep")
def service_sweep(now: datetime) -> int:
    """Settle what has run out, then chase what is late; return how many letters were touched."""
    over = sa.select(PublicNotice.letter_id).where(
        PublicNotice.open_letter_id.is_not(None), PublicNotice.expires_on < legal_day(now)
    )
    late = sa.select(LetterService.letter_id).where(LetterService.served_on.is_(None), LetterService.chase_at <= now)
    return _each(over.order_by(PublicNotice.id), _settle, now) + _each(
        late.order_by(LetterService.chase_at, LetterService.letter_id), _chase, now
    )


def _each(query: sa.Select[int], act: Callable[[LetterService, datetime], int], now: datetime) -> int:
    ids = list(db.session.scalars(query.limit(SLICE)))
    db.session.rollback()
    return sum(_one(letter_id, act, now) for letter_id in ids)


def _one(letter_id: int, act: Callable[[LetterService, datetime], int], now: datetime) -> int:
    try:
        with transaction():
            return act(locked_service(letter_id, actor=Actor.system(), permission=Permission.SERVICE_NOTE), now)
    except RuleViolation:
        return _put_off(letter_id, now)
    except StaleDataError:
        return 0
    except Exception:
        logging.getLogger("chasing").exception("service of letter %s", letter_id)
        return 0


def _settle(service: LetterService, now: datetime) -> int:
    return int(settle_service(service, actor=Actor.system(), now=now).is_change)


def _chase(service: LetterService, now: datetime) -> int:
    if service.served_on is not None or service.chase_at is None or service.chase_at > now:
        return 0
    letter, today = service.letter, legal_day(now)
    service.chased += 1
    service.chase_at = _again(now)
    facts: dict[str, Any] = {"letter": letter.number, "title": letter.title, "day": service.chase_on.isoformat()}
    case = db.session.get(Case, letter.case_id) if letter.case_id is not None else None
    number = letter.case_no or None
    if case is not None and case.assignee_id is not None:
        notify("service_late", now=now, account_id=case.assignee_id, case_number=number, **facts)
    else:
        place: dict[str, Any] = {"department_id": letter.department_id, "role": Role.OFFICER}
        notify("service_late", now=now, case_number=number, **place, **facts)
    if service.chased > 1:  # the first word goes to whoever serves it, the next also to who answers for it
        notify(
            "service_late", now=now, department_id=letter.department_id, role=Role.APPROVER, case_number=number, **facts
        )  # fmt: skip
    audit(service, "service.chased", {"times": service.chased, "on": today.isoformat()}, actor=Actor.system(), now=now)
    return 1


def _put_off(letter_id: int, now: datetime) -> int:
    """A letter that is no longer in force is not chased any more; one without pages is looked at again later."""
    with transaction():
        service = db.session.get(
            LetterService, letter_id, with_for_update={"of": LetterService}, populate_existing=True
        )
        if service is not None and service.chase_at is not None:
            gone = db.session.get_one(Letter, letter_id).state in GONE
            service.chase_at = None if gone else _again(now)
    return 0


def _again(now: datetime) -> datetime:
    today = legal_day(now)
    every = value_of(AGAIN, on=today).value
    return end_of_day(working_days_after(today - DAY, every, current_calendar()))
