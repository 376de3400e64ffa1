"""The house itself as the kill harness needs it: credit repair from filing to receipt, over its real pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from faults import repair_invariants, repair_reading
from faults.driver import Observed, Place, Session, application
from faults.kill_plan import failpoints_in
from faults.repair_session import RepairSession
from faults.repair_world import add_record, populate, records_of

ROOT = Path(__file__).parent.parent
SWEEPS = ("record_sweep", "advice_sweep", "invitation_sweep")  # once a day
OPEN_JOBS = ("PENDING", "ENQUEUED", "DELAYED")


class RepairDriver:
    """Starts the real application; reads what it left through its own tables."""

    web_app = "workflow_app.wsgi:app"
    worker_app = "workflow_app.factory:create_app"
    careless_app = "faults.careless:create_app()"
    careless_pause_s = 3.0
    # Clients file, open and decide; they import nothing, so those points are left to the tests of the import.
    failpoints = tuple(
        name for name in failpoints_in(ROOT / "workflow_app") if not name.startswith(("import.", "bundle."))
    )

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
        app = self._application(place)
        return RepairSession(
            place, number, records_of(app, number), lambda case: let_pass(app, case), lambda: let_dawn(app, number)
        )

    def in_hand(self, place: Place) -> int:
        """Return how many jobs workers have in hand now."""
        return self._jobs(place, "PENDING")

    def waiting(self, place: Place) -> int:
        """Return how many jobs have not ended and how many deadlines have passed unseen."""
        return self._jobs(place, *OPEN_JOBS) + len(self._unswept(place))

    def observe(self, place: Place) -> Observed:
        """Read acts by request key, letters with their files, orders, failed jobs and what the database finds wrong."""
        from workflow_app.foundation.database import db
        from workflow_app.jobs.failed import failed_jobs
        from workflow_app.records.write_back import WriteBack

        found = Observed(stuck=self._unswept(place))
        app = self._application(place)
        with app.app_context():
            found.acts = repair_reading.acts()
            found.wanted_letters, found.letters, found.letter_numbers = repair_reading.letters()
            found.files = repair_reading.files(app)
            found.orders = {row.key: row.state for row in db.session.scalars(sa.select(WriteBack))}
            found.stuck += [f"{j.key}: {j.error}" for j in failed_jobs()]
            found.broken = repair_invariants.broken()
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

    def _unswept(self, place: Place) -> list[str]:
        """Return the open deadlines that have passed and of which nobody has taken note."""
        from workflow_app.cases.case import Case
        from workflow_app.cases.deadlines import Deadline
        from workflow_app.foundation.database import db

        app = self._application(place)
        with app.app_context():
            now = app.extensions["clock"].now()
            passed = sa.and_(Deadline.fired_at.is_(None), Deadline.parked_error.is_(None), Deadline.due_at <= now)
            near = sa.and_(Deadline.reminded_at.is_(None), Deadline.remind_at <= now)
            query = sa.select(Case.number, Deadline.key).join(Deadline.case).where(Deadline.closed_at.is_(None))
            return [f"deadline {case} {key}" for case, key in db.session.execute(query.where(passed | near))]


def let_pass(app: Flask, case_number: str) -> None:
    """Let the time of a case run out: its running deadlines are due from now on."""
    from workflow_app.cases.case import Case
    from workflow_app.cases.deadlines import Deadline
    from workflow_app.foundation.database import db, transaction

    with app.app_context(), transaction():
        now = app.extensions["clock"].now()
        of_case = sa.select(Case.id).where(Case.number == case_number).scalar_subquery()
        running = sa.and_(Deadline.case_id == of_case, Deadline.closed_at.is_(None), Deadline.due_at.is_not(None))
        passed = {"due_at": now - timedelta(minutes=1), "remind_at": now - timedelta(minutes=2)}
        db.session.execute(sa.update(Deadline).where(running).values(**passed))


def let_dawn(app: Flask, number: int) -> None:
    """Let a decision become public and a day begin: what is done once a day is due."""
    from workflow_app.foundation.database import db, transaction
    from workflow_app.jobs.periodic import PeriodicWork

    with app.app_context(), transaction():
        now = app.extensions["clock"].now()
        add_record(number, now)
        due = sa.update(PeriodicWork).where(PeriodicWork.name.in_(SWEEPS), PeriodicWork.next_at > now)
        db.session.execute(due.values(next_at=now))
