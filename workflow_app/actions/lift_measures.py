"""Lifting measures after a repair: notices sent by a job, answered by the body's officer, chased when nobody answers."""

import logging
from datetime import date, datetime, time

import sqlalchemy as sa
from flask import current_app

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.jobs.queue import job, periodic
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, require
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.measure_notices import MeasureNotice, NoticeState, answer

logger = logging.getLogger("measures")
MAX_REASON, SLICE = 500, 200


@job("sweeps")
def send_measure_notice(notice_id: int) -> None:
    """Put a notice into the inbox of the body's officers, once."""
    now: datetime = current_app.extensions["clock"].now()
    with transaction():
        notice = db.session.get(MeasureNotice, notice_id, with_for_update={"of": MeasureNotice})
        if notice is None or notice.sent_at is not None:
            return
        notice.sent_at = now
        _notify("measure_to_lift", notice, now)


def notice_for(notice_id: int, actor: Actor) -> MeasureNotice:
    """Return a notice the actor may answer. Raises NotFound and NotPermitted by the permission table."""
    found = db.session.get(MeasureNotice, notice_id)
    if found is None:
        raise NotFound("measure_notice_not_found")
    require(actor, Permission.MEASURE_ANSWER, found)
    return found


@transactional
def answer_notice(
    *, notice_id: int, version: int, answered: str, lifted_on: date | None, reason: str, actor: Actor, now: datetime
) -> MeasureNotice:
    """Answer that a measure was lifted on a day, or why it cannot be.

    Raises InvalidInput by field, Conflict where somebody answered meanwhile.
    """
    notice = notice_for(notice_id, actor)
    if notice.row_version != version:
        raise Conflict("measure_answered")
    wrong = {} if answered in (NoticeState.LIFTED, NoticeState.KEPT) else {"answered": label("field_error.choose")}
    lifted, text = answered == NoticeState.LIFTED, ""
    if lifted and (lifted_on is None or not notice.on.in_force_since <= lifted_on <= legal_day(now)):
        wrong["lifted_on"] = label("measure.day_between", first=notice.on.in_force_since.isoformat())
    try:
        needed = answered == NoticeState.KEPT or notice.is_outside
        text = typed_text("reason", reason, limit=MAX_REASON, required=needed)
    except InvalidInput as error:
        wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    answer(notice, lifted=lifted, lifted_on=lifted_on, reason=text, actor=actor, now=now)
    case = db.session.get(Case, notice.case_id) if notice.case_id else None
    facts = {"body": notice.body, "measure": notice.on.measure.name, "reason": text}
    key = f"measure_{notice.state}"
    if case is not None:
        tell(case.id, key, actor=actor, now=now, kind="system", public=lifted, **facts)
    worker = case.assignee_id if case else None
    record = db.session.get_one(CreditRecord, notice.on.record_id)
    office = None if worker else case.department_id if case else record.department_id
    notify(
        key,
        now=now,
        account_id=worker,
        department_id=office,
        role=Role.OFFICER if office else None,
        case_number=case.number if case else None,
        record_id=record.id,
        body=notice.body,
        measure=notice.on.measure.name,
        reason=text,
    )
    log.record(
        actor=actor, action=f"measure.{notice.state}", object_type="measure_notice", object_id=str(notice.id),
        case_no=case.number if case else None, details=facts, now=now,
    )  # fmt: skip
    return notice


@periodic(name="measure_sweep", daily_at=time(0, 20))
def measure_sweep(now: datetime) -> int:
    """Remind the bodies that have not answered in time, and whoever decided, once; return how many."""
    late = sa.select(MeasureNotice.id).where(
        MeasureNotice.state == NoticeState.OPEN,
        MeasureNotice.due_on < legal_day(now),
        MeasureNotice.chased_at.is_(None),
    )
    ids = list(db.session.scalars(late.order_by(MeasureNotice.id).limit(SLICE)))
    db.session.rollback()
    return sum(_chase(notice_id, now) for notice_id in ids)


def _chase(notice_id: int, now: datetime) -> int:
    try:
        with transaction():
            notice = db.session.get(MeasureNotice, notice_id, with_for_update={"of": MeasureNotice})
            if notice is None or notice.state != NoticeState.OPEN or notice.chased_at is not None:
                return 0
            notice.chased_at = now
            _notify("measure_late", notice, now)
            case = db.session.get(Case, notice.case_id) if notice.case_id else None
            due = notice.due_on.isoformat()
            facts = {"body": notice.body, "measure": notice.on.measure.name, "due": due}
            if case is None:
                return 1
            tell(case.id, "measure_late", actor=Actor.system(), now=now, kind="system", public=False, **facts)
            if case.assignee_id and not notice.is_outside:
                who, measure = case.assignee_id, notice.on.measure.name
                notify(
                    "measure_unanswered", now=now, account_id=who, case_number=case.number, body=notice.body,
                    measure=measure, due=due,
                )  # fmt: skip
        return 1
    except Exception:
        logger.exception("measure notice %s", notice_id)
        return 0


def _notify(key: str, notice: MeasureNotice, now: datetime) -> None:
    measure, due = notice.on.measure.name, notice.due_on.isoformat()
    notify(
        key, now=now, department_id=notice.department_id, role=Role.OFFICER, notice_id=notice.id, body=notice.body,
        measure=measure, due=due,
    )  # fmt: skip
