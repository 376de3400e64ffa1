"""Orders to the platforms outside any case: what they show follows the record when two persons, or time, move it.

A record taken down, shielded by a court's plan, withdrawn with its decision, delisted or at the end of its longest period leaves
every platform; one whose plan failed is shown again, and one that turns out to be public is shown. What they answer stands in
the history; where an answer is unclear a person has to look, and another confirms what was seen (rulebook §1.3, §1.10, §1.11,
§12.2 no. 4, 11, 22).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.records import history, write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.platform import ACTIVE, ENDED
from workflow_app.records.record_tasks import (
    RecordTask,
    RecordTaskKind,
    close_task,
    open_task,
    open_task_of,
    put_proposal,
    take_proposal,
)
from workflow_app.records.write_back import WriteBack, WriteBackState

OFF = {"publication": "end_publication", "sharing": "stop_sharing"}
SHOWN = {"publication": "restore_publication", "sharing": "restore_sharing"}
TAKES_OFF = frozenset({"withheld", "shielded", "source_revoked", "delisted", "expired", "deleted"})
SHOWS_AGAIN = frozenset({"unshielded", "resumed", "published"})
UNCLEAR = (WriteBackState.UNKNOWN, WriteBackState.REFUSED, WriteBackState.FAILED)


def follow(record: CreditRecord, event: RecordEvent, *, basis: str, now: datetime) -> list[WriteBack]:
    """Order what an event outside any case asks of the platforms, in the caller's transaction, and return the orders. Nothing
    is ordered twice: a destination that an earlier order left as it should be is not asked again."""
    require_transaction()
    if event.kind in TAKES_OFF and not record.published:
        return _order(record, acts=OFF, leaves=ENDED, basis=basis, now=now)
    if event.kind in SHOWS_AGAIN and record.published:
        first = event.kind == "published" and not _was_ordered(record.id)
        return _order(record, acts=SHOWN, leaves=ACTIVE, finds=ENDED if first else None, basis=basis, now=now)
    return []


def _was_ordered(record_id: int) -> bool:
    """Tell whether any order was given on a record; one never shown has none, and no platform shows it."""
    return db.session.scalar(sa.select(WriteBack.id).where(WriteBack.record_id == record_id).limit(1)) is not None


def _order(
    record: CreditRecord, *, acts: Mapping[str, str], leaves: str, finds: str | None = None, basis: str, now: datetime
) -> list[WriteBack]:
    """Order every destination that is not left as it should be; `finds` says what it shows where no order can tell."""
    newest = sa.select(sa.func.max(WriteBack.decision_seq)).where(
        WriteBack.record_id == record.id, WriteBack.case_id.is_(None)
    )
    sequence = (db.session.scalar(newest) or 0) + 1
    orders = []
    for destination, act in acts.items():
        if (finds or write_back.left_by_orders(record.id, destination)) == leaves:
            continue
        payload: dict[str, Any] = {
            "act": act,
            "leaves": leaves,
            "case_no": "",
            "record_id": record.id,
            "document_number": record.document_number,
            "department_code": record.department_code,
            "subject_code": record.subject_code,
            "decided_on": legal_day(now).isoformat(),
            "basis": basis[:200],
        } | ({"finds": finds} if finds else {})
        orders.append(
            write_back.queue(
                case_id=None, case_no="", record_id=record.id, decision_seq=sequence, destination=destination,
                payload=payload, now=now,
            )
        )  # fmt: skip
    return orders


@write_back.on_settled
def note_answer(row: WriteBack, *, now: datetime) -> None:
    """Put a platform's answer to an order without a case into the history of its record; ask a person where it is unclear."""
    if row.case_id is not None:
        return
    # locked: both platforms may answer at once, and one task is opened for what both say
    record = db.session.get_one(CreditRecord, row.record_id, with_for_update={"key_share": True})
    facts = {"destination": row.destination, "state": row.state, "receipt": row.receipt_no or ""}
    word = (row.receipt_no if row.state == WriteBackState.CONFIRMED else row.last_error) or ""
    basis = f"{label(f'destination.{row.destination}')} {word}".strip()[:200]
    what = "order_unclear" if row.state in UNCLEAR else f"order_{row.state}"
    system = Actor.system()
    history.write(record, what, before=record.status, actor=system, now=now, basis=basis, facts=facts)
    if row.state in UNCLEAR:
        open_task(record, RecordTaskKind.ORDER, now=now)
    elif not unclear_on(record.id):
        close_task(record, RecordTaskKind.ORDER, actor=system, now=now)


def orders_on(record_id: int) -> list[WriteBack]:
    """Return the orders without a case on a record, in the order they were given."""
    mine = (WriteBack.record_id == record_id, WriteBack.case_id.is_(None))
    return list(db.session.scalars(sa.select(WriteBack).where(*mine).order_by(WriteBack.id)))


def unclear_on(record_id: int) -> list[WriteBack]:
    """Return those about which a person has to find out."""
    return [row for row in orders_on(record_id) if row.state in UNCLEAR]


def propose_seen(
    record: CreditRecord, *, seen: Mapping[str, str | None], basis: str, actor: Actor, now: datetime
) -> RecordTask:
    """Propose what was seen at the platforms: by order key its receipt number, or None where it took no effect and is to be
    sent again. Raises RuleViolation where nothing is unclear or another proposal waits."""
    task = open_task_of(record, RecordTaskKind.ORDER)
    if task is None:
        raise RuleViolation("record_task_closed")
    put_proposal(task, {"seen": dict(seen), "basis": basis}, actor=actor, now=now)
    facts = {"seen": dict(seen)}
    history.write(record, "order_seen_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_seen(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm what was seen: receipts are noted, what took no effect is sent again under its old key; or send back. An order
    that the platform has answered meanwhile is left as it is. Raises RuleViolation for one's own proposal."""
    proposal = take_proposal(record, RecordTaskKind.ORDER, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "order_seen_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        return None
    for row in unclear_on(record.id):
        if row.key not in proposal["seen"]:
            continue
        receipt = proposal["seen"][row.key]
        if receipt is not None:
            write_back.confirm_by_hand(row, receipt_no=receipt, note=proposal["basis"], now=now)
        else:
            write_back.send_again(row, note=proposal["basis"], now=now)
    if not unclear_on(record.id):
        close_task(record, RecordTaskKind.ORDER, actor=actor, now=now)
    return None
