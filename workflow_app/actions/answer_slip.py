"""Answering an urge slip: what holds the case up and until when it will be done, in the officer's own words."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.timeline import tell
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.text import typed_text
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require

MAX_TEXT = 1000


@transactional
def answer_slip(*, slip_id: int, text: str, actor: Actor, now: datetime) -> UrgeSlip:
    """Answer a slip and tell who issued it. The same answer sent twice is one.

    Raises NotFound and NotPermitted by the permission table and for anybody but the one asked, InvalidInput on `text`,
    Conflict where it is answered already, RuleViolation where the case has ended.
    """
    kept = typed_text("text", text, limit=MAX_TEXT)
    slip = slip_for(slip_id, actor, lock=True)
    if slip.answered_at is not None:
        if slip.answered_by_id == actor.account_id and slip.answer == kept:
            return slip
        raise Conflict("slip_answered", number=slip.case.number)
    if slip.case.closed_at is not None:
        raise RuleViolation("slip_closed", number=slip.case.number)
    slip.answer, slip.answered_at, slip.chase_at = kept, now, None
    slip.answered_by_id, slip.answered_by_name = actor.account_id, actor.name
    number = slip.case.number
    tell(slip.case_id, "slip_answered", actor=actor, now=now, kind="message", public=False, text=kept)
    if slip.issued_by_id is not None:
        notify("slip_answered", now=now, account_id=slip.issued_by_id, case_number=number, who=actor.name, text=kept)
    log.record(
        actor=actor,
        action="slip.answered",
        object_type="urge_slip",
        object_id=str(slip.id),
        case_no=number,
        details={"answer": kept},
        now=now,
    )
    return slip


def slip_for(slip_id: int, actor: Actor, *, lock: bool = False) -> UrgeSlip:
    """Return a slip that is for the actor, with `lock` inside an act. Raises NotFound and NotPermitted."""
    slip = db.session.get(UrgeSlip, slip_id)
    if slip is None:
        raise NotFound("slip_not_found")
    if lock:
        db.session.scalar(sa.select(Case).where(Case.id == slip.case_id).with_for_update(of=Case, key_share=True))
        db.session.refresh(slip)
    require(actor, Permission.SLIP_ANSWER, slip.case)
    if not slip.holder.is_for(actor):
        raise NotPermitted(permission=Permission.SLIP_ANSWER.value)
    return slip
