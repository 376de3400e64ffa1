"""A killed worker's job is taken over by another worker within the time promised, on each database."""

import time
from pathlib import Path

import pytest

from tests.jobs.processes import DATABASES, own_database, real_app, wait_for, worker
from tests.jobs.small import notes
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs import failed
from workflow_app.jobs.queue import enqueue


@pytest.mark.parametrize("kind", DATABASES)
def test_a_killed_workers_job_is_taken_over(kind: str, tmp_path: Path) -> None:
    with own_database(kind, tmp_path) as url, real_app(url), worker(url, tmp_path / "a.log") as first:
        assert wait_for(lambda: len(failed.workers()) == 1, 15)
        with transaction():
            enqueue("letters", "small_slow", "letter:1", "slow", 1.0)
        assert wait_for(lambda: notes() == ["slow begun"], 10)
        first.kill()
        killed = time.monotonic()
        with worker(url, tmp_path / "b.log"):
            assert wait_for(lambda: "slow ended" in notes(), 30), (tmp_path / "b.log").read_text()
            assert time.monotonic() - killed < 30
            assert notes() == ["slow begun", "slow begun", "slow ended"]
            assert wait_for(lambda: [w.alive for w in failed.workers()] == [True], 5)
            assert failed.failed_jobs() == []
            db.session.rollback()
