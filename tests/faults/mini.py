"""A miniature of the application for testing the kill harness: one kind of act, with a letter and an order each."""

import os
import random
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
from flask import Flask, current_app, jsonify, request
from sqlalchemy.orm import Mapped, mapped_column

from faults.careless import careless
from faults.driver import Act, Observed, Place, Refused, Unanswered
from workflow_app.foundation.clock import SystemClock
from workflow_app.foundation.database import Model, db, init_database, transaction
from workflow_app.foundation.errors import ExternalFault
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.storage import Storage
from workflow_app.jobs.failed import JobRetry
from workflow_app.jobs.heartbeat import WorkerHeartbeat
from workflow_app.jobs.periodic import PeriodicWork
from workflow_app.jobs.queue import enqueue, init_jobs, job, migrate_jobs
from workflow_app.records.http_platform import HttpPlatform
from workflow_app.records.platform import Confirmed, NotApplied, Order


class MiniAct(Model):
    """One act under its request key, with its number and what became of letter and order."""

    __tablename__ = "mini_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(20), default="queued")


class MiniCounter(Model):
    """The last number given."""

    __tablename__ = "mini_counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


TABLES = [m.__table__ for m in (MiniAct, MiniCounter, WorkerHeartbeat, PeriodicWork, JobRetry)]


def order_of(act: MiniAct) -> Order:
    payload = {"case_no": act.key, "record_id": act.id}
    return Order(key=f"wb:{act.key}", destination="sharing", case_no=act.key, record_id=act.id, payload=payload)


@job("letters")
def mini_letter(act_id: int) -> None:
    """Make the letter of an act."""
    act = db.session.get(MiniAct, act_id)
    assert act is not None
    content = b"%PDF-1.7 " + str(act.number).encode() * 20_000
    db.session.rollback()
    digest = current_app.extensions["storage"].put(content)
    failpoint("mini.stored")
    with transaction():
        db.session.execute(sa.update(MiniAct).where(MiniAct.id == act_id).values(digest=digest))


@job("writeback")
def mini_send(act_id: int) -> None:
    """Have the order of an act done."""
    act = db.session.get(MiniAct, act_id)
    assert act is not None
    order, state = order_of(act), act.state
    db.session.rollback()
    if state == "confirmed":
        return
    credit = current_app.extensions["platform"]
    found = credit.look_up(order)
    if isinstance(found, NotApplied):
        failpoint("mini.sending")
        found = credit.send(order)
    if not isinstance(found, Confirmed):
        raise ExternalFault(reason=str(found))
    failpoint("mini.answered")
    with transaction():
        db.session.execute(sa.update(MiniAct).where(MiniAct.id == act_id).values(state="confirmed"))
    failpoint("mini.settled")


def take(key: str) -> int:
    """Do an act, or return the number it got before."""
    with transaction():
        known = db.session.scalar(sa.select(MiniAct.number).where(MiniAct.key == key))
        if known is not None:
            return int(known)
        counter = db.session.get(MiniCounter, 1, with_for_update=True)
        assert counter is not None
        counter.last += 1
        act = MiniAct(key=key, number=counter.last)
        db.session.add(act)
        db.session.flush()
        number = act.number
        enqueue("letters", "mini_letter", f"letter:{key}", act.id)
        enqueue("writeback", "mini_send", f"wb:{key}", act.id)
        failpoint("mini.before_commit")
    failpoint("mini.after_commit")
    return number


def create_app() -> Flask:
    """Return the miniature on what the environment names."""
    app = Flask("mini")
    app.config.update(SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"], TESTING=False)
    app.extensions["clock"] = SystemClock()
    app.extensions["storage"] = Storage(Path(os.environ["DATA_DIR"]) / "files")
    app.extensions["platform"] = HttpPlatform(os.environ["PLATFORM_URL"], os.environ["PLATFORM_KEY"], timeout=2.0)
    init_database(app)
    init_jobs(app, database_url=os.environ["DATABASE_URL"], testing=False)
    app.add_url_rule("/healthz", view_func=lambda: jsonify(ok=True))
    app.add_url_rule(
        "/act", endpoint="act", methods=["POST"], view_func=lambda: jsonify(number=take(request.json["key"]))
    )
    return app


def careless_app() -> Flask:
    """Return the miniature in its careless variant."""
    return careless(create_app())


class MiniSession:
    """A client of the miniature."""

    def __init__(self, url: str) -> None:
        self.url = url

    def step(self, luck: random.Random, key: str) -> Act:
        """Do an act."""
        try:
            reply = requests.post(f"{self.url}/act", json={"key": key}, timeout=10)
        except requests.RequestException as fault:
            raise Unanswered from fault
        if reply.status_code >= 500:
            raise Unanswered
        if not reply.ok:
            raise Refused
        return Act(key=key, what="act", case=key, facts={"number": reply.json()["number"]})


class MiniDriver:
    """The miniature as the harness needs it."""

    web_app = "tests.faults.mini:create_app()"
    worker_app = "tests.faults.mini:create_app"
    careless_app = "tests.faults.mini:careless_app()"
    careless_pause_s = 0.3
    failpoints = (
        "mini.before_commit",
        "mini.after_commit",
        "mini.stored",
        "mini.sending",
        "write_back.sent",
        "mini.settled",
    )

    def prepare(self, place: Place) -> None:
        engine = sa.create_engine(place.database_url)
        db.metadata.create_all(engine, tables=TABLES)
        with engine.begin() as connection:
            connection.execute(MiniCounter.__table__.insert().values(id=1, last=0))
        engine.dispose()
        migrate_jobs(place.database_url)

    def session(self, place: Place, number: int) -> MiniSession:
        return MiniSession(place.web_url)

    def in_hand(self, place: Place) -> int:
        return self._count(place, "PENDING")

    def waiting(self, place: Place) -> int:
        return self._count(place, "PENDING", "ENQUEUED", "DELAYED")

    def observe(self, place: Place) -> Observed:
        storage = Storage(place.folder / "data" / "files")
        engine = sa.create_engine(place.database_url)
        with engine.connect() as connection:
            acts = connection.execute(sa.select(MiniAct.__table__)).all()
        engine.dispose()
        found = Observed()
        for act in acts:
            found.acts[act.key] = {"number": act.number}
            found.letter_numbers.append(str(act.number))
            found.wanted_letters.append(act.key)
            found.orders[f"wb:{act.key}"] = act.state
            if act.digest:
                found.letters.append(act.key)
                path = storage.path(act.digest)
                found.files[act.digest] = digest_of(path)
        return found

    def _count(self, place: Place, *states: str) -> int:
        engine = sa.create_engine(place.database_url)
        schema = "dbos." if engine.dialect.name == "postgresql" else ""
        names = ", ".join(f"'{s}'" for s in states)
        with engine.connect() as connection:
            found: Any = connection.exec_driver_sql(
                f"SELECT count(*) FROM {schema}workflow_status WHERE status IN ({names})"
            ).scalar()
        engine.dispose()
        return int(found)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, "" where there is none."""
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
