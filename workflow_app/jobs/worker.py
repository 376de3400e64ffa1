"""The worker process: `python -m workflow_app.jobs.worker` runs the jobs of one application until it is told to stop.

It beats, takes over from workers that fell silent, and does the periodic work; what the jobs do is in their rooms.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from dbos import DBOS
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from workflow_app.foundation.database import db
from workflow_app.jobs.attempts import run_attempt
from workflow_app.jobs.dbos_queue import APPLICATION, VERSION, DbosQueue, engine_for_dbos
from workflow_app.jobs.heartbeat import HEARTBEAT_S, WorkerHeartbeat, beat, leave
from workflow_app.jobs.periodic import PERIODIC, PeriodicWork, periodic, run_for_ever
from workflow_app.jobs.queue import JOBS, QUEUES, Job, job_queue
from workflow_app.jobs.recovery import Heart
from workflow_app.jobs.serializer import JsonSerializer

POISON_AFTER = 10  # workers lost on one job; then it is set aside
STOP_WITHIN_S = 30
KEPT = timedelta(days=30)
log = logging.getLogger("workflow_app.jobs")


class Worker:
    """One worker process. Its id is new at every start: two processes with one id would take each other's jobs."""

    def __init__(self, app: Flask, me: str | None = None) -> None:
        queue = app.extensions["jobs"]
        if not isinstance(queue, DbosQueue):
            raise TypeError("this application has no job engine")
        self.app = app
        self.queue = queue
        self.me = me or f"{os.uname().nodename[:60]}-{os.urandom(4).hex()}"
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []

    def run(self) -> int:
        """Work until `stop` is set, finish the jobs in hand, and return the exit code."""
        if not self.wait_for_schema():
            return 0
        self.start()
        log.info("worker %s works", self.me)
        self.stop.wait()
        return self.finish()

    def wait_for_schema(self) -> bool:
        """Wait until this database has its tables and queues; False when told to stop first."""
        said = False
        while not self._is_ready():
            if not said:
                log.warning("the database has no tables of this version yet; the worker waits for the migration")
                said = True
            if self.stop.wait(HEARTBEAT_S):
                return False
        return True

    def start(self) -> None:
        """Register every job with the engine and begin to work. The first beat comes before the first job."""
        with self.app.app_context():
            beat(self.me)
        DBOS(config=self._config())
        for job in JOBS.values():
            DBOS.workflow(name=job.name, max_recovery_attempts=POISON_AFTER)(self._runner(job))
        DBOS.listen_queues(list(QUEUES))
        DBOS.launch()
        self._thread("heartbeat", self._beat)
        for work in PERIODIC.values():
            self._thread(work.name, partial(run_for_ever, self.app, work, self.me, self.stop))

    def finish(self) -> int:
        """Take no new jobs, wait for those in hand, and leave."""
        DBOS.destroy(workflow_completion_timeout_sec=STOP_WITHIN_S)
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=STOP_WITHIN_S)
        with self.app.app_context():
            leave(self.me)
        log.info("worker %s has stopped", self.me)
        return 0

    def _runner(self, job: Job) -> Callable[..., str]:
        def attempt(*args: Any) -> str:
            return run_attempt(self.app, job, str(DBOS.workflow_id), args)

        attempt.__qualname__ = attempt.__name__ = job.name
        return attempt

    def _beat(self) -> None:
        heart = Heart(self.me)
        while True:  # reaps at once: a worker that is often killed must still take over
            try:
                with self.app.app_context():
                    heart.tick()
            except Exception:
                log.exception("heartbeat")
            if self.stop.wait(HEARTBEAT_S):
                return

    def _thread(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self.threads.append(thread)

    def _is_ready(self) -> bool:
        try:
            with self.app.app_context():
                tables = set(sa.inspect(db.engine).get_table_names())
            needed = {WorkerHeartbeat.__tablename__, PeriodicWork.__tablename__}
            return needed <= tables and set(QUEUES) <= {queue.name for queue in self.queue.client.list_queues()}
        except SQLAlchemyError:
            return False

    def _config(self) -> Any:
        own = engine_for_dbos(self.queue.url)
        return {
            "name": APPLICATION,
            "system_database_url": self.queue.url,
            "executor_id": self.me,
            "application_version": VERSION,
            "serializer": JsonSerializer(),
            "run_migrations": False,
            "log_level": "WARNING",
        } | ({"system_database_engine": own} if own is not None else {})


@periodic(name="forget_done_jobs", daily_at=time(3, 30))
def forget_done_jobs(now: datetime) -> None:
    """Remove jobs that were done a month ago from the engine's tables; what failed stays."""
    queue = job_queue()
    if isinstance(queue, DbosQueue):
        queue.purge(before=now - KEPT)


def main(arguments: list[str] | None = None) -> int:
    """Load the application and work for it until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m workflow_app.jobs.worker")
    parser.add_argument("--app", default="workflow_app.factory:create_app", help="module:factory of the application")
    parser.add_argument("--id", default=None, help="name of this worker; must not be used by two at a time")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("dbos", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    worker = Worker(ScriptInfo(app_import_path=options.app).load_app(), options.id)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    code = worker.run()
    sys.stderr.flush()
    os._exit(code)  # a job that outlived its time must not hold the process; another worker repeats it


if __name__ == "__main__":
    main()
