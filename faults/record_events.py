"""What befalls a record from elsewhere while cases on it are open: each as an action would do it, told to those cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from workflow_app.actions._record_events import deliver
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle, marks
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent

PAPER = "甘政复决〔2026〕8号"
DISPUTE = "GSYY-2019-000001"  # one handled elsewhere: no case of the walk has its number
Event = Callable[[CreditRecord, Actor, datetime], RecordEvent | list[RecordEvent] | None]


def _quashed(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return lifecycle.revoke_source(record, basis=PAPER, actor=actor, now=now)


def _deleted(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return lifecycle.delete(record, basis=PAPER, actor=actor, now=now)


def _delisted(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return lifecycle.delist(record, basis=PAPER, reason="整改到位", actor=actor, now=now)


def _suspended(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return lifecycle.suspend(record, basis=PAPER, actor=actor, now=now)


def _resumed(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return lifecycle.resume(record, basis=PAPER, actor=actor, now=now)


def _disputed(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return marks.mark_in_dispute(record, case_no=DISPUTE, actor=actor, now=now)


def _settled(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent | None:
    return marks.clear_in_dispute(record, case_no=DISPUTE, outcome="maintained", actor=actor, now=now)


def _upheld(record: CreditRecord, actor: Actor, now: datetime) -> list[RecordEvent]:
    """The dispute was right: the record goes and the mark with it, told in this order, as two events."""
    if record.dispute_case_no != DISPUTE:
        return []
    gone = lifecycle.delete(record, basis=PAPER, actor=actor, now=now, case_no=DISPUTE)
    settled = marks.clear_in_dispute(record, case_no=DISPUTE, outcome="upheld", actor=actor, now=now)
    return [gone, settled] if settled else [gone]


def _shielded(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    today = legal_day(now)
    ruling = marks.Ruling(
        court_case_no="（2026）甘01破1号",
        ruling_no="（2026）甘01破1号之二",
        ruling_date=today,
        plan_end_date=today + timedelta(days=365),
        administrator="某某律师事务所",
    )
    return marks.shield(record, ruling=ruling, case_no=None, basis=PAPER, actor=actor, now=now)


def _unshielded(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return marks.unshield(record, case_no=None, basis=PAPER, actor=actor, now=now)


def _corrected(record: CreditRecord, actor: Actor, now: datetime) -> RecordEvent:
    return lifecycle.correct(record, changes={"violation_type": "未按规定公示"}, basis=PAPER, actor=actor, now=now)


def _performed(record: CreditRecord, actor: Actor, now: datetime) -> None:
    lifecycle.report_performance(
        record, fully_performed=True, performed_on=legal_day(now), basis=PAPER, actor=actor, now=now
    )


EVENTS: dict[str, tuple[Event, int]] = {
    "quashed": (_quashed, 4),
    "deleted": (_deleted, 2),
    "delisted": (_delisted, 1),
    "suspended": (_suspended, 2),
    "resumed": (_resumed, 6),
    "disputed": (_disputed, 4),
    "dispute_settled": (_settled, 8),
    "dispute_upheld": (_upheld, 3),
    "shielded": (_shielded, 2),
    "unshielded": (_unshielded, 2),
    "corrected": (_corrected, 2),
    "performed": (_performed, 3),
}


def happen(name: str, record_id: int, *, now: datetime) -> None:
    """Let one thing happen to a record, with what follows for its open cases. Raises RuleViolation where it cannot."""
    actor = Actor.system()
    with transaction():
        record = db.session.get_one(CreditRecord, record_id, with_for_update=True)
        found = EVENTS[name][0](record, actor, now)
        events = found if isinstance(found, list) else [found] if found else []
        if events:
            deliver(events, actor=actor, now=now)


def any_event(chance: Random) -> str:
    """Return the name of one, the likelier ones more often."""
    names = sorted(EVENTS)
    return chance.choices(names, [EVENTS[n][1] for n in names])[0]
