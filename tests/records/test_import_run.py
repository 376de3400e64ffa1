"""Running an import on both databases: visible at once, again without doubles, and after a kill from where it stopped."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.world import NOON
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.department_import import import_departments
from workflow_app.records import import_run
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import BatchState, ImportBatch, new_batch

DATA = Path(__file__).parents[1] / "data"
TODAY = legal_day(NOON)


def begin(app: Flask) -> int:
    digest = app.extensions["storage"].put((DATA / "penalties.xlsx").read_bytes())
    with transaction():
        return new_batch(
            filename="penalties.xlsx", digest=digest, by_id=None, department_id=None, expected=0, now=NOON
        ).id


@pytest.fixture
def batch_id(app: Flask) -> int:
    import_departments(DATA / "departments.csv")
    return begin(app)


def count(*where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(CreditRecord).where(*where)) or 0


def test_what_is_accepted_becomes_records(batch_id: int) -> None:
    import_run.stage(batch_id, today=TODAY)
    assert count() == 0
    import_run.publish(batch_id, now=NOON)
    batch = db.session.get_one(ImportBatch, batch_id)
    assert (batch.rows, batch.accepted, batch.rejected, batch.state) == (300, 282, 18, BatchState.PUBLISHED)
    assert count() == 282
    assert count(CreditRecord.status == "DRAFT") == 0


def test_natural_persons_are_kept_and_not_shown(batch_id: int) -> None:
    import_run.stage(batch_id, today=TODAY)
    import_run.publish(batch_id, now=NOON)
    persons = CreditRecord.subject_type == "natural_person"
    assert count(persons) > 0
    assert count(persons, CreditRecord.published) == 0


def test_the_same_file_again_makes_no_doubles(app: Flask, batch_id: int) -> None:
    import_run.stage(batch_id, today=TODAY)
    import_run.publish(batch_id, now=NOON)
    again = begin(app)
    assert again != batch_id
    import_run.stage(again, today=TODAY)
    import_run.publish(again, now=NOON)
    assert (count(), db.session.get_one(ImportBatch, again).unchanged) == (282, 282)


def test_a_killed_import_goes_on_and_shows_nothing_before_its_end(
    batch_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "SLICE", 50)
    import_run.stage(batch_id, today=TODAY)

    def killed(batch: ImportBatch) -> None:
        if batch.written > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_run.publish(batch_id, now=NOON, progress=killed)
    assert count(CreditRecord.status != "DRAFT") == 0
    import_run.publish(batch_id, now=NOON)
    assert (count(), count(CreditRecord.status == "DRAFT")) == (282, 0)


def test_a_killed_staging_keeps_no_row_twice(batch_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_run, "SLICE", 50)

    def killed(batch: ImportBatch) -> None:
        if batch.rows >= 150:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_run.stage(batch_id, today=TODAY, progress=killed)
    import_run.stage(batch_id, today=TODAY)
    assert db.session.get_one(ImportBatch, batch_id).rows == 300


def test_without_departments_it_says_what_to_do_first(app: Flask) -> None:
    with pytest.raises(RuleViolation, match="import_no_departments"):
        import_run.stage(begin(app), today=TODAY)
