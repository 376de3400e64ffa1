"""Withdrawing an application: possible until the decision, without any disadvantage."""

from datetime import datetime

from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions.message_case import message_case
from workflow_app.audit import log
from workflow_app.cases.case import Case, check_version, locked_case
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.database import transaction
from workflow_app.foundation.errors import Conflict, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.text import typed_text
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require

MAX_REASON = 500


def withdraw_application(*, case_number: str, case_version: int, reason: str, actor: Actor, now: datetime) -> Case:
    """End an open case at its party's wish. Raises RuleViolation once it is decided, Conflict where it has moved on."""
    try:
        with transaction():
            why = typed_text("reason", reason, limit=MAX_REASON, required=False)
            case = _withdraw(case_number, case_version, why, actor=actor, now=now)
    except StaleDataError as error:
        raise Conflict("case_changed", number=case_number) from error
    failpoint("withdraw.after_commit")
    return case


def _withdraw(number: str, version: int, reason: str, *, actor: Actor, now: datetime) -> Case:
    case = locked_case(number)
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
