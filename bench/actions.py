"""How fast a whole step is as the route calls it: `complete_task` with task, timeline, audit, deadline and job rows."""

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from tests import world as w
from workflow_app.audit.log import AuditEvent
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.schema import ensure_schema
from workflow_app.settings import Settings

BACK_AND_FORTH = {"verdict": "returned", "note": "请补充核对意见"}


def run(database_url: str, steps: int) -> dict[str, Any]:
    """Return steps per second in one process and the SQL statements of one step, medians; checks that the rows are there."""
    folder = Path(tempfile.mkdtemp(prefix="casework-bench-"))
    settings = Settings(database_url=database_url, data_dir=folder, secret_key="bench", fixed_now=w.NOON)
    app = create_app(settings)
    ensure_schema(app)
    with app.app_context():
        world = w.make_world()
        number = w.file(world, w.make_record(world))
        w.answer(number, world.officer, w.ACCEPTED)
        proposal = w.proposal(number)
        times, counts = _walk(number, world, proposal, steps)
        _check(number, steps)
    return {
        "action_steps_per_s": round(1 / statistics.median(times), 1),
        "action_statements": int(statistics.median(counts)),
        "action_statements_max": max(counts),
    }


def _walk(number: str, world: w.World, proposal: dict[str, Any], steps: int) -> tuple[list[float], list[int]]:
    counter = {"n": 0}

    def count(*_: Any) -> None:
        counter["n"] += 1

    event.listen(db.engine, "before_cursor_execute", count)
    times, counts = [], []
    for n in range(steps):
        actor, answer = (world.officer, proposal) if n % 2 == 0 else (world.approver, BACK_AND_FORTH)
        task = w.task(number)
        arguments = {"task_id": task.id, "case_version": task.case.row_version, "answer": answer}
        db.session.remove()
        counter["n"] = 0
        start = time.perf_counter()
        w.complete_task(**arguments, idempotency_key=f"step-{n}", actor=actor, now=w.NOON + timedelta(seconds=n))
        times.append(time.perf_counter() - start)
        counts.append(counter["n"])
        db.session.remove()
        if n % 50 == 0:
            print(f"step {n} of {steps}", file=sys.stderr)
    event.remove(db.engine, "before_cursor_execute", count)
    return times, counts


def _check(number: str, steps: int) -> None:
    case = w.case(number)
    for table, least in ((TimelineEntry, steps), (Deadline, 2), (AuditEvent, steps)):
        column = getattr(table, "case_id", None) or table.case_no
        value = case.id if hasattr(table, "case_id") else number
        found = db.session.scalar(sa.select(sa.func.count()).select_from(table).where(column == value)) or 0
        if found < least:
            raise SystemExit(f"{table.__name__}: {found} rows for {steps} steps")
