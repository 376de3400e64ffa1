"""What we use of the job engine beyond its public interface, and what we rely on in its tables: the pinned version."""

import inspect
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOS, DBOSClient
from dbos._dbos import _get_dbos_instance
from dbos._sys_db import SystemDatabase

from workflow_app.jobs.dbos_queue import migrate, workflow_status
from workflow_app.jobs.queue import QUEUES


def test_the_version_is_the_one_that_was_tried() -> None:
    assert version("dbos") == "3.4.0"


def test_the_private_names_are_there() -> None:
    assert callable(_get_dbos_instance)
    parameters = list(inspect.signature(SystemDatabase.reenqueue_for_recovery).parameters)
    assert parameters == ["self", "workflow_id", "executor_ids", "recovery_queue_name"]
    source = inspect.getsource(DBOS)
    assert "_active_workflows_set" in source
    assert "_sys_db" in source


def test_recovery_keeps_the_count_of_attempts() -> None:
    assert "recovery_attempts" not in inspect.getsource(SystemDatabase.reenqueue_for_recovery)
    assert "recovery_attempts=0" in inspect.getsource(SystemDatabase.resume_workflows)


def test_enqueueing_takes_the_callers_session() -> None:
    assert list(inspect.signature(DBOSClient.enqueue_in_transaction).parameters)[:2] == ["self", "conn_or_session"]


def test_migrating_makes_the_queues_and_may_be_repeated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    migrate(url)
    migrate(url)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(workflow_status("sqlite"))) == 0
        rows = connection.exec_driver_sql("SELECT name, worker_concurrency FROM queues").fetchall()
        assert {row[0]: row[1] for row in rows} == dict(QUEUES)
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
