"""Issuing the proof of service (送达回证, L24) of an attempt: a form sheet filled from it, numbered and kept like every letter."""

from datetime import datetime

from workflow_app.actions._serving import audit, locked_service
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import NotFound
from workflow_app.foundation.labels import label
from workflow_app.law.serving import Way, rule_of
from workflow_app.letters.attempts import ServiceAttempt
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission

CODE = "L24"


@transactional
def issue_receipt(*, attempt_id: int, actor: Actor, now: datetime) -> Letter:
    """Return the proof of service of an attempt, issued where there is none yet. Raises NotFound by scope."""
    attempt = db.session.get(ServiceAttempt, attempt_id)
    if attempt is None:
        raise NotFound("service_not_found")
    service = locked_service(attempt.letter_id, actor=actor, permission=Permission.SERVICE_NOTE)
    db.session.refresh(attempt)
    if attempt.receipt_letter_id is not None:
        return letter_by_id(attempt.receipt_letter_id)
    letter = service.letter
    receipt = issue_letter(
        code=CODE, case_id=letter.case_id, case_no=letter.case_no,
        department=db.session.get_one(Department, letter.department_id), addressee_name=letter.addressee_name,
        addressee_code=letter.addressee_code, context=receipt_content(letter, attempt), actor=actor, now=now,
    )  # fmt: skip
    attempt.receipt_letter_id = receipt.id
    audit(service, "service.receipt", {"receipt": receipt.number, "attempt": attempt.id}, actor=actor, now=now)
    return receipt


def receipt_content(letter: Letter, attempt: ServiceAttempt) -> dict[str, object]:
    """Return what the form says of an attempt; cells that nobody filled stay empty, to be filled by hand."""
    identity = attempt.receiver_identity
    return {
        "served_title": letter.title,
        "served_number": letter.number,
        "way": rule_of(Way(attempt.way)).title,
        "result": label(f"service_result.{attempt.result}"),
        "tried_on": attempt.tried_on,
        "place": attempt.place,
        "receiver": attempt.receiver,
        "receiver_identity": label(f"receiver_identity.{identity}") if identity else "",
        "reason": attempt.reason,
        "witness": attempt.witness,
        "tracking": attempt.tracking,
        "server": attempt.server,
        "deemed_on": attempt.deemed_on,
        "remark": "" if attempt.struck_at is None else label("service.struck_remark"),
    }
