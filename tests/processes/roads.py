"""Ways along the road of credit repair, what befalls its record meanwhile, and what stands there afterwards."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from tests import world as w
from workflow_app.actions._record_events import deliver
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle, marks, write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.write_back import WriteBack, WriteBackState

DISPUTE = "GSYY-2026-000001"
Verb = Callable[[CreditRecord], RecordEvent | None]


def letters(number: str) -> list[str]:
    query = sa.select(Letter.code).where(Letter.case_no == number).order_by(Letter.id)
    return list(db.session.scalars(query))


def record_status(number: str) -> str:
    return w.case(number).record.status


def to_review(world: w.World, number: str) -> None:
    w.answer(number, world.officer, w.ACCEPTED)


def to_decision(world: w.World, number: str) -> None:
    to_review(world, number)
    w.answer(number, world.officer, w.proposal(number))


def confirm_all(number: str) -> None:
    for row in db.session.scalars(sa.select(WriteBack).where(WriteBack.case_no == number)).all():
        settle(row.id, WriteBackState.CONFIRMED)


def settle(write_back_id: int, state: WriteBackState) -> None:
    receipt = f"R{write_back_id}" if state is WriteBackState.CONFIRMED else None
    with transaction():
        write_back.begin(write_back_id, now=w.NOON)
        write_back.settle(
            write_back_id, attempt=1, state=state, reason=None, receipt_no=receipt, receipt={}, now=w.NOON
        )


def happen(number: str, verb: Verb, *, now: datetime = w.NOON) -> None:
    record_id = w.case(number).record_id
    with transaction():
        event = verb(db.session.get_one(CreditRecord, record_id))
        if event is not None:
            deliver([event], actor=Actor.system(), now=now)


def quashed(record: CreditRecord) -> RecordEvent:
    return lifecycle.revoke_source(record, basis="甘政复决〔2026〕8号", actor=Actor.system(), now=w.NOON)


def deleted(record: CreditRecord) -> RecordEvent:
    return lifecycle.delete(record, basis="异议成立", actor=Actor.system(), now=w.NOON, case_no=DISPUTE)


def disputed(record: CreditRecord) -> RecordEvent:
    return marks.mark_in_dispute(record, case_no=DISPUTE, actor=Actor.system(), now=w.NOON)
