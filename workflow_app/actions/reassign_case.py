"""Reassigning a case (改派): another officer of the same department takes it over, with a reason that stays on the case."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions._advance import open_tasks
from workflow_app.audit import log
from workflow_app.cases.case import Case, check_version, locked_case
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.timeline import tell
from workflow_app.cases.urges import hand_over
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.permissions import Permission, require

MAX_REASON = 500


def reassign_case(
    *,
    case_number: str,
    case_version: int,
    officer_id: int,
    reason: str,
    idempotency_key: str | None,
    actor: Actor,
    now: datetime,
) -> Case:
    """Give a case and its officer's work to another officer. `case_version` is the row version the actor has seen.

    The clocks run on, drafts stay with their author, unanswered slips go along. The same request again does nothing more.
    Raises InvalidInput on `reason`, and on `new_officer` for anybody but a working officer of the case's department;
    RuleViolation where the case is closed or has no department yet; Conflict where it moved on or the officer has it.
    """
    kept = typed_text("reason", reason, limit=MAX_REASON)
    digest = request_digest(reassign=case_number, to=officer_id, reason=kept)
    try:
        with transaction():
            case = _locked(case_number, actor)
            if earlier_result(idempotency_key, digest, actor=actor) is None:
                _check(case, case_version)
                _hand_on(case, _able(officer_id, case), kept, actor=actor, now=now)
                remember(idempotency_key, digest, case.number, actor=actor, now=now)
    except StaleDataError as error:
        raise Conflict("case_changed", number=case_number) from error
    return case


def officers_of(department_id: int | None) -> list[Account]:
    """Return the officers of a department who can take a case over, by name."""
    here = Account.department_id == department_id
    query = sa.select(Account).where(here, Account.role == Role.OFFICER, Account.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Account.name, Account.id)))


def _locked(number: str, actor: Actor) -> Case:
    case = locked_case(number)
    require(actor, Permission.CASE_REASSIGN, case)
    return case


def _check(case: Case, version: int) -> None:
    if case.closed_at is not None:
        raise RuleViolation("reassign_closed", number=case.number)
    if case.department_id is None:
        raise RuleViolation("case_without_department", number=case.number)
    check_version(case, version)


def _able(officer_id: int, case: Case) -> Account:
    officer = db.session.get(Account, officer_id)
    if officer is None or officer.department_id != case.department_id:
        raise InvalidInput({"new_officer": label("field_error.officer_elsewhere")})
    if officer.role != Role.OFFICER or officer.disabled_at is not None:
        raise InvalidInput({"new_officer": label("field_error.officer_unable")})
    if case.assignee_id == officer.id:
        raise Conflict("reassign_same", number=case.number, name=officer.name)
    return officer


def _hand_on(case: Case, officer: Account, reason: str, *, actor: Actor, now: datetime) -> None:
    before = db.session.get(Account, case.assignee_id) if case.assignee_id else None
    case.assignee_id, case.acted_at = officer.id, now
    for task in open_tasks(case):
        if task.role == Role.OFFICER:
            barred = task.engine_id is not None and kind_of(case.kind).barred_from(task.step, case) == officer.id
            task.assignee_id, task.claimed_at = (None, None) if barred else (officer.id, now)
    hand_over(case)
    names: dict[str, Any] = {
        "before_name": before.name if before else label("alarm.nobody"),
        "after_name": officer.name,
    }
    tell(case.id, "reassigned", actor=actor, now=now, kind="message", public=False, reason=reason, **names)
    notify("reassigned_to_you", now=now, account_id=officer.id, case_number=case.number, reason=reason, **names)
    if before is not None:
        notify("reassigned_away", now=now, account_id=before.id, case_number=case.number, reason=reason, **names)
    log.record(
        actor=actor,
        action="case.reassigned",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"from": before.id if before else None, "to": officer.id, "reason": reason},
        now=now,
    )
