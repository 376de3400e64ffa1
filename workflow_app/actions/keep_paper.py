"""Keeping a file that proves an authority: the same checks by content as for evidence, another row. Not an act by itself:
it runs inside the act the paper belongs to."""

from datetime import datetime

from flask import current_app

from workflow_app.actions.add_evidence import check_file, shown_name
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.authority_papers import PURPOSES, AuthorityPaper


def keep_paper(*, purpose: str, filename: str, content: bytes, actor: Actor, now: datetime) -> AuthorityPaper:
    """Store a file and return its row, not yet tied to anything. Raises InvalidInput on `file` or `purpose`."""
    require_transaction()
    media_type = check_file(filename, content)
    if purpose not in PURPOSES:
        raise InvalidInput({"purpose": label("field_error.unknown_choice")})
    paper = AuthorityPaper(
        purpose=purpose,
        display_name=shown_name(filename),
        media_type=media_type,
        size=len(content),
        digest=current_app.extensions["storage"].put(content),
        added_by_id=actor.account_id,
        added_at=now,
    )
    db.session.add(paper)
    db.session.flush()
    return paper
