"""The house itself as the kill harness needs it: credit repair from filing to receipt, over its real pages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from faults.driver import Observed, Place, Session, application
from faults.kill_plan import failpoints_in
from faults.repair_session import RepairSession
from faults.repair_world import populate, records_of

ROOT = Path(__file__).parent.parent
OPEN_JOBS = ("PENDING", "ENQUEUED", "DELAYED")


class RepairDriver:
    """Starts the real application; reads what it left through its own tables."""

    web_app = "workflow_app.wsgi:app"
    worker_app = "workflow_app.factory:create_app"
    careless_app = "faults.careless:create_app()"
    careless_pause_s = 3.0
    # Clients file and decide; they import nothing, so those points are left to the tests of the import.
    failpoints = tuple(name for name in failpoints_in(ROOT / "workflow_app") if not name.startswith("import."))

    def __init__(self) -> None:
        self._app: Flask | None = None
        self._place: Place | None = None

    def prepare(self, place: Place) -> None:
        """Make tables, queues and the people and records that the sessions use."""
        from workflow_app.schema import ensure_schema

        app = self._application(place)
        ensure_schema(app)
        with app.app_context():
            populate()

    def session(self, place: Place, number: int) -> Session:
        """Return a client of its own."""
        return RepairSession(place, number, records_of(self._application(place), number))

    def in_hand(self, place: Place) -> int:
        """Return how many jobs workers have in hand now."""
        return self._jobs(place, "PENDING")

    def waiting(self, place: Place) -> int:
        """Return how many jobs have not ended."""
        return self._jobs(place, *OPEN_JOBS)

    def observe(self, place: Place) -> Observed:
        """Read acts by request key, letters with their files, orders, failed jobs and what the database finds wrong."""
        from workflow_app.cases.evidence import Evidence
        from workflow_app.cases.idempotency import RequestKey
        from workflow_app.foundation.database import db
        from workflow_app.jobs.failed import failed_jobs
        from workflow_app.letters.letter import Letter
        from workflow_app.records.write_back import WriteBack

        found = Observed()
        app = self._application(place)
        with app.app_context():
            for key, result in db.session.execute(sa.select(RequestKey.key, RequestKey.result)):
                found.acts[key] = {"case": result}
            wanted = set()
            for letter in db.session.scalars(sa.select(Letter)):
                wanted.add(f"{letter.case_no} {letter.code}")
                found.letter_numbers.append(letter.number)
                if letter.file_digest:
                    found.letters.append(f"{letter.case_no} {letter.code}")
                    found.files[letter.file_digest] = _digest(app, letter.file_digest)
            found.wanted_letters = sorted(wanted)
            for digest in db.session.scalars(sa.select(Evidence.digest)):
                found.files[digest] = _digest(app, digest)
            found.orders = {row.key: row.state for row in db.session.scalars(sa.select(WriteBack))}
            found.stuck = [f"{j.key}: {j.error}" for j in failed_jobs()]
            found.broken = _broken()
            db.session.rollback()
        return found

    def _application(self, place: Place) -> Flask:
        if self._app is None or self._place != place:
            from workflow_app.factory import create_app

            self._app, self._place = application(place, create_app), place
        return self._app

    def _jobs(self, place: Place, *states: str) -> int:
        from workflow_app.foundation.database import db
        from workflow_app.jobs.dbos_queue import workflow_status

        with self._application(place).app_context():
            table = workflow_status(db.engine.dialect.name)
            counted = sa.select(sa.func.count()).select_from(table).where(table.c.status.in_(states))
            return int(db.session.scalar(counted) or 0)


def _digest(app: Flask, digest: str) -> str:
    """Return the digest of the bytes stored under a digest, "" where there is no file."""
    path: Any = app.extensions["storage"].path(digest)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _broken() -> list[str]:
    """Return what does not hold: the database's own check, the audit chain, tasks that differ from the engine's."""
    from workflow_app.audit.verify import verify
    from workflow_app.foundation.database import db

    found = []
    if db.engine.dialect.name == "sqlite":
        answer = db.session.execute(sa.text("PRAGMA integrity_check")).scalar()
        found += [] if answer == "ok" else [f"integrity_check: {answer}"]
    chain = verify()
    found += [] if chain.is_whole else [f"audit: {chain.finding.name} at {chain.seq}"]
    return found + _tasks_apart() + _grants_without_receipt()


def _tasks_apart() -> list[str]:
    """Return the open cases whose tasks are not where the engine stands."""
    from workflow_app.cases.case import Case
    from workflow_app.cases.tasks import CaseTask
    from workflow_app.engine import runner
    from workflow_app.engine.instances import instance_of
    from workflow_app.foundation.database import db

    found = []
    for case in db.session.scalars(sa.select(Case)).unique():
        instance = instance_of(case.id)
        open_here = sa.select(CaseTask.step).where(
            CaseTask.case_id == case.id, CaseTask.closed_at.is_(None), CaseTask.engine_id.is_not(None)
        )
        tasks = set(db.session.scalars(open_here))
        tokens = runner.tokens(instance.definition, instance.state)
        if not tasks <= tokens or (case.closed_at is None) == (instance.state is None):
            found.append(f"{case.number}: tasks {sorted(tasks)}, engine {sorted(tokens)}")
    return found


def _grants_without_receipt() -> list[str]:
    """Return the closed grants whose record is not repaired, and repaired records without a receipt per destination."""
    from workflow_app.cases.case import Case
    from workflow_app.foundation.database import db
    from workflow_app.records.write_back import all_confirmed

    found = []
    granted = sa.select(Case).where(Case.outcome == "granted")
    for case in db.session.scalars(granted).unique():
        repaired = case.record.status == "REPAIRED"
        if repaired != (case.closed_at is not None) or (repaired and not all_confirmed(case.id, 1)):
            found.append(f"{case.number}: record {case.record.status}, closed {case.closed_at}")
    return found
