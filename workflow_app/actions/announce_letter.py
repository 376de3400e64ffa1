"""Public notices (公告送达, L25): asked for where other ways led to nothing or the address is unknown, approved and thereby
published by another person. The letter counts as served once the notice has run out (rulebook §10.5)."""

from datetime import date, datetime
from typing import Any

from workflow_app.actions._serving import add_attempt, audit, locked_service
from workflow_app.cases.case import Case
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.law.parameters import Dated, value_of
from workflow_app.law.serving import Way, rule_of
from workflow_app.letters.attempts import ServiceAttempt, standing_attempts
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.letters.public_notices import Ground, PublicNotice, open_notice
from workflow_app.letters.serving import LetterService
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.organisations import INDIVIDUAL_PREFIX
from workflow_app.people.permissions import Permission, forbid_same_person
from workflow_app.records.masking import mask_number, masked

CODE, TRIES, PERIOD = "L25", "service.notice_tries", "service.public_notice"
MAX_TEXT = 500


@transactional
def ask_notice(*, letter_id: int, ground: str, reason: str, actor: Actor, now: datetime) -> PublicNotice:
    """Ask that a letter be announced. Raises InvalidInput on `ground` or `reason`; RuleViolation where it is served, where
    too few other ways were tried, or where a notice waits or runs already."""
    service = locked_service(letter_id, actor=actor, permission=Permission.SERVICE_NOTE)
    wrong: dict[str, str] = {}
    if ground not in {g.value for g in Ground}:
        wrong["ground"] = label("field_error.choose")
    text = ""
    try:
        text = typed_text("reason", reason, limit=MAX_TEXT)
    except InvalidInput as error:
        wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    _refuse_needless(service, Ground(ground), legal_day(now))
    notice = PublicNotice(
        letter_id=letter_id, open_letter_id=letter_id, ground=ground, reason=text,
        asked_by_id=actor.account_id, asked_by_name=actor.name, asked_at=now,
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    letter = service.letter
    notify("notice_asked", now=now, department_id=letter.department_id, role=Role.APPROVER, letter=letter.number)
    audit(service, "service.notice_asked", {"ground": ground, "reason": text}, actor=actor, now=now)
    return notice


def failed_tries(letter_id: int) -> list[ServiceAttempt]:
    """Return the attempts that led to nothing."""
    return [
        a
        for a in standing_attempts(letter_id)
        if a.way != Way.ANNOUNCED and a.deemed_on is None and rule_of(Way(a.way)).results[a.result].next is not None
    ]


def _refuse_needless(service: LetterService, ground: Ground, today: date) -> None:
    letter = service.letter
    if service.served_on is not None:
        raise RuleViolation("letter_served_already", number=letter.number)
    if open_notice(letter.id) is not None:
        raise RuleViolation("notice_open_already", number=letter.number)
    needed = value_of(TRIES, on=today)
    if ground is Ground.TRIED and len(failed_tries(letter.id)) < needed.value:
        raise RuleViolation("notice_untried", basis=needed.basis, times=needed.value, number=letter.number)


@transactional
def settle_notice(*, letter_id: int, approved: bool, note: str, actor: Actor, now: datetime) -> PublicNotice:
    """Approve a notice that somebody else asked for, which publishes it today, or refuse it with the reason.

    Raises InvalidInput on `note`, Conflict where it was settled meanwhile, RuleViolation for one's own or a needless one.
    """
    service = locked_service(letter_id, actor=actor, permission=Permission.SERVICE_REVIEW)
    notice = open_notice(letter_id, locked=True)
    if notice is None or notice.settled_at is not None:
        raise Conflict("notice_settled_already", number=service.letter.number)
    forbid_same_person(notice.asked_by_id, actor)
    notice.note = typed_text("note", note, limit=MAX_TEXT, required=not approved)
    notice.approved, notice.settled_at = approved, now
    notice.settled_by_id, notice.settled_by_name = actor.account_id, actor.name
    if approved:
        _publish(service, notice, actor=actor, now=now)
    else:
        notice.open_letter_id = None
    letter = service.letter
    key = "notice_published" if approved else "notice_refused"
    if notice.asked_by_id is not None:
        notify(
            key,
            now=now,
            account_id=notice.asked_by_id,
            case_number=letter.case_no or None,
            letter=letter.number,
            day=_iso(notice.expires_on),
            reason=notice.note,
        )
    audit(
        service, f"service.{key}", {"expires_on": _iso(notice.expires_on), "note": notice.note}, actor=actor, now=now
    )  # fmt: skip
    return notice


def _publish(service: LetterService, notice: PublicNotice, *, actor: Actor, now: datetime) -> None:
    letter, today = service.letter, legal_day(now)
    _refuse_served(service)
    attempt = add_attempt(
        service, way=Way.ANNOUNCED, result="published", on=today,
        values={"reason": notice.reason, "server": letter.organ_name[:120], "place": label("service.notice_place")},
        actor=actor, now=now,
    )  # fmt: skip
    notice.published_on, notice.expires_on, notice.attempt_id = today, attempt.deemed_on, attempt.id
    notice.notice_letter_id = _paper(letter, notice, value_of(PERIOD, on=today), actor=actor, now=now).id
    if notice.expires_on is not None:
        service.chase_at = end_of_day(notice.expires_on)
    if letter.case_id is not None:
        case = db.session.get_one(Case, letter.case_id)
        facts: dict[str, Any] = {"letter": letter.number, "title": letter.title, "day": _iso(notice.expires_on)}
        tell(case.id, "letter_announced", actor=actor, now=now, **facts)


def _refuse_served(service: LetterService) -> None:
    if service.served_on is not None:
        raise RuleViolation("letter_served_already", number=service.letter.number)


def _paper(letter: Letter, notice: PublicNotice, period: Dated, *, actor: Actor, now: datetime) -> Letter:
    """Issue the notice itself (L25), which anybody may check by its code like every letter."""
    department = db.session.get_one(Department, letter.department_id)
    content = {
        "served_title": letter.title,
        "served_number": letter.number,
        "served_issued_on": letter.context["issued_on"],
        "cause": label(f"service.notice_cause.{notice.ground}"),
        "collect": label("service.collect", address=department.address, phone=department.phone, organ=department.name),
        "period": f"{period.value}{label(f'law.unit.{period.unit}')}",
        "expires_on": notice.expires_on,
        "legal_bases": [{"text": period.basis, "verified": period.verified}],
    }
    name, code = public_name(letter)
    return issue_letter(
        code=CODE, case_id=letter.case_id, case_no=letter.case_no, department=department, addressee_name=name,
        addressee_code=code, context=content, actor=actor, now=now,
    )  # fmt: skip


def public_name(letter: Letter) -> tuple[str, str]:
    """Return how an addressee is named to everybody: numbers of persons masked; of an individually-owned business, whose code
    leads to a person, only the ends of the code."""
    code = letter.addressee_code
    return masked(letter.addressee_name), mask_number(code) if code.startswith(INDIVIDUAL_PREFIX) else code


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
