"""Asking another body about a case (协查) and taking the question back: the officer who has the case does both.

The diagram carries the rest: the letter is issued by the step behind the message, the answer is a task of the body asked.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions.message_case import knows_message, message_case
from workflow_app.audit import log
from workflow_app.cases.case import Case, check_version, locked_case
from workflow_app.cases.enquiries import Enquiry, EnquiryPaper, open_enquiry
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.kinds import EnquiryRoad, kind_of
from workflow_app.cases.stays import is_stayed
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department, department_by_code
from workflow_app.people.permissions import Permission, require

MAX_QUESTION, MAX_HOW, MAX_REASON, MAX_ARTICLE = 2000, 300, 500, 300


def ask_enquiry(
    *,
    case_number: str,
    case_version: int,
    department_code: str,
    question: str,
    reply_how: str,
    basis_article: str,
    evidence_ids: Sequence[int] = (),
    idempotency_key: str | None,
    actor: Actor,
    now: datetime,
) -> Enquiry:
    """Send a question to a department, with papers of the case. The same request again returns the enquiry of the first.

    Raises InvalidInput on `department_code`, `question`, `reply_how`, `basis_article`, `papers`; RuleViolation where the
    case is at no step at which somebody may be asked, or one is open; Conflict where the case has moved on.
    """
    found = department_by_code(department_code)
    texts = _texts(
        {} if found else {"department_code": label("field_error.no_such_department")},
        question=(question, MAX_QUESTION), reply_how=(reply_how, MAX_HOW), basis_article=(basis_article, MAX_ARTICLE),
    )  # fmt: skip
    db.session.rollback()
    digest = request_digest(enquiry=case_number, department=department_code, papers=sorted(evidence_ids), **texts)
    try:
        with transaction():
            case = locked_case(case_number)
            require(actor, Permission.ENQUIRY_ASK, case)
            earlier = earlier_result(idempotency_key, digest, actor=actor)
            if earlier is not None:
                return db.session.get_one(Enquiry, int(earlier))
            check_version(case, case_version)
            road = _road(case)
            asked = _department(department_code, case, on=legal_day(now))
            enquiry = _begin(case, asked, texts, _papers(case, evidence_ids), actor=actor, now=now)
            answer = {"enquiry_id": enquiry.id, "basis_article": texts["basis_article"]}
            message_case(case, road.asked, answer=answer, actor=actor, now=now)
            facts = {"enquiry": enquiry.id, "department": asked.name, "question": enquiry.question}
            _audit(case, "enquiry.asked", facts, actor=actor, now=now)
            remember(idempotency_key, digest, str(enquiry.id), actor=actor, now=now)
            return enquiry
    except StaleDataError as error:
        raise Conflict("case_changed", number=case_number) from error


def withdraw_enquiry(*, case_number: str, case_version: int, reason: str, actor: Actor, now: datetime) -> Case:
    """Take the open enquiry of a case back: its officer goes on without an answer. Raises RuleViolation without one."""
    why = typed_text("reason", reason, limit=MAX_REASON)
    try:
        with transaction():
            case = locked_case(case_number)
            require(actor, Permission.ENQUIRY_ASK, case)
            enquiry, road = open_enquiry(case.id), kind_of(case.kind).enquiry
            if enquiry is None or road is None:
                raise RuleViolation("no_enquiry_open", number=case.number)
            check_version(case, case_version)
            message_case(case, road.withdrawn, answer={"reason": why}, actor=actor, now=now)
            _audit(case, "enquiry.withdrawn", {"enquiry": enquiry.id, "reason": why}, actor=actor, now=now)
            return case
    except StaleDataError as error:
        raise Conflict("case_changed", number=case_number) from error


def may_be_asked(case: Case) -> bool:
    """Tell whether another body may be asked about a case now. A case on an older diagram knows no such message."""
    road = kind_of(case.kind).enquiry
    return road is not None and case.closed_at is None and case.stage in road.during and knows_message(case, road.asked)


def _road(case: Case) -> EnquiryRoad:
    road = kind_of(case.kind).enquiry
    if open_enquiry(case.id) is not None:
        raise RuleViolation("enquiry_open", number=case.number)
    if is_stayed(case):
        raise RuleViolation("case_stays", number=case.number)
    if road is None or not may_be_asked(case):
        raise RuleViolation("enquiry_not_now", number=case.number)
    return road


def _texts(wrong: dict[str, str], **fields: tuple[str, int]) -> dict[str, str]:
    """Return the texts, each within its limit. Raises InvalidInput with everything that is wrong at once."""
    kept: dict[str, str] = {}
    for name, (text, limit) in fields.items():
        try:
            kept[name] = typed_text(name, text, limit=limit, multiline=name == "question")
        except InvalidInput as error:
            wrong = wrong | error.fields
    if wrong:
        raise InvalidInput(wrong)
    return kept


def _department(code: str, case: Case, *, on: date) -> Department:
    found = department_by_code(code)
    if found is None or (found.abolished_on and found.abolished_on <= on):
        raise InvalidInput({"department_code": label("field_error.no_such_department")})
    if found.id == case.department_id:
        raise InvalidInput({"department_code": label("field_error.own_department")})
    return found


def _papers(case: Case, evidence_ids: Sequence[int]) -> list[Evidence]:
    wanted = sorted(set(evidence_ids))
    query = sa.select(Evidence).where(
        Evidence.id.in_(wanted), Evidence.case_id == case.id, Evidence.removed_at.is_(None)
    )
    found = list(db.session.scalars(query.order_by(Evidence.id)))
    if len(found) != len(wanted):
        raise InvalidInput({"papers": label("field_error.no_such_paper")})
    return found


def _begin(
    case: Case, asked: Department, texts: dict[str, str], papers: list[Evidence], *, actor: Actor, now: datetime
) -> Enquiry:
    enquiry = Enquiry(
        case=case, department=asked, question=texts["question"], reply_how=texts["reply_how"],
        asked_by_id=actor.account_id, asked_by_name=actor.name, asked_at=now,
        papers=[
            EnquiryPaper(
                is_answer=False, display_name=paper.display_name, media_type=paper.media_type, size=paper.size,
                digest=paper.digest, added_by_id=actor.account_id, added_at=now,
            )
            for paper in papers
        ],
    )  # fmt: skip
    db.session.add(enquiry)
    db.session.flush()
    return enquiry


def _audit(case: Case, action: str, details: dict[str, object], *, actor: Actor, now: datetime) -> None:
    log.record(
        actor=actor, action=action, object_type="case", object_id=case.number, case_no=case.number, details=details, now=now
    )  # fmt: skip
