"""The papers of an answer to an enquiry: handed in by the body asked before it answers, and taken off again till then."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from workflow_app.actions.add_evidence import MAX_FILES, check_file, shown_name
from workflow_app.audit import log
from workflow_app.cases.enquiries import Enquiry, EnquiryPaper, enquiry_by_id, paper_of
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require


def add_answer_paper(*, enquiry_id: int, filename: str, content: bytes, actor: Actor, now: datetime) -> EnquiryPaper:
    """Keep a file for the answer. The file is looked at and stored before the transaction.

    Raises InvalidInput on `file` saying what is wrong with it, RuleViolation where the enquiry has ended.
    """
    _open(enquiry_id, actor)
    db.session.rollback()  # nothing stays open while the file is looked at
    media_type = check_file(filename, content)
    digest = current_app.extensions["storage"].put(content)
    with transaction():
        enquiry = _open(enquiry_id, actor, lock=True)
        if len(enquiry.returned) >= MAX_FILES:
            raise InvalidInput({"file": label("file_error.too_many", count=MAX_FILES)})
        paper = EnquiryPaper(
            enquiry_id=enquiry.id, is_answer=True, display_name=shown_name(filename), media_type=media_type,
            size=len(content), digest=digest, added_by_id=actor.account_id, added_at=now,
        )  # fmt: skip
        db.session.add(paper)
        db.session.flush()
        _audit("enquiry.paper_added", enquiry, paper, actor=actor, now=now)
        return paper


@transactional
def remove_answer_paper(*, enquiry_id: int, paper_id: int, actor: Actor, now: datetime) -> None:
    """Take a file off an answer that was not sent yet. What was sent along with the question stays."""
    enquiry = _open(enquiry_id, actor, lock=True)
    paper = paper_of(enquiry, paper_id)
    if not paper.is_answer:
        raise RuleViolation("evidence_filed")
    paper.removed_at = now
    _audit("enquiry.paper_removed", enquiry, paper, actor=actor, now=now)


def _open(enquiry_id: int, actor: Actor, *, lock: bool = False) -> Enquiry:
    enquiry = enquiry_by_id(enquiry_id)
    if lock:
        db.session.scalar(sa.select(Enquiry.id).where(Enquiry.id == enquiry_id).with_for_update())
        db.session.refresh(enquiry)
    require(actor, Permission.ENQUIRY_ANSWER, enquiry)
    if enquiry.closed_at is not None:
        raise RuleViolation("enquiry_over")
    return enquiry


def _audit(action: str, enquiry: Enquiry, paper: EnquiryPaper, *, actor: Actor, now: datetime) -> None:
    log.record(
        actor=actor, action=action, object_type="enquiry", object_id=str(enquiry.id), case_no=enquiry.case.number,
        details={"digest": paper.digest, "name": paper.display_name}, now=now,
    )  # fmt: skip
