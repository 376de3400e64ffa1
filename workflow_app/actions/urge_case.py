"""Urging a case (督办): a slip to whoever has it in hand, who must answer it within the time the parameters give."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm.exc import StaleDataError

from workflow_app.audit import log
from workflow_app.cases.case import Case, locked_case
from workflow_app.cases.holders import Holder, holders_of
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.timeline import tell
from workflow_app.cases.urges import UrgeSlip, waiting_slips
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, RuleViolation
from workflow_app.foundation.text import typed_text
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import working_days_after
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import Permission, require

ANSWER = "supervision.answer"
MAX_TEXT = 1000


def urge_case(*, case_number: str, text: str, idempotency_key: str | None, actor: Actor, now: datetime) -> UrgeSlip:
    """Issue a slip on an open case and tell whoever has it. The same request again returns the slip of the first.

    Raises InvalidInput on `text`; RuleViolation where the case is closed, nobody has it, the actor has it themselves, or
    a slip of the actor's department still waits for its answer; Conflict where the case moved at this moment.
    """
    kept = typed_text("text", text, limit=MAX_TEXT)
    try:
        with transaction():
            return _urge(case_number, kept, idempotency_key, actor=actor, now=now)
    except StaleDataError as error:
        raise Conflict("case_changed", number=case_number) from error


def answer_day(today: date) -> date:
    """Return the day by which a slip issued today must be answered."""
    return working_days_after(today, value_of(ANSWER, on=today).value, current_calendar())


def whom_to_urge(case: Case, actor: Actor, holders: list[Holder], waiting: UrgeSlip | None) -> Holder:
    """Return who would have to answer. Raises RuleViolation where a slip makes no sense; `waiting` is the one that the
    actor's department has open on the case.

    An officer answers for the case they have; approvers and clerks share their work, so whoever has the role answers.
    """
    if case.closed_at is not None:
        raise RuleViolation("urge_closed", number=case.number)
    if not holders:
        raise RuleViolation("urge_nobody", number=case.number)
    holder = holders[0]
    if holder.role is not Role.OFFICER:
        holder = replace(holder, account_id=None)
    if holder.is_for(actor):
        raise RuleViolation("urge_self", number=case.number)
    if waiting is not None:
        raise RuleViolation("urge_waiting", number=case.number, by=waiting.issued_by_name)
    return holder


def _urge(number: str, text: str, key: str | None, *, actor: Actor, now: datetime) -> UrgeSlip:
    case = locked_case(number)
    require(actor, Permission.CASE_URGE, case)
    digest = request_digest(urge=number, text=text)
    earlier = earlier_result(key, digest, actor=actor)
    if earlier is not None:
        return db.session.get_one(UrgeSlip, int(earlier))
    waiting = waiting_slips([case.id], department_id=actor.department_id).get(case.id)
    holder = whom_to_urge(case, actor, holders_of(case), waiting)
    slip = _slip(case, holder, text, actor=actor, now=now)
    db.session.add(slip)
    db.session.flush()
    by = slip.answer_by.isoformat()
    tell(case.id, "urged", actor=actor, now=now, kind="message", public=False, text=text, by=by)
    notify("urged", now=now, case_number=number, **holder.address(), text=text, by=by, who=actor.name)
    log.record(
        actor=actor,
        action="case.urged",
        object_type="urge_slip",
        object_id=str(slip.id),
        case_no=number,
        details={"text": text, "answer_by": by, "role": holder.role, "account": holder.account_id},
        now=now,
    )
    remember(key, digest, str(slip.id), actor=actor, now=now)
    return slip


def _slip(case: Case, holder: Holder, text: str, *, actor: Actor, now: datetime) -> UrgeSlip:
    answer_by = answer_day(legal_day(now))
    return UrgeSlip(
        case=case,
        text=text,
        issued_by_id=actor.account_id,
        issued_by_name=actor.name,
        issued_by_role=actor.role,
        issued_by_department_id=actor.department_id,
        issued_at=now,
        role=holder.role,
        department_id=holder.department_id,
        account_id=holder.account_id,
        answer_by=answer_by,
        chase_at=end_of_day(answer_by),
    )
