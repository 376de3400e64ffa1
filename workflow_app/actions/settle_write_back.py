"""What follows when a platform has answered: the record is repaired once every destination has given its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.actions.message_case import awaits_message, message_case
from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, require_transaction, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, require
from workflow_app.records import write_back
from workflow_app.records.write_back import WriteBack, WriteBackState

CONFIRMED = "platform_confirmed"
STEP = "resolve_write_back"
MAX_NOTE, MAX_RECEIPT = 1000, 60


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person saw at one platform: whether the order took effect (None: not said) and under which receipt."""

    applied: bool | None
    receipt_no: str


@write_back.on_settled
def write_back_settled(row: WriteBack, *, now: datetime) -> None:
    """Put a settled write-back on the case's timeline; move the case on when it was the last, call a person when unsure."""
    require_transaction()
    case = db.session.scalar(sa.select(Case).where(Case.id == row.case_id).with_for_update(of=Case, key_share=True))
    if case is None:
        return
    system = Actor.system()
    facts: dict[str, Any] = {"destination": label(f"destination.{row.destination}"), "receipt": row.receipt_no or ""}
    if row.state in write_back.SETTLED:
        tell(case.id, f"write_back_{row.state}", actor=system, now=now, kind="system", **facts)
        _close_answered(case, now=now)
        go_on_if_confirmed(case, now=now)
        return
    tell(case.id, f"write_back_{row.state}", actor=system, now=now, kind="system", public=False, **facts)
    open_step = sa.select(CaseTask.id).where(
        CaseTask.case_id == case.id, CaseTask.step == STEP, CaseTask.closed_at.is_(None)
    )
    if db.session.scalar(open_step) is None:
        db.session.add(CaseTask(case=case, step=STEP, role=Role.CLERK, opened_at=now))


def _close_answered(case: Case, *, now: datetime) -> None:
    """Close the question about the orders of a case once none of them is unclear any more: a receipt was only late."""
    waiting = sa.select(CaseTask).where(
        CaseTask.case_id == case.id, CaseTask.step == STEP, CaseTask.closed_at.is_(None)
    )
    for task in db.session.scalars(waiting) if not write_back.unsettled(case.id) else ():
        task.closed_at = now


def go_on_if_confirmed(case: Case, *, now: datetime) -> None:
    """Move a case on once every order of it is confirmed and it waits for that. One whose record somebody disputes waits
    until that is settled; an order may also be given on the way, before the decision."""
    disputed = case.record.dispute_case_no not in (None, case.number)
    if case.closed_at is not None or disputed or not write_back.all_confirmed(case.id):
        return
    if not awaits_message(case, CONFIRMED):
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
    *, task_id: int, answers: Mapping[str, Seen], note: str, actor: Actor, now: datetime
) -> None:
    """A person has looked at the platforms: each open order took effect, with its own receipt, or it did not and is sent again.

    `answers` holds one for every destination that is open. Raises InvalidInput on `applied-<destination>` and
    `receipt_no-<destination>`, Conflict where the task is done.
    """
    task = db.session.get(CaseTask, task_id)
    if task is None or task.step != STEP:
        raise NotFound("task_not_found")
    require(actor, Permission.WRITE_BACK_RESOLVE, task.case)
    case = task.case
    if task.closed_at is not None:
        raise Conflict("task_already_done", number=case.number)
    rows = list(write_back.unsettled(case.id))
    receipts = _checked({row.destination: answers.get(row.destination) for row in rows}, note)
    for row in rows:
        if row.state == WriteBackState.REFUSED and receipts[row.destination] is not None:
            raise InvalidInput({f"applied-{row.destination}": label("field_error.platform_refused")})
    text = typed_text("note", note, limit=MAX_NOTE)
    told = {d: {"applied": receipt is not None, "receipt_no": receipt or ""} for d, receipt in receipts.items()}
    task.closed_at, task.closed_by_id, task.answer = now, actor.account_id, {"seen": told, "note": text}
    for row in rows:
        receipt = receipts[row.destination]
        destination = label(f"destination.{row.destination}")
        tell(case.id, "write_back_resolved", actor=actor, now=now, public=False, applied=receipt is not None,
             destination=destination, note=text)  # fmt: skip
        if receipt is not None:
            write_back.confirm_by_hand(row, receipt_no=receipt, note=text, now=now)
        else:
            write_back.send_again(row, note=text, now=now)
    log.record(
        actor=actor,
        action="write_back.resolved",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"seen": told, "note": text},
        now=now,
    )


def _checked(answers: Mapping[str, Seen | None], note: str) -> dict[str, str | None]:
    """Return the receipt number by destination, None where the order did not take effect. Raises InvalidInput with all faults."""
    wrong: dict[str, str] = {}
    receipts: dict[str, str | None] = {}
    for destination, seen in answers.items():
        if seen is None or seen.applied is None:
            wrong[f"applied-{destination}"] = label("field_error.choose")
            continue
        try:
            name = f"receipt_no-{destination}"
            text = typed_text(name, seen.receipt_no, limit=MAX_RECEIPT, required=seen.applied, multiline=False)
            receipts[destination] = text if seen.applied else None
        except InvalidInput as error:
            wrong |= error.fields
    given = [receipt for receipt in receipts.values() if receipt]
    for destination, receipt in receipts.items():
        if receipt and given.count(receipt) > 1:
            wrong[f"receipt_no-{destination}"] = label("field_error.same_receipt")
    try:
        typed_text("note", note, limit=MAX_NOTE)
    except InvalidInput as error:
        wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    return receipts
