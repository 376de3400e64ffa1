"""A real worker process on each database: waits for its tables, retries, fails visibly, stops in good order."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.jobs.processes import DATABASES, make_tables, own_database, real_app, wait_for, wait_until, worker
from tests.jobs.small import notes
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, NotFound
from workflow_app.jobs import failed
from workflow_app.jobs.heartbeat import database_now
from workflow_app.jobs.queue import enqueue
from workflow_app.jobs.state import JobStatus
from workflow_app.people.accounts import Actor, Role

ADMIN = Actor(account_id=7, name="系统管理员", role=Role.SYSTEM_ADMIN)
pytestmark = pytest.mark.parametrize("kind", DATABASES)


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    with own_database(kind, tmp_path) as address:
        yield address


@pytest.fixture
def app(url: str) -> Iterator[Flask]:
    with real_app(url, tables=False) as found:
        yield found


def test_a_day_in_the_life_of_a_worker(app: Flask, url: str, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with worker(url, log, TICK="1") as process:
        assert wait_until(lambda: "waits for the migration" in log.read_text(), 15)
        make_tables(app, url)  # it was started before the database had any
        with transaction():
            enqueue("letters", "small_slow", "letter:1", "letter", 0.2)
            enqueue("writeback", "small_unreachable", "wb:1", "down")
            enqueue("notices", "small_broken", "notice:1")
        with pytest.raises(ZeroDivisionError), transaction():
            enqueue("letters", "small_write", "letter:2", "rolled back")
            raise ZeroDivisionError
        assert wait_for(lambda: {"letter ended", "down"} <= set(notes()), 15), log.read_text()
        assert wait_for(lambda: bool(failed.failed_jobs()) and bool(failed.delayed_jobs()), 5)

        (broken,) = failed.failed_jobs()
        assert (broken.key, broken.job, broken.queue, broken.status) == (
            "notice:1",
            "small_broken",
            "notices",
            JobStatus.FAILED,
        )
        assert broken.error == "ValueError: cannot ever work"
        (delayed,) = failed.delayed_jobs()
        assert (delayed.key, delayed.attempt, delayed.error) == ("wb:1", 2, "platform_down")
        assert failed.queue_depths()["writeback"]["delayed"] == 1
        assert [w.alive for w in failed.workers()] == [True]

        with transaction():
            failed.retry("notice:1", actor=ADMIN, now=database_now())
        assert wait_for(lambda: [j.attempt for j in failed.failed_jobs()] == [2], 8)
        assert wait_for(lambda: "arrived" in notes(), 12)
        assert failed.delayed_jobs() == []
        assert "rolled back" not in notes()

        with transaction():
            enqueue("letters", "small_slow", "letter:3", "last", 1.0)
        assert wait_for(lambda: "last begun" in notes(), 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert wait_for(lambda: "last ended" in notes(), 0.5), "a job in hand is finished before the process ends"
    assert failed.workers() == []


def test_only_a_failed_job_gets_another_attempt(app: Flask, url: str) -> None:
    make_tables(app, url)
    with transaction():
        enqueue("letters", "small_write", "letter:1", "a")
    with pytest.raises(NotFound), transaction():
        failed.retry("letter:9", actor=ADMIN, now=database_now())
    with pytest.raises(Conflict), transaction():
        failed.retry("letter:1", actor=ADMIN, now=database_now())


def test_recurring_work_is_done_by_one_worker_at_a_time(app: Flask, url: str, tmp_path: Path) -> None:
    make_tables(app, url)
    with worker(url, tmp_path / "a.log", TICK="1"), worker(url, tmp_path / "b.log", TICK="1"):
        assert wait_for(lambda: len(failed.workers()) == 2, 15)
        begun, before = time.monotonic(), len(notes())
        db.session.rollback()
        time.sleep(2)
        ticks = len(notes()) - before
        assert 2 <= ticks <= (time.monotonic() - begun) / 0.5 + 1


def test_a_job_that_kills_its_workers_is_set_aside_and_can_be_tried_again(app: Flask, url: str, tmp_path: Path) -> None:
    make_tables(app, url)
    with transaction():
        enqueue("letters", "small_write", "letter:1", "poison")
        table = "workflow_status" if url.startswith("sqlite") else "dbos.workflow_status"
        db.session.execute(sa.text(f"UPDATE {table} SET recovery_attempts = 11"))
    with worker(url, tmp_path / "worker.log"):
        assert wait_for(lambda: [j.status for j in failed.failed_jobs()] == [JobStatus.POISONED], 10)
        with transaction():
            failed.retry("letter:1", actor=ADMIN, now=database_now())
        assert wait_for(lambda: notes() == ["poison"], 10)
        assert failed.failed_jobs() == []


def test_jobs_done_long_ago_are_forgotten_in_batches(app: Flask, url: str, tmp_path: Path) -> None:
    make_tables(app, url)
    with transaction():
        for number in range(5):
            enqueue("letters", "small_write", f"letter:{number}", "x")
        enqueue("notices", "small_broken", "notice:1")
    with worker(url, tmp_path / "worker.log"):
        assert wait_for(lambda: len(notes()) == 5 and len(failed.failed_jobs()) == 1, 15)
        queue = app.extensions["jobs"]
        assert queue.find("letter:1").status is JobStatus.DONE
        assert wait_for(lambda: queue.purge(before=database_now(), batch=2) >= 4, 5)
    assert queue.find("letter:1") is None
    assert [j.key for j in failed.failed_jobs()] == ["notice:1"]
