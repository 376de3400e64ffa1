"""Writing a private note on a case: for colleagues only, never part of the file."""

from datetime import datetime

from workflow_app.cases.case import case_by_number
from workflow_app.cases.timeline import Note
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.text import typed_text
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require

MAX_LENGTH = 2000


@transactional
def write_note(*, case_number: str, text: str, actor: Actor, now: datetime) -> Note:
    """Add a note. Raises InvalidInput for an empty, overlong or invisible text."""
    case = case_by_number(case_number)
    require(actor, Permission.NOTE_WRITE, case)
    kept = typed_text("text", text, limit=MAX_LENGTH)
    note = Note(case_id=case.id, text=kept, author_id=actor.account_id, author_name=actor.name, at=now)
    db.session.add(note)
    return note
