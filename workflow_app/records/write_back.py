"""Write-backs (回写): what a decision orders the platforms to do, and how far each order is. Sending is the job's part.

The payload is fixed in the transaction of the decision. A row is never confirmed without the platform's receipt or a
person's word for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import Conflict, NotFound
from workflow_app.jobs.queue import enqueue
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.platform import ACTIVE
from workflow_app.records.write_back_rows import OPEN, WriteBack, WriteBackAttempt, WriteBackState

__all__ = ["OPEN", "WriteBack", "WriteBackAttempt", "WriteBackState"]

SETTLED = (WriteBackState.CONFIRMED, WriteBackState.CALLED_OFF)
GIVE_UP_AFTER = timedelta(hours=24)
INCIDENT_AFTER = timedelta(hours=4)


H = TypeVar("H", bound=Callable[..., None])
_hooks: list[Callable[..., None]] = []


def on_settled(hook: H) -> H:
    """Register what follows when an order is settled in any way: called in the transaction, as `hook(row, now=now)`."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def queue(
    *,
    case_id: int | None,
    case_no: str,
    record_id: int,
    decision_seq: int,
    destination: str,
    payload: dict[str, Any],
    now: datetime,
) -> WriteBack:
    """Order a destination to carry out a decision of a case, or what follows ex officio without one: the row and its job, in
    the open transaction. Where orders before this one left the record otherwise than shown, the payload says so (`finds`)."""
    require_transaction()
    left = left_by_orders(record_id, destination)
    if left != ACTIVE:
        payload = {"finds": left} | payload
    row = WriteBack(
        key=f"wb:{case_no or f'record-{record_id}'}:{decision_seq}:{destination}",
        case_id=case_id,
        case_no=case_no,
        record_id=record_id,
        decision_seq=decision_seq,
        destination=destination,
        payload=payload,
        created_at=now,
        queued_at=now,
        state=WriteBackState.QUEUED,
        attempts=0,
        orders=1,
    )
    db.session.add(row)
    db.session.flush()
    enqueue("writeback", "deliver_write_back", row.key, row.id)
    return row


def left_by_orders(record_id: int, destination: str) -> str:
    """Return what the newest order will have left of a record at a destination, however far it is: one that a platform
    refused is sent again. Without an order the record is shown as it was published."""
    query = sa.select(WriteBack).where(WriteBack.record_id == record_id, WriteBack.destination == destination)
    newest = db.session.scalars(query.order_by(WriteBack.id.desc()).limit(1)).first()
    return newest.order().leaves if newest else ACTIVE


def begin(write_back_id: int, *, now: datetime) -> WriteBack | None:
    """Take an order up for one attempt; None where nothing is left to do. Raises NotFound."""
    row = _locked(write_back_id)
    if not row.is_open:
        return None
    row.state = WriteBackState.SENDING
    row.attempts += 1
    db.session.add(WriteBackAttempt(write_back_id=row.id, number=row.attempts, started_at=now))
    return row


def note_sending(write_back_id: int, *, attempt: int, now: datetime) -> bool:
    """Put down that the order is about to be sent; False where another worker took it up meanwhile, and where it would put
    a record on the page that is no longer public: that order is called off."""
    row = _locked(write_back_id)
    if not row.is_open or row.attempts != attempt:
        return False
    if not _may_go_out(row):
        _end(row.id, attempt, outcome=WriteBackState.CALLED_OFF.value, reason="record_not_public", now=now)
        _conclude(
            row, state=WriteBackState.CALLED_OFF, reason="record_not_public", receipt_no=None, receipt=None, now=now
        )
        return False
    _attempt(row.id, attempt).sent_at = now
    return True


def settle(
    write_back_id: int,
    *,
    attempt: int,
    state: WriteBackState,
    reason: str | None,
    receipt_no: str | None = None,
    receipt: dict[str, Any] | None = None,
    now: datetime,
) -> bool:
    """End an order with a state that is not open, and let follow what must; False where that came too late.

    A confirmation counts from whichever attempt it comes; any other end only from the newest, of an open order.
    """
    row = _locked(write_back_id)
    _end(row.id, attempt, outcome=state.value, reason=reason, now=now)
    stale = not row.is_open or row.attempts != attempt
    if row.state == WriteBackState.CONFIRMED or (stale and state is not WriteBackState.CONFIRMED):
        return False
    _conclude(row, state=state, reason=reason, receipt_no=receipt_no, receipt=receipt, now=now)
    return True


def note_fault(write_back_id: int, *, attempt: int, reason: str, now: datetime) -> WriteBackState:
    """Put down that an attempt led to nothing certain. After a day the order has failed: a person is called."""
    row = _locked(write_back_id)
    if row.is_open and row.attempts == attempt and now - row.queued_at >= GIVE_UP_AFTER:
        settle(write_back_id, attempt=attempt, state=WriteBackState.FAILED, reason=reason, now=now)
    else:
        _end(row.id, attempt, outcome="fault", reason=reason, now=now)
        if row.is_open and row.attempts == attempt:
            row.last_error = reason[:200]
    return WriteBackState(row.state)


