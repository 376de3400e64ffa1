"""What happens on a walk that nobody on the case does: time, the house's own clocks and jobs, administrators, other papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from faults import record_events
from faults.walk_judge import jobs_at_hand
from faults.walk_moment import REASON, Deed, Moment
from workflow_app.actions.propose_change import propose_change
from workflow_app.actions.retry_job import retry_job
from workflow_app.actions.settle_change import settle_change
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.sweep_slips import slip_sweep
from workflow_app.actions.sweep_stays import stay_sweep
from workflow_app.foundation.database import db
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.jobs.state import JobStatus
from workflow_app.people.accounts import Role
from workflow_app.people.department_register import values_of
from workflow_app.people.departments import department_by_code
from workflow_app.people.two_person import open_changes
from workflow_app.records.write_back import WriteBack
from workflow_app.records.write_back_job import CreditPlatformUnavailable, deliver_write_back

OFF = {"SUSPENDED": "resumed", "TEMP_SHIELDED": "unshielded"}  # for a time, and how that ends
HOUR, ROUNDS = timedelta(hours=1), 6
NEW_YEAR = [
    {"day": f"2027-01-0{n}", "is_workday": False, "name": "元旦"} for n in (1, 2, 3)
] + [{"day": "2027-02-20", "is_workday": True, "name": "春节"}]  # fmt: skip


class JobFailed(Exception):
    """A job ended with an error that no later attempt would cure."""


def work(app: Flask, key: str) -> None:
    """Let a worker run one job. Raises JobFailed where it will not be tried again by itself."""
    queue: RecordingQueue = app.extensions["jobs"]
    if queue.work(app, key) is JobStatus.FAILED:
        raise JobFailed(f"{key}: {queue.jobs[key].error}")


def another_worker(app: Flask, order_key: str) -> None:
    """Let a second worker take up an order that the first one is just sending."""
    with app.app_context():
        order_id = db.session.scalar(sa.select(WriteBack.id).where(WriteBack.key == order_key))
        db.session.rollback()
        try:
            deliver_write_back(order_id or 0)
        except CreditPlatformUnavailable:
            return


def sweep(now: datetime) -> int:
    """Run the clock's own acts as a worker would, again and again until nothing is left: what was done is not done twice,
    though what it led to may be due at once. Raises AssertionError where that has no end."""
    handled = 0
    for _ in range(ROUNDS):
        done = deadline_sweep(now) + slip_sweep(now) + stay_sweep(now)
        handled += done
        if not done:
            return handled
    raise AssertionError(f"{ROUNDS} sweeps of the same instant handled {handled} deadlines or slips, with no end")


def house_deeds(app: Flask, moment: Moment) -> Iterator[Deed]:
    """Yield what workers and administrators may do now."""
    queue: RecordingQueue = app.extensions["jobs"]
    if waiting := jobs_at_hand(queue):
        key = moment.chance.choice(waiting).key
        yield Deed(name=f"job {key}", do=lambda: work(app, key), weight=4.0)
    for state in queue.with_status(JobStatus.FAILED):
        person = moment.chance.choice(moment.town.holding(Role.CLERK) + moment.town.holding(Role.SYSTEM_ADMIN))
        yield Deed(
            name=f"retry {state.key}",
            do=lambda k=state.key, a=person: retry_job(key=k, actor=a, now=moment.now),
            weight=2.0,
        )
    yield Deed(name="sweep deadlines", do=lambda: sweep(moment.now), weight=0.5)
    yield Deed(name="sweep records", do=lambda: record_sweep(moment.now), weight=0.2)
    yield from _administration(moment)
    name = record_events.any_event(moment.chance)
    for record in moment.picture.records:
        yield Deed(
            name=f"record {name}",
            do=lambda i=record["id"]: record_events.happen(name, i, now=moment.now),
            weight=0.12 if record["dispute_case_no"] is None and record["status"] == "PUBLISHED" else 1.5,
        )


def leaps(moment: Moment) -> list[timedelta]:
    """Return how far time may go on: hours, days, to the next reminder, to the end of a clock or beyond, or a year."""
    running = [d for d in moment.picture.deadlines if d["closed_at"] is None]
    instants = [d[name] for d in running for name in ("remind_at", "due_at") if d[name] and d[name] > moment.now]
    ahead = [instant - moment.now for instant in sorted(instants)[:3]]
    return [HOUR, 5 * HOUR, 24 * HOUR, 72 * HOUR, *ahead, *(a + HOUR for a in ahead)]


def _administration(moment: Moment) -> Iterator[Deed]:
    admins = moment.town.holding(Role.SYSTEM_ADMIN)
    changes = [(c.id, c.proposed_by_id, c.title) for c in open_changes()]
    db.session.rollback()
    for change_id, proposer, title in changes:
        person = moment.chance.choice([*admins, *moment.town.holding(Role.SECURITY_ADMIN)])
        approved = moment.chance.random() < 0.8
        yield Deed(
            name=f"settle change {title} by {person.name}: {approved}",
            do=lambda i=change_id, a=person, y=approved: settle_change(
                change_id=i, approved=y, note=REASON, actor=a, now=moment.now
            ),
            weight=0.3,
            is_forbidden=approved and person.account_id == proposer,
        )
    if changes:
        return
    proposer_ = moment.chance.choice(admins)
    kind, object_id, after = _change(moment)
    yield Deed(
        name=f"propose {kind}",
        do=lambda: propose_change(
            kind=kind, object_id=object_id, title=kind, after=after, reason=REASON, actor=proposer_, now=moment.now
        ),
        weight=0.05,
    )


def _change(moment: Moment) -> tuple[str, str, dict[str, object]]:
    """A change of what letters print of a department, or the calendar of a year that has none."""
    if moment.chance.random() < 0.5:
        return "calendar.year", "2027", {"year": 2027, "notice": "国办发明电〔2026〕7号", "days": NEW_YEAR}
    code = moment.chance.choice(sorted(moment.town.departments.values()))
    department = department_by_code(code)
    values = values_of(department) if department else {}
    db.session.rollback()
    return "department.values", code, values | {"phone": f"0931-{moment.chance.randrange(1000000, 9999999)}"}


def endings(moment: Moment) -> Iterator[Deed]:
    """Yield how a dispute about a record of the picture may end, or its being off the page for a time."""
    for record in moment.picture.records:
        for name in (OFF.get(record["status"], "dispute_settled"), "dispute_upheld"):
            yield Deed(
                name=f"record {name}",
                do=lambda i=record["id"], n=name: record_events.happen(n, i, now=moment.now),
                weight=1.0,
            )
