"""The clock's acts on records, once a day: publication that ends, windows, departments that ended; one record a transaction."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, time

from workflow_app.actions._record_events import deliver
from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.jobs.queue import periodic
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.records import following_up, listings, shields, sweeping, taking_down
from workflow_app.records.lifecycle import FINAL

logger = logging.getLogger("records")
SLICE = 200


@periodic(name="record_sweep", daily_at=time(0, 10))
def record_sweep(now: datetime) -> int:
    """Do what time asks for on every record and return how many were handled. A broken one is logged, the next goes on."""
    today, system, handled = legal_day(now), Actor.system(), 0
    for record_id in _walk(lambda after: sweeping.without_window(after=after, limit=SLICE)):
        handled += _one(record_id, lambda r: sweeping.set_window(r, now=now))
    for record_id in _walk(lambda after: sweeping.perhaps_past_longest(today=today, after=after, limit=SLICE)):
        handled += _one(record_id, lambda r: sweeping.ask_for_start(r, now=now))
    for record_id in _walk(lambda after: taking_down.wrongly_public(on=today, after=after, limit=SLICE)):
        handled += _one(record_id, lambda r: _take_down(r, system, now))
    for record_id in _walk(lambda after: sweeping.past_longest(today=today, after=after, limit=SLICE)):
        handled += _one(record_id, lambda r: _stop(r, system, now))
    for record_id in _walk(lambda after: listings.untold(ended=FINAL, after=after, limit=SLICE)):
        handled += _one(record_id, lambda r: listings.restate_one(r, ended=FINAL, actor=system, now=now))
    for record_id in _walk(lambda after: following_up.perhaps_to_check(today=today, after=after, limit=SLICE)):
        handled += _one(record_id, lambda r: following_up.ask_for_check(r, now=now))
    for record_id in shields.shielded_ids():
        handled += _one(record_id, lambda r: _chase_plan(r, now))
    while moved := dict(sweeping.of_ended_departments(on=today, limit=SLICE)):
        done = sum(_one(r, lambda r: sweeping.reroute(r, to=moved[r], actor=system, now=now)) for r in moved)
        handled += done
        if done < len(moved):
            break
    return handled


def _chase_plan(record_id: int, now: datetime) -> None:
    """Tell the department that a court's plan over a record nears its end, or has passed it."""
    found = shields.watch_plan(record_id, now=now)
    if found is None or found[0].shield is None:
        return
    record, key = found
    for role in (Role.OFFICER, Role.APPROVER):
        notify(
            key, now=now, department_id=record.department_id, role=role, record_id=record.id,
            subject=record.subject_name, day=str(found[0].shield["plan_end_date"]),
        )  # fmt: skip


def _stop(record_id: int, actor: Actor, now: datetime) -> None:
    event = sweeping.stop_if_expired(record_id, actor=actor, now=now)
    if event is not None:
        deliver([event], actor=actor, now=now)


def _take_down(record_id: int, actor: Actor, now: datetime) -> None:
    event = taking_down.take_down(record_id, actor=actor, now=now)
    if event is not None:
        deliver([event], actor=actor, now=now)
        log.record(
            actor=actor, action="record.taken_down", object_type="record", object_id=str(record_id), now=now,
        )  # fmt: skip


def _walk(find: Callable[[int], list[int]]) -> Iterator[int]:
    """Yield the ids that `find` returns slice by slice, each once."""
    after = 0
    while ids := find(after):
        db.session.rollback()
        yield from ids
        after = ids[-1]


def _one(record_id: int, act: Callable[[int], object]) -> int:
    try:
        transactional(act)(record_id)
        return 1
    except Exception:
        logger.exception("record %s", record_id)
        return 0
