"""Delivering what happened to a credit record to the other open cases on it, and to its subject where no case of the house did it,
in the same transaction (house, section 6)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import ProcessKind, all_kinds, kind_of
from workflow_app.foundation.database import db, require_transaction
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.people.organisations import organisation_by_code
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent, listen
from workflow_app.records.measure_notices import order_rest

# What the subject is told of when it happens outside any case; a case tells its party itself.
TOLD = frozenset(
    {
        "source_revoked",
        "shielded",
        "unshielded",
        "plan_performed",
        "withheld",
        "delisted",
        "expired",
        "resumed",
        "deleted",
    }
)
# What leaves the measures that rested on a record without a ground.
LIFTS = frozenset({"source_revoked", "withheld", "delisted", "expired", "deleted", "plan_performed"})


@listen
def deliver(events: Sequence[RecordEvent], *, actor: Actor, now: datetime) -> None:
    """Let every kind answer for its open cases on the record, and let those begin a case that an event begins; a kind that
    declares nothing for an event is not asked.

    The cases are locked in the order of their ids, and read anew: somebody may be working on one at this moment.
    """
    require_transaction()
    for event in events:
        query = sa.select(Case).where(Case.record_id == event.record_id, Case.closed_at.is_(None))
        locked = query.order_by(Case.id).with_for_update(of=Case, key_share=True)
        for case in db.session.scalars(locked.execution_options(populate_existing=True)).unique().all():
            reaction = kind_of(case.kind).reactions.get(event.kind)
            if reaction is not None and case.number != event.case_no:
                reaction(case, event, actor, now)
        if event.case_no is None and event.kind in TOLD:
            _tell_subject(event, now)
        if event.kind in LIFTS:
            _lift_measures(event, now)
        for kind in all_kinds():
            if event.kind in kind.begun_by:
                _begin(kind, event, actor=actor, now=now)


def _tell_subject(event: RecordEvent, now: datetime) -> None:
    """Write to the subject of a record, with what it means for it (行政处罚法 第48条: a withdrawal gives its reason)."""
    record = db.session.get_one(CreditRecord, event.record_id)
    subject = organisation_by_code(record.subject_code)
    if subject is None:
        return
    what = "gone" if event.kind == "unshielded" and not record.published else event.kind
    notify(f"record_{what}", now=now, organisation_id=subject.id, record_id=record.id, document=record.document_number)


def _lift_measures(event: RecordEvent, now: datetime) -> None:
    """Write to whoever carries out measures that rested on a record that has ended. A granted repair names its own."""
    record = db.session.get_one(CreditRecord, event.record_id)
    case_id = db.session.scalar(sa.select(Case.id).where(Case.number == event.case_no)) if event.case_no else None
    order_rest(record, case_id=case_id, case_no=event.case_no or "", now=now)


def _begin(kind: ProcessKind, event: RecordEvent, *, actor: Actor, now: datetime) -> None:
    from workflow_app.actions.open_case import open_by_event  # what begins a case delivers events itself

    answer = kind.begun_by[event.kind](event)
    if answer is not None:
        open_by_event(event.record_id, kind, answer, actor=actor, now=now)
