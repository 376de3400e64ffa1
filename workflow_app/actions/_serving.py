"""What follows from the service of a letter, in the transaction that noted it: the clocks that run from it, the timeline, the
party's message, the advice it belongs to, a public notice that is no longer needed. Not an action itself."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.service_clocks import Moved, move_with_service
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.serving import Way, deemed_service, rule_of
from workflow_app.letters.attempts import ServiceAttempt
from workflow_app.letters.letter import letter_by_id
from workflow_app.letters.public_notices import open_notice
from workflow_app.letters.serving import GONE, Change, LetterService, service_of, settle
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import Permission, require
from workflow_app.records.advice import RepairAdvice, note_served, note_unserved


def locked_service(letter_id: int, *, actor: Actor, permission: Permission) -> LetterService:
    """Return the service of a letter, its case and itself locked. Raises NotFound and NotPermitted by the permission table,
    RuleViolation where the letter is no longer in force or has no pages yet."""
    letter = letter_by_id(letter_id)
    require(actor, permission, letter)
    if letter.case_id is not None:
        db.session.scalar(sa.select(Case.id).where(Case.id == letter.case_id).with_for_update(of=Case))
    service = service_of(letter_id, locked=True)
    if letter.state in GONE:
        raise RuleViolation("service_of_ended_letter", number=letter.number)
    if letter.file_digest is None:
        raise RuleViolation("letter_not_rendered", number=letter.number)
    return service


def add_attempt(
    service: LetterService, *, way: Way, result: str, on: date, values: dict[str, Any], actor: Actor, now: datetime
) -> ServiceAttempt:
    """Write an attempt down with the day it serves the letter on, if it does, and everything that follows."""
    attempt = ServiceAttempt(
        letter_id=service.letter_id, way=way.value, result=result, tried_on=on, ledger={},
        noted_by_id=actor.account_id, noted_by_name=actor.name, noted_at=now, **values,
    )  # fmt: skip
    if rule_of(way).results[result].served:
        deemed = deemed_service(way, event_on=on, calendar=current_calendar())
        attempt.deemed_on, attempt.provisional = deemed.on, deemed.provisional
        attempt.confidence, attempt.ledger = deemed.confidence.value, deemed.ledger.to_json()
    db.session.add(attempt)
    db.session.flush()
    settle_service(service, actor=actor, now=now)
    audit(
        service, "service.attempted", {"way": way.value, "result": result, "on": on.isoformat()}, actor=actor, now=now
    )
    return attempt


def settle_service(service: LetterService, *, actor: Actor, now: datetime) -> Change:
    """Settle a service from its attempts; where the day is another one than before, let everything follow."""
    change = settle(service, now=now)
    if not change.is_change:
        return change
    letter, way = service.letter, label(f"service_way.{service.way}") if service.way else ""
    before, after = _iso(change.before), _iso(change.after)
    if letter.case_id is not None:
        case = db.session.get_one(Case, letter.case_id)
        key = "letter_unserved" if change.after is None else "letter_served" if not before else "letter_served_anew"
        tell(
            case.id, key, actor=actor, now=now, letter=letter.number, title=letter.title, way=way, before=before, day=after
        )  # fmt: skip
        _tell_clock(case, service, actor=actor, now=now)
    if letter.organisation_id is not None and change.after is not None:
        notify(
            "letter_served", now=now, organisation_id=letter.organisation_id, case_number=letter.case_no or None,
            letter=letter.number, title=letter.title, way=way, day=after,
        )  # fmt: skip
    _project_advice(service, now=now)
    _end_notice(service, now=now)
    audit(service, "service.settled", {"before": before, "after": after, "way": service.way}, actor=actor, now=now)
    return change


def audit(service: LetterService, action: str, details: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Write one row of the audit log about the service of a letter."""
    letter = service.letter
    log.record(
        actor=actor, action=action, object_type="letter", object_id=str(letter.id), case_no=letter.case_no or None,
        details=details | {"letter": letter.number}, now=now,
    )  # fmt: skip


def _tell_clock(case: Case, service: LetterService, *, actor: Actor, now: datetime) -> None:
    letter = service.letter
    moved: Moved | None = move_with_service(
        case, code=letter.code, number=letter.number, issued_on=legal_day(letter.issued_at),
        served_on=service.served_on, now=now,
    )  # fmt: skip
    if moved is None:
        return
    began = "clock_from_service" if service.served_on else "clock_from_issue"
    key = "clock_over_before_service" if moved.late else began if moved.after else "clock_waits_again"
    facts: dict[str, Any] = {
        "clock": moved.key,
        "before": _iso(moved.before),
        "after": _iso(moved.after),
        "letter": letter.number,
    }
    if moved.late or moved.before != moved.after:
        tell(case.id, key, actor=Actor.system(), now=now, kind="system", **facts)
        audit(service, "service.clock_moved", facts, actor=actor, now=now)


def _project_advice(service: LetterService, *, now: datetime) -> None:
    """The list of advice reads from the row of the record how its letter was served."""
    advice = db.session.scalar(sa.select(RepairAdvice).where(RepairAdvice.letter_id == service.letter_id))
    if advice is None:
        return
    if service.served_on is None or service.attempt_id is None:
        note_unserved(advice, now=now)
        return
    attempt = db.session.get_one(ServiceAttempt, service.attempt_id)
    note_served(
        advice, on=service.served_on, method=Way(service.way), receiver=attempt.receiver,
        by=(attempt.noted_by_id, attempt.noted_by_name), now=now,
    )  # fmt: skip


def _end_notice(service: LetterService, *, now: datetime) -> None:
    """A notice that has run out, or is no longer needed because its letter was served otherwise, is over."""
    notice = open_notice(service.letter_id, locked=True)
    if notice is None or service.served_on is None:
        return
    notice.open_letter_id = None
    if notice.attempt_id is None or notice.attempt_id != service.attempt_id:
        notice.ended_at, notice.end_reason = now, label("service.served_otherwise")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
