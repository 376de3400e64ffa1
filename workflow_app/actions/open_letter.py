"""Opening a letter: the first time its addressee does is evidence that it arrived."""

from datetime import datetime

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.delivery import note_opened
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, require


@transactional
def open_letter(*, letter_id: int, actor: Actor, now: datetime) -> Letter:
    """Return a letter the actor may read, noting the first opening. Raises NotFound until its pages are made."""
    letter = letter_by_id(letter_id)
    case = db.session.get(Case, letter.case_id)
    if case is None:
        raise NotFound("letter_not_found")
    require(actor, Permission.LETTER_READ, case)
    if (
        letter.organisation_id != case.organisation_id and actor.role is Role.APPLICANT
    ):  # to another body, not to the party
        raise NotFound("letter_not_found")
    if letter.file_digest is None:
        raise NotFound("letter_not_rendered", number=letter.number)
    if note_opened(letter, actor=actor, now=now):
        log.record(
            actor=actor,
            action="letter.opened",
            object_type="letter",
            object_id=str(letter.id),
            case_no=letter.case_no,
            now=now,
        )
    return letter
