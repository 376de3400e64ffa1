"""Extending a legal deadline: asked for by the officer with a reason, once, and granted or refused by another person."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from workflow_app.actions._beside import APPROVE_EXTENSION
from workflow_app.audit import log
from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline, Extension
from workflow_app.cases.kinds import StepContext, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, forbid_same_person, require

STEP = APPROVE_EXTENSION
MAX_REASON = 1000


@transactional
def request_extension(*, case_number: str, reason: str, actor: Actor, now: datetime) -> Extension:
    """Ask for the one extension of the running decision clock. Raises RuleViolation where none is left or none is running."""
    case = _case(case_number)
    require(actor, Permission.EXTENSION_REQUEST, case)
    text = _reason(reason)
    kind = kind_of(case.kind)
    deadline = next((d for d in clocks.open_deadlines(case) if d.key in kind.extendable), None)
    if deadline is None or deadline.due_on is None:
        raise RuleViolation("nothing_to_extend", number=case.number)
    allowed = value_of(f"{kind.key}.extend_times", on=deadline.started_on)
    if sum(1 for e in deadline.extensions if e.granted is not False) >= allowed.value:
        raise RuleViolation("extension_used", basis=allowed.basis, number=case.number)
    law = value_of(f"{kind.key}.extend", on=deadline.started_on)
    extension = Extension(
        value=law.value,
        unit=law.unit,
        reason=text,
        requested_by_id=actor.account_id,
        requested_at=now,
        due_before=deadline.due_on,
    )
    deadline.extensions.append(extension)
    _open_approval(case, now=now)
    tell(case.id, "extension_requested", actor=actor, now=now, public=False, reason=text, days=law.value)
    _audit(case, "extension.requested", {"reason": text, "days": law.value}, actor=actor, now=now)
    return extension


@transactional
def settle_extension(*, task_id: int, granted: bool, note: str, actor: Actor, now: datetime) -> Case:
    """Grant or refuse an extension that somebody else asked for; a granted one moves the clock and tells the party (L06)."""
    task = db.session.get(CaseTask, task_id)
    if task is None or task.step != STEP:
        raise NotFound("task_not_found")
    case = _case(task.case.number)
    require(actor, Permission.EXTENSION_APPROVE, case)
    deadline, extension = _pending(case)
    if task.closed_at is not None or extension is None or deadline is None:
        raise Conflict("task_already_done", number=case.number)
    forbid_same_person(extension.requested_by_id, actor)
    if not granted and not note.strip():
        raise InvalidInput({"note": label("field_error.required")})
    extension.granted, extension.note = granted, clean_text(note, multiline=True)
    extension.settled_by_id, extension.settled_at = actor.account_id, now
    task.closed_at, task.closed_by_id, task.answer = now, actor.account_id, {"granted": granted, "note": extension.note}
    if granted and deadline.due_on is None:  # stands still: it has its days left anyway
        raise RuleViolation("nothing_to_extend", number=case.number)
    if granted:
        clocks.grant(extension, deadline)
        context = StepContext(
            case=case, params={}, answer={"extension": extension}, actor=actor, now=now, today=legal_day(now)
        )
        kind_of(case.kind).steps["extend"](context)
    clocks.project_due(case, clocks.open_deadlines(case))
    facts = {
        "before": extension.due_before.isoformat(),
        "after": str(extension.due_after or ""),
        "reason": extension.reason,
    }
    tell(case.id, "extended" if granted else "extension_refused", actor=actor, now=now, public=granted, **facts)
    _audit(case, "extension.granted" if granted else "extension.refused", facts, actor=actor, now=now)
    return case


def _case(number: str) -> Case:
    case = db.session.scalar(sa.select(Case).where(Case.number == number).with_for_update(of=Case))
    if case is None:
        raise NotFound("case_not_found")
    return case


def _reason(text: str) -> str:
    try:
        reason = clean_text(text, multiline=True)
    except ValueError as error:
        raise InvalidInput({"reason": label(f"field_error.{error}")}) from None
    if not reason:
        raise InvalidInput({"reason": label("field_error.required")})
    if len(reason) > MAX_REASON:
        raise InvalidInput({"reason": label("field_error.too_long", max=MAX_REASON)})
    return reason


def _pending(case: Case) -> tuple[Deadline | None, Extension | None]:
    for deadline in clocks.open_deadlines(case):
        for extension in deadline.extensions:
            if extension.settled_at is None:
                return deadline, extension
    return None, None


def _open_approval(case: Case, *, now: datetime) -> None:
    db.session.add(CaseTask(case=case, step=STEP, role=Role.APPROVER, department_id=case.department_id, opened_at=now))


def _audit(case: Case, action: str, details: Mapping[str, object], *, actor: Actor, now: datetime) -> None:
    log.record(
        actor=actor,
        action=action,
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details=details,
        now=now,
    )
