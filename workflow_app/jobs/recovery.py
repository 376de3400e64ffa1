"""Giving the jobs of a silent worker, and jobs that were claimed but never started, back to the queue."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOS
from dbos._dbos import _get_dbos_instance  # private, see `reap`: the version is pinned and tests hold these names

from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.heartbeat import SILENT_AFTER_S, WorkerHeartbeat, beat, database_now

STRANDED_AFTER_S = 30.0
log = logging.getLogger("workflow_app.jobs")


def reap(me: str) -> list[str]:
    """Requeue the jobs of silent workers and own jobs that were claimed but never started; return their ids.

    The engine's public `resume_workflows` would reset the attempt counter, so a job that kills its worker would never
    stop. What runs here is read before the rows: a job that ends in between is no longer pending.
    """
    dbos: Any = _get_dbos_instance()
    running = set(dbos._active_workflows_set.activeList())
    with transaction():
        now = database_now()
        silent = WorkerHeartbeat.seen_at < now - timedelta(seconds=SILENT_AFTER_S)
        db.session.execute(sa.delete(WorkerHeartbeat).where(silent))
        live = set(db.session.scalars(sa.select(WorkerHeartbeat.executor_id))) | {me}
    requeued = []
    for row in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
        old = (row.dequeued_at or 0) < (now.timestamp() - STRANDED_AFTER_S) * 1000
        stranded = row.executor_id == me and old and row.workflow_id not in running
        if (row.executor_id not in live or stranded) and dbos._sys_db.reenqueue_for_recovery(
            row.workflow_id, [str(row.executor_id)], row.queue_name or "_dbos_internal_queue"
        ):
            requeued.append(row.workflow_id)
            log.warning("job %s of worker %s goes back to the queue", row.workflow_id, row.executor_id)
    return requeued


class Heart:
    """Beats and reaps. A beat that came late is not followed by reaping: after a pause everybody else looks dead."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.last = time.monotonic()

    def tick(self) -> None:
        """Beat once, and look for silent workers unless this beat came late."""
        beat(self.me)
        now = time.monotonic()
        late, self.last = now - self.last > SILENT_AFTER_S / 2, now
        if not late:
            reap(self.me)