def confirm_by_hand(row: WriteBack, *, receipt_no: str, note: str, now: datetime) -> None:
    """Take a person's word that the order took effect, with the receipt number seen. Raises Conflict when confirmed."""
    require_transaction()
    if row.state == WriteBackState.CONFIRMED:
        raise Conflict("write_back_confirmed", key=row.key)
    row.note = note
    receipt = {"receipt_no": receipt_no, "by_hand": True}
    _conclude(row, state=WriteBackState.CONFIRMED, reason=None, receipt_no=receipt_no, receipt=receipt, now=now)


def send_again(row: WriteBack, *, note: str, now: datetime) -> None:
    """Take a person's word that the order did not take effect: it is queued once more, under the same key.

    The job looks up and compares again before it sends. Raises Conflict for an order that is confirmed or under way.
    """
    require_transaction()
    if row.state in (*SETTLED, *OPEN):
        raise Conflict("write_back_not_stuck", key=row.key)
    row.state, row.note, row.queued_at = WriteBackState.QUEUED, note, now
    row.orders += 1
    enqueue("writeback", "deliver_write_back", f"{row.key}:{row.orders}", row.id)


def all_confirmed(case_id: int, decision_seq: int | None = None) -> bool:
    """Tell whether every destination of a decision, or of all decisions of a case, has confirmed or was called off; False
    where nothing was ordered."""
    query = sa.select(WriteBack.state).where(WriteBack.case_id == case_id)
    if decision_seq is not None:
        query = query.where(WriteBack.decision_seq == decision_seq)
    states = list(db.session.scalars(query))
    return bool(states) and all(state in SETTLED for state in states)


def leaves_shown(case_id: int) -> bool:
    """Tell whether an order of a case that was carried out put its record on a page."""
    mine = sa.select(WriteBack).where(WriteBack.case_id == case_id, WriteBack.state == WriteBackState.CONFIRMED)
    return any(row.order().leaves == ACTIVE for row in db.session.scalars(mine))


def unsettled(case_id: int) -> list[WriteBack]:
    """Return the orders of a case about which a person has to find out."""
    stuck = (WriteBackState.UNKNOWN, WriteBackState.REFUSED, WriteBackState.FAILED)
    mine = sa.select(WriteBack).where(WriteBack.case_id == case_id, WriteBack.state.in_(stuck))
    return list(db.session.scalars(mine.order_by(WriteBack.id)))


def silent(*, now: datetime) -> list[WriteBack]:
    """Return the orders that wait for an answer longer than they should: an incident for the administrator's page."""
    late = sa.and_(WriteBack.state.in_(OPEN), WriteBack.queued_at <= now - INCIDENT_AFTER)
    return list(db.session.scalars(sa.select(WriteBack).where(late).order_by(WriteBack.queued_at)))


def receipts_of(case_id: int) -> list[dict[str, Any]]:
    """Return the receipts of a case, one per destination, as plain values for the record's history."""
    mine = sa.and_(WriteBack.case_id == case_id, WriteBack.state == WriteBackState.CONFIRMED)
    rows = db.session.scalars(sa.select(WriteBack).where(mine).order_by(WriteBack.id))
    return [
        {
            "destination": row.destination,
            "receipt_no": row.receipt_no,
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        }
        for row in rows
    ]


def attempts_of(write_back_id: int) -> list[WriteBackAttempt]:
    """Return the attempts of an order in their order."""
    mine = sa.select(WriteBackAttempt).where(WriteBackAttempt.write_back_id == write_back_id)
    return list(db.session.scalars(mine.order_by(WriteBackAttempt.number)))


def _conclude(
    row: WriteBack,
    *,
    state: WriteBackState,
    reason: str | None,
    receipt_no: str | None,
    receipt: dict[str, Any] | None,
    now: datetime,
) -> None:
    row.state, row.last_error = state, reason[:200] if reason else None
    if state is WriteBackState.CONFIRMED:
        row.receipt_no, row.receipt, row.confirmed_at = receipt_no, receipt, now
    db.session.flush()
    for hook in _hooks:
        hook(row, now=now)


def _may_go_out(row: WriteBack) -> bool:
    """Tell whether nothing speaks against an order: what it would leave shown must be public, or held back where the order
    itself is what ends that (`lifts`)."""
    order = row.order()
    if order.leaves != ACTIVE:
        return True
    query = sa.select(CreditRecord.published, CreditRecord.status).where(CreditRecord.id == row.record_id)
    published, status = db.session.execute(query).one()
    return bool(published) or status == order.lifts


def _locked(write_back_id: int) -> WriteBack:
    require_transaction()
    found = db.session.get(WriteBack, write_back_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("write_back_not_found", id=write_back_id)
    return found


def _attempt(write_back_id: int, number: int) -> WriteBackAttempt:
    mine = (WriteBackAttempt.write_back_id == write_back_id, WriteBackAttempt.number == number)
    return db.session.execute(sa.select(WriteBackAttempt).where(*mine)).scalar_one()


def _end(write_back_id: int, number: int, *, outcome: str, reason: str | None, now: datetime) -> None:
    attempt = _attempt(write_back_id, number)
    if attempt.ended_at is None:
        attempt.ended_at, attempt.outcome, attempt.reason = now, outcome, reason[:200] if reason else None
