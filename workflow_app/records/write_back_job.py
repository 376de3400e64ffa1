"""Delivering one write-back: look up, compare, send, settle. Each database step is its own short transaction.

No order is sent, or sent again, before the platform was asked for its key and for the record as it is shown now.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app

from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import ExternalFault
from workflow_app.foundation.failpoints import failpoint
from workflow_app.jobs.attempts import TRANSIENT
from workflow_app.jobs.queue import job
from workflow_app.records import write_back
from workflow_app.records.platform import (
    Confirmed,
    CreditPlatform,
    Mismatch,
    NotApplied,
    Order,
    Outcome,
    RecordState,
    Refused,
    Unavailable,
    Unknown,
    platform,
)
from workflow_app.records.write_back import WriteBackState

log = logging.getLogger(__name__)


class CreditPlatformUnavailable(ExternalFault):
    """The platform gave no answer that settles the order; the job engine tries again later."""

    code = "credit_platform_unavailable"


@job("writeback")
def deliver_write_back(write_back_id: int) -> None:
    """Bring one order to its end, or raise CreditPlatformUnavailable to be tried again.

    Whatever else goes wrong leaves the order to a person: no order may stand at `sending` with nobody to look at it.
    """
    with transaction():
        row = write_back.begin(write_back_id, now=_now())
        if row is None:
            return
        order, attempt = row.order(), row.attempts
    try:
        outcome = _carry_out(platform(), order, write_back_id, attempt)
    except TRANSIENT:
        raise
    except Exception as error:
        log.exception("write-back %d", write_back_id)
        outcome = Mismatch(f"error_{type(error).__name__}")
    if outcome is None:
        return  # another worker has it now
    failpoint("write_back.before_settle")
    try:
        _settle(write_back_id, attempt, outcome)
    except TRANSIENT:
        raise
    except Exception as error:
        log.exception("write-back %d cannot be settled as %s", write_back_id, outcome)
        _settle(write_back_id, attempt, Mismatch(f"not_settled_{type(error).__name__}"))
    failpoint("write_back.settled")


def _carry_out(credit: CreditPlatform, order: Order, write_back_id: int, attempt: int) -> Outcome | None:
    """Ask, compare and, where nothing speaks against it, send. No transaction is open on the way."""
    found = credit.look_up(order)
    if not isinstance(found, NotApplied):
        return _nothing_sent(found)
    shown = credit.state_of(order)
    if not isinstance(shown, RecordState):
        return _nothing_sent(shown)
    if shown.state != order.finds:
        return Mismatch(f"record_is_{shown.state}")  # somebody changed it, or the platform forgot our order
    with transaction():
        if not write_back.note_sending(write_back_id, attempt=attempt, now=_now()):
            return None
    failpoint("write_back.before_send")
    return credit.send(order)


def _nothing_sent(outcome: Outcome) -> Outcome:
    """An unclear answer to a question leaves nothing unclear about the order: ask again later."""
    return Unavailable(outcome.reason) if isinstance(outcome, Unknown) else outcome


def _settle(write_back_id: int, attempt: int, outcome: Outcome) -> None:
    now = _now()
    if isinstance(outcome, Unknown | Unavailable | NotApplied):
        _try_later(write_back_id, attempt, outcome, now)
        return
    with transaction():
        if isinstance(outcome, Confirmed):
            write_back.settle(
                write_back_id,
                attempt=attempt,
                state=WriteBackState.CONFIRMED,
                reason=None,
                receipt_no=outcome.number,
                receipt=outcome.receipt,
                now=now,
            )
            return
        state = WriteBackState.REFUSED if isinstance(outcome, Refused) else WriteBackState.UNKNOWN
        log.error("write-back %d needs a person: %s %s", write_back_id, state.value, outcome.reason)
        write_back.settle(write_back_id, attempt=attempt, state=state, reason=outcome.reason, now=now)


def _try_later(write_back_id: int, attempt: int, outcome: Outcome, now: datetime) -> None:
    reason = getattr(outcome, "reason", "not_applied")
    with transaction():
        state = write_back.note_fault(write_back_id, attempt=attempt, reason=reason, now=now)
    db.session.rollback()
    if state in write_back.OPEN:
        raise CreditPlatformUnavailable(reason=reason, retry_after=getattr(outcome, "retry_after", None))


def _now() -> datetime:
    found: datetime = current_app.extensions["clock"].now()
    return found
