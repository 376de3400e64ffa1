"""What follows when a platform has answered: the record is repaired once every destination has given its receipt."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.actions._beside import RESOLVE_WRITE_BACK, close_needless
from workflow_app.actions.message_case import message_case
from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, require_transaction, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, require
from workflow_app.records import write_back
from workflow_app.records.write_back import WriteBack

CONFIRMED = "platform_confirmed"
STEP = RESOLVE_WRITE_BACK


@write_back.on_settled
def write_back_settled(row: WriteBack, *, now: datetime) -> None:
    """Put a settled write-back on the case's timeline; move the case on when it was the last, call a person when unsure."""
    require_transaction()
    case = db.session.scalar(sa.select(Case).where(Case.id == row.case_id).with_for_update(of=Case))
    if case is None:
        return
    system = Actor.system()
    facts: dict[str, Any] = {"destination": label(f"destination.{row.destination}"), "receipt": row.receipt_no or ""}
    if row.state == "confirmed":
        tell(case.id, "write_back_confirmed", actor=system, now=now, kind="system", **facts)
        close_needless(case, actor=system, now=now)
        go_on_if_confirmed(case, now=now)
        return
    tell(case.id, f"write_back_{row.state}", actor=system, now=now, kind="system", public=False, **facts)
    open_step = sa.select(CaseTask.id).where(
        CaseTask.case_id == case.id, CaseTask.step == STEP, CaseTask.closed_at.is_(None)
    )
    if db.session.scalar(open_step) is None:
        db.session.add(CaseTask(case=case, step=STEP, role=Role.CLERK, opened_at=now))


def go_on_if_confirmed(case: Case, *, now: datetime) -> None:
    """Move a case on once every order of it is confirmed. One whose record somebody disputes waits until that is settled."""
    disputed = case.record.dispute_case_no not in (None, case.number)
    if case.closed_at is not None or disputed or not write_back.all_confirmed(case.id):
        return
    system = Actor.system()
    message_case(case, CONFIRMED, answer={"confirmed": True}, actor=system, now=now)
    log.record(
        actor=system,
        action="case.write_back_confirmed",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"stage": case.stage},
        now=now,
    )


@transactional
def settle_unknown_write_back(
    *, task_id: int, applied: bool, note: str, receipt_no: str, actor: Actor, now: datetime
) -> None:
    """A person has looked at the platform: the write-back took effect (with its receipt) or it did not and is sent again."""
    task = db.session.get(CaseTask, task_id)
    if task is None or task.step != STEP:
        raise NotFound("task_not_found")
    require(actor, Permission.WRITE_BACK_RESOLVE, task.case)
    if task.closed_at is not None:
        raise Conflict("task_already_done", number=task.case.number)
    text = clean_text(note, multiline=True)
    if not text:
        raise InvalidInput({"note": label("field_error.required")})
    if applied and not receipt_no.strip():
        raise InvalidInput({"receipt_no": label("field_error.required")})
    task.closed_at, task.closed_by_id, task.answer = now, actor.account_id, {"applied": applied, "note": text}
    for row in write_back.unsettled(task.case_id):
        if applied:
            write_back.confirm_by_hand(row, receipt_no=receipt_no.strip(), note=text, now=now)
        else:
            write_back.send_again(row, note=text, now=now)
    number = task.case.number
    tell(task.case_id, "write_back_resolved", actor=actor, now=now, public=False, applied=applied, note=text)
    log.record(
        actor=actor,
        action="write_back.resolved",
        object_type="case",
        object_id=number,
        case_no=number,
        details={"applied": applied, "note": text},
        now=now,
    )
