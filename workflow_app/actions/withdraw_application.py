"""Withdrawing an application: possible until the decision, without any disadvantage."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions.message_case import message_case
from workflow_app.audit import log
from workflow_app.cases.case import Case, check_version
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require

MAX_REASON = 500


def withdraw_application(*, case_number: str, case_version: int, reason: str, actor: Actor, now: datetime) -> Case:
    """End an open case at its party's wish. Raises RuleViolation once it is decided, Conflict where it has moved on."""
    try:
        with transaction():
            case = _withdraw(case_number, case_version, _reason(reason), actor=actor, now=now)
    except StaleDataError as error:
        raise Conflict("case_changed", number=case_number) from error
    failpoint("withdraw.after_commit")
    return case


def _reason(text: str) -> str:
    try:
        reason = clean_text(text, multiline=True)
    except ValueError as error:
        raise InvalidInput({"reason": label(f"field_error.{error}")}) from None
    if len(reason) > MAX_REASON:
        raise InvalidInput({"reason": label("field_error.too_long", max=MAX_REASON)})
    return reason


def _withdraw(number: str, version: int, reason: str, *, actor: Actor, now: datetime) -> Case:
    case = db.session.scalar(sa.select(Case).where(Case.number == number).with_for_update(of=Case))
    if case is None:
        raise NotFound("case_not_found")
    require(actor, Permission.CASE_WITHDRAW, case)
    if case.closed_at is not None and case.outcome == "withdrawn":
        return case
    if case.closed_at is not None or case.decided_at is not None:
        raise RuleViolation("already_decided", number=number)
    check_version(case, version)
    message = kind_of(case.kind).withdrawal
    if message is None:
        raise RuleViolation("cannot_withdraw", number=number)
    message_case(case, message, answer={"reason": reason}, actor=actor, now=now)
    log.record(
        actor=actor,
        action="case.withdrawn",
        object_type="case",
        object_id=number,
        case_no=number,
        details={"reason": reason},
        now=now,
    )
    failpoint("withdraw.before_commit")
    return case
