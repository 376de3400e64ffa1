"""Letters to be served in tests: issued from a sample or by a case, with pages, and attempts on them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tests.letters.samples import sample
from tests.world import NOON, World
from workflow_app.actions.confirm_address import confirm_address
from workflow_app.actions.serve_letter import note_attempt
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.attempts import ServiceAttempt
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.letters.serving import LetterService, service_of
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation

SIGNED = {
    "attempt": "direct:signed", "tried_on": "2026-11-24", "server": "王丽萍、李建国", "receiver": "马珺玥",
    "receiver_identity": "legal_representative",
}  # fmt: skip
REFUSED = SIGNED | {"attempt": "direct:refused", "receiver": "", "place": "公司前台", "reason": "负责人拒绝签收。"}
RETURNED = SIGNED | {"attempt": "post:returned", "receiver": "", "tracking": "EMS1", "reason": "查无此人。"}
CONFIRMED = {
    "receiver": "马珺玥", "phone": "13900000001", "postal_address": "兰州市城关区1号", "signer_name": "马珺玥",
    "electronic": "1", "agreed": "1",
}  # fmt: skip


def issued(world: World, code: str = "L08", *, now: datetime = NOON, pages: bool = True) -> int:
    """Issue a letter to the enterprise that belongs to no case and return its id."""
    with transaction():
        firm = db.session.get_one(Organisation, world.organisation_id)
        letter = issue_letter(
            code=code, case_id=None, case_no="", department=db.session.get_one(Department, world.department_id),
            addressee_name=firm.name, addressee_code=firm.code, organisation_id=firm.id,
            context=sample(code), actor=world.officer, now=now,
        )  # fmt: skip
        if pages:
            letter.file_digest = "0" * 64
        return letter.id


def printed(number: str, code: str) -> int:
    """Let the last letter of a kind in a case have pages; return its id."""
    with transaction():
        query = sa.select(Letter).where(Letter.case_no == number, Letter.code == code).order_by(Letter.id.desc())
        letter = db.session.scalars(query.limit(1)).one()
        letter.file_digest = letter.file_digest or "0" * 64
        return letter.id


def tried(world: World, letter_id: int, form: dict[str, Any] = SIGNED, *, now: datetime = NOON, **changes: Any) -> int:
    """Note an attempt and return its id."""
    attempt = note_attempt(letter_id=letter_id, form=form | changes, actor=world.officer, now=now)
    return attempt.id


def confirmed(world: World, *, now: datetime = NOON, **changes: Any) -> int:
    """Let the enterprise sign a confirmation of its address and return its id."""
    form = CONFIRMED | changes
    return confirm_address(organisation_id=world.organisation_id, form=form, actor=world.applicant, now=now).id


def service(letter_id: int) -> LetterService:
    """Read how far a letter is."""
    db.session.rollback()
    return service_of(letter_id)


def attempt(attempt_id: int) -> ServiceAttempt:
    """Read an attempt."""
    db.session.rollback()
    return db.session.get_one(ServiceAttempt, attempt_id)
