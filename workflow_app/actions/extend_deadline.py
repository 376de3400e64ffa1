"""Extending a legal deadline: asked for with a reason, as often as the law says, and granted or refused by another person.

Whose step a clock runs for asks for it: the officer, or the party for a clock of its own. A kind that has the step
`refuse_extension` tells of a refusal by it; else only the office reads of one.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow_app.audit import log
from workflow_app.cases import clocks
from workflow_app.cases.case import Case, locked_case, touch
from workflow_app.cases.deadlines import Deadline, Extension
from workflow_app.cases.kinds import ProcessKind, StepContext, kind_of
from workflow_app.cases.tasks import APPROVE_EXTENSION, CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, forbid_same_person, require

STEP = APPROVE_EXTENSION
MAX_REASON, MAX_ARTICLE = 1000, 300


@transactional
def request_extension(
    *, case_number: str, reason: str, actor: Actor, now: datetime, days: int | None = None
) -> Extension:
    """Ask for an extension of the running clock, by as much as the law allows where no `days` are given (in its own unit).

    Raises InvalidInput on `reason` and `days`, RuleViolation where no extension is left, none can be had or one waits.
    """
    case = locked_case(case_number)
    by_party = actor.role is Role.APPLICANT
    require(actor, Permission.CASE_CORRECT if by_party else Permission.EXTENSION_REQUEST, case)
    text = typed_text("reason", reason, limit=MAX_REASON)
    kind = kind_of(case.kind)
    deadline = extendable_clock(case, kind, by_party=by_party)
    if deadline is None or deadline.due_on is None:
        raise RuleViolation("nothing_to_extend", number=case.number)
    _refuse_late(deadline, legal_day(now))
    if clocks.extensions_left(deadline, kind.key) == 0:
        allowed = value_of(f"{kind.key}.extend_times", on=deadline.started_on)
        raise RuleViolation("extension_used", basis=allowed.basis, times=allowed.value, number=case.number)
    law = value_of(f"{kind.key}.extend", on=deadline.started_on)
    if days is not None and not 1 <= days <= law.value:
        raise InvalidInput({"days": label("field_error.extension_days", most=law.value)})
    extension = Extension(
        value=days or law.value,
        unit=law.unit,
        reason=text,
        requested_by_id=actor.account_id,
        requested_at=now,
        due_before=deadline.due_on,
    )
    deadline.extensions.append(extension)
    _open_approval(case, now=now)
    touch(case, now=now)
    facts: dict[str, Any] = {"reason": text, "days": extension.value}
    tell(case.id, "extension_requested", actor=actor, now=now, public=by_party, **facts)
    _audit(case, "extension.requested", facts, actor=actor, now=now)
    return extension


def extendable_clock(case: Case, kind: ProcessKind, *, by_party: bool) -> Deadline | None:
    """Return the running clock that may be extended for the party, or for the office."""
    running = (d for d in clocks.open_deadlines(case) if d.key in kind.extendable)
    return next((d for d in running if (d.step in kind.party_steps) == by_party), None)


@transactional
def settle_extension(
    *, task_id: int, granted: bool, note: str, basis_article: str = "", actor: Actor, now: datetime
) -> Case:
    """Grant or refuse an extension that somebody else asked for; a granted one moves the clock and tells the party (L06).

    Granting needs the article it rests on, in the approver's words: the number of days is not verified (rulebook §1.6).
    Raises RuleViolation for granting after the day on which the time ran out.
    """
    task = db.session.get(CaseTask, task_id)
    if task is None or task.step != STEP:
        raise NotFound("task_not_found")
    case = locked_case(task.case.number)
    require(actor, Permission.EXTENSION_APPROVE, case)
    deadline, extension = _pending(case)
    if task.closed_at is not None or extension is None or deadline is None:
        raise Conflict("task_already_done", number=case.number)
    forbid_same_person(extension.requested_by_id, actor)
    extension.note = typed_text("note", note, limit=MAX_REASON, required=not granted)
    article = typed_text("basis_article", basis_article, limit=MAX_ARTICLE, required=granted, multiline=False)
    if granted:
        _refuse_late(deadline, legal_day(now))
    extension.granted = granted
    extension.settled_by_id, extension.settled_at = actor.account_id, now
    task.closed_at, task.closed_by_id, task.answer = now, actor.account_id, {"granted": granted, "note": extension.note}
    if granted and deadline.due_on is None:  # stands still: it has its days left anyway
        raise RuleViolation("nothing_to_extend", number=case.number)
    if granted:
        clocks.grant(extension, deadline)
    answer = {"extension": extension, "basis_article": article}
    context = StepContext(case=case, params={}, answer=answer, actor=actor, now=now, today=legal_day(now))
    told = kind_of(case.kind).steps.get("extend" if granted else "refuse_extension")
    if told is not None:
        told(context)
    clocks.project_due(case, clocks.open_deadlines(case))
    touch(case, now=now)
    facts = {
        "before": extension.due_before.isoformat(),
        "after": str(extension.due_after or ""),
        "reason": extension.reason,
    }
    tell(case.id, "extended" if granted else "extension_refused", actor=actor, now=now, public=granted, **facts)
    _audit(case, "extension.granted" if granted else "extension.refused", facts, actor=actor, now=now)
    return case


def _refuse_late(deadline: Deadline, today: date) -> None:
    """What has run out cannot be extended: it is overdue, and stays so."""
    if deadline.due_on is not None and today > deadline.due_on:
        raise RuleViolation("extension_late", due=deadline.due_on.isoformat())


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
