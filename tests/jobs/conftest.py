"""A small application with a database and a queue and nothing else: these tests fail for reasons of the jobs only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.jobs.processes import create_tables
from tests.jobs.small import small_app
from workflow_app.foundation.database import db
from workflow_app.jobs.recording import RecordingQueue


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Flask]:
    """The small application with the recording queue, inside its context."""
    app = small_app(f"sqlite:///{tmp_path / 'small.sqlite3'}", testing=True)
    with app.app_context():
        create_tables()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def recorder(small: Flask) -> RecordingQueue:
    """The recording queue of the small application."""
    found = small.extensions["jobs"]
    assert isinstance(found, RecordingQueue)
    return found
