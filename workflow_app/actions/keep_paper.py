"""Keeping a file that proves an authority: the same checks by content as for evidence, another row. Looking at the file takes
seconds and is done before the act's transaction; the row is written inside the act the paper belongs to."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from workflow_app.actions.add_evidence import check_file, shown_name
from workflow_app.foundation.database import db, forbid_transaction, require_transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.authority_papers import PURPOSES, AuthorityPaper


@dataclass(frozen=True, kw_only=True)
class StoredPaper:
    """A file that was looked at and lies in the store; no row names it yet."""

    purpose: str
    display_name: str
    media_type: str
    size: int
    digest: str


def store_paper(*, purpose: str, filename: str, content: bytes) -> StoredPaper:
    """Look at a file and store it, outside any transaction. Raises InvalidInput on `file` or `purpose`."""
    forbid_transaction()
    db.session.rollback()  # nothing stays open while the file is looked at
    if purpose not in PURPOSES:
        raise InvalidInput({"purpose": label("field_error.unknown_choice")})
    return StoredPaper(
        purpose=purpose,
        display_name=shown_name(filename),
        media_type=check_file(filename, content),
        size=len(content),
        digest=current_app.extensions["storage"].put(content),
    )


def keep_paper(stored: StoredPaper, *, actor: Actor, now: datetime) -> AuthorityPaper:
    """Write the row of a stored file, not yet tied to anything, in the caller's transaction."""
    require_transaction()
    paper = AuthorityPaper(
        purpose=stored.purpose,
        display_name=stored.display_name,
        media_type=stored.media_type,
        size=stored.size,
        digest=stored.digest,
        added_by_id=actor.account_id,
        added_at=now,
    )
    db.session.add(paper)
    db.session.flush()
    return paper
