"""Staying a case and resuming it (中止、恢复): asked for by the officer with a ground, its facts and its paper, granted by
another person. The clocks stop and run on with that word, on the letter that tells the party."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from workflow_app.audit import log
from workflow_app.cases import clocks
from workflow_app.cases.case import Case, locked_case, touch
from workflow_app.cases.kinds import StepContext, kind_of
from workflow_app.cases.stays import Stay, is_stayed, open_stay, set_stayed
from workflow_app.cases.tasks import APPROVE_RESUMPTION, APPROVE_STAY, CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, forbid_same_person, require

MAX_TEXT, MAX_PAPER, MAX_ARTICLE = 1000, 200, 300


@transactional
def request_stay(*, case_number: str, ground: str, facts: str, paper: str, actor: Actor, now: datetime) -> Stay:
    """Ask for a stay. Raises InvalidInput on `stay_ground`, `facts`, `paper`; RuleViolation where the case cannot be stayed."""
    case = locked_case(case_number)
    require(actor, Permission.STAY_REQUEST, case)
    wrong = {} if ground in kind_of(case.kind).stays else {"stay_ground": label("field_error.choose")}
    texts = _texts(wrong, facts=(facts, MAX_TEXT), paper=(paper, MAX_PAPER))
    _check_can_be_stayed(case)
    stay = Stay(case=case, ground=ground, requested_by_id=actor.account_id, requested_at=now, **texts)
    db.session.add(stay)
    _open_task(case, APPROVE_STAY, now=now)
    touch(case, now=now)
    tell(case.id, "stay_requested", actor=actor, now=now, public=False, reason=_words(ground), paper=texts["paper"])
    _audit(case, "stay.requested", {"ground": ground, **texts}, actor=actor, now=now)
    return stay


@transactional
def settle_stay(*, task_id: int, granted: bool, note: str, basis_article: str, actor: Actor, now: datetime) -> Case:
    """Grant or refuse a stay that somebody else asked for. A granted one tells the party (L11) and stops every clock.

    Granting needs the article it rests on. Raises RuleViolation where the letter cannot be issued: without it no time is
    left out (rulebook §10.4).
    """
    case, task, stay = _pending(task_id, APPROVE_STAY, actor)
    forbid_same_person(stay.requested_by_id, actor)
    stay.note = typed_text("note", note, limit=MAX_TEXT, required=not granted)
    article = typed_text("basis_article", basis_article, limit=MAX_ARTICLE, required=granted, multiline=False)
    if granted:
        _check_can_be_stayed(case, own=stay)
    stay.granted, stay.settled_by_id, stay.settled_at = granted, actor.account_id, now
    _close(task, granted, stay.note, actor=actor, now=now)
    if granted:
        set_stayed(case, stay.ground)
        kind_of(case.kind).steps["stay"](_context(case, {"stay": stay, "basis_article": article}, actor, now))
        _watch(stay, now=now)
    else:
        stay.ended_at = now
        tell(case.id, "stay_refused", actor=actor, now=now, public=False, note=stay.note)
    clocks.project_due(case, clocks.open_deadlines(case))
    touch(case, now=now)
    _audit(case, "stay.granted" if granted else "stay.refused", {"ground": stay.ground}, actor=actor, now=now)
    return case


@transactional
def request_resumption(*, case_number: str, reason: str, paper: str, actor: Actor, now: datetime) -> Stay:
    """Ask that a stayed case go on: why the ground is gone, and by which paper. Raises RuleViolation without a stay."""
    case = locked_case(case_number)
    require(actor, Permission.STAY_REQUEST, case)
    texts = _texts({}, reason=(reason, MAX_TEXT), paper=(paper, MAX_PAPER))
    stay = open_stay(case.id)
    if stay is None or not stay.is_standing:
        raise RuleViolation("not_stayed", number=case.number)
    if stay.resume_requested_at is not None:
        raise RuleViolation("resumption_waits", number=case.number)
    stay.resume_reason, stay.resume_paper = texts["reason"], texts["paper"]
    stay.resume_requested_by_id, stay.resume_requested_at = actor.account_id, now
    _open_task(case, APPROVE_RESUMPTION, now=now)
    touch(case, now=now)
    tell(case.id, "resumption_requested", actor=actor, now=now, public=False, **{"reason": texts["reason"]})
    _audit(case, "resumption.requested", texts, actor=actor, now=now)
    return stay


@transactional
def settle_resumption(*, task_id: int, granted: bool, note: str, actor: Actor, now: datetime) -> Case:
    """Let a stayed case go on, or leave it as it is with a reason. The clocks run on with the days they had left."""
    case, task, stay = _pending(task_id, APPROVE_RESUMPTION, actor)
    forbid_same_person(stay.resume_requested_by_id, actor)
    said = typed_text("note", note, limit=MAX_TEXT, required=not granted)
    _close(task, granted, said, actor=actor, now=now)
    if granted:
        stay.resume_note, stay.resumed_by_id, stay.ended_at, stay.chase_at = said, actor.account_id, now, None
        set_stayed(case, None)
        kind_of(case.kind).steps["resume"](_context(case, {"stay": stay}, actor, now))
    else:
        stay.resume_note, stay.resume_requested_at = said, None
        tell(case.id, "resumption_refused", actor=actor, now=now, public=False, note=said)
    clocks.project_due(case, clocks.open_deadlines(case))
    touch(case, now=now)
    _audit(case, "stay.ended" if granted else "resumption.refused", {"note": said}, actor=actor, now=now)
    return case


def may_be_stayed(case: Case) -> bool:
    """Tell whether a stay could be asked for: the kind knows grounds, nothing is decided, none stands or waits."""
    open_ended = case.closed_at is None and case.decided_at is None and case.department_id is not None
    return open_ended and bool(kind_of(case.kind).stays) and open_stay(case.id) is None


def _check_can_be_stayed(case: Case, own: Stay | None = None) -> None:
    if case.closed_at is not None or case.decided_at is not None or case.department_id is None:
        raise RuleViolation("cannot_stay", number=case.number)
    if is_stayed(case) or open_stay(case.id) not in (None, own):
        raise RuleViolation("stay_open", number=case.number)


def _watch(stay: Stay, *, now: datetime) -> None:
    """Set the day on which somebody must look whether the ground still holds."""
    today = legal_day(now)
    days = value_of(kind_of(stay.case.kind).stays[stay.ground], on=today).value
    stay.review_on = today + timedelta(days=days)
    stay.chase_at = end_of_day(stay.review_on)


def _pending(task_id: int, step: str, actor: Actor) -> tuple[Case, CaseTask, Stay]:
    task = db.session.get(CaseTask, task_id)
    if task is None or task.step != step:
        raise NotFound("task_not_found")
    case = locked_case(task.case.number)
    require(actor, Permission.STAY_APPROVE, case)
    db.session.refresh(task)
    stay = open_stay(case.id)
    if task.closed_at is not None or stay is None:
        raise Conflict("task_already_done", number=case.number)
    return case, task, stay


def _close(task: CaseTask, granted: bool, note: str, *, actor: Actor, now: datetime) -> None:
    task.closed_at, task.closed_by_id, task.answer = now, actor.account_id, {"granted": granted, "note": note}


def _open_task(case: Case, step: str, *, now: datetime) -> None:
    db.session.add(CaseTask(case=case, step=step, role=Role.APPROVER, department_id=case.department_id, opened_at=now))


def _context(case: Case, answer: dict[str, object], actor: Actor, now: datetime) -> StepContext:
    return StepContext(case=case, params={}, answer=answer, actor=actor, now=now, today=legal_day(now))


def _texts(wrong: dict[str, str], **fields: tuple[str, int]) -> dict[str, str]:
    """Return the texts, each within its limit. Raises InvalidInput with everything that is wrong at once."""
    kept: dict[str, str] = {}
    for name, (text, limit) in fields.items():
        try:
            kept[name] = typed_text(name, text, limit=limit, multiline=name != "paper")
        except InvalidInput as error:
            wrong = wrong | error.fields
    if wrong:
        raise InvalidInput(wrong)
    return kept


def _words(ground: str) -> str:
    return label(f"stay.ground.{ground}")


def _audit(case: Case, action: str, details: Mapping[str, object], *, actor: Actor, now: datetime) -> None:
    log.record(
        actor=actor, action=action, object_type="case", object_id=case.number, case_no=case.number, details=details, now=now
    )  # fmt: skip
