"""Running an import in a test: departments in place, a file staged and published, what became of it."""

from pathlib import Path

import sqlalchemy as sa

from tests.records.files import DATA
from tests.world import NOON, department
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.department_import import import_departments
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import ImportBatch
from workflow_app.records.import_files import look_at
from workflow_app.records.import_publish import order_publication, publish
from workflow_app.records.import_stage import stage
from workflow_app.records.importing import begin

TRAFFIC = "11620100MBX246959X"
SYSTEM = Actor(account_id=None, name="系统", role=Role.SERVICE)


def with_departments() -> None:
    """Import all departments and what became of those that ended."""
    import_departments(DATA / "departments.csv")
    import_departments(DATA / "succession.csv")


def with_few_departments() -> None:
    """The two departments that small files name, for tests to which the others do not matter."""
    with transaction():
        db.session.add_all([department(), department(TRAFFIC, "兰州市交通运输局", sector="交通运输")])


def staged(path: Path, *, actor: Actor = SYSTEM, kind: str = "penalties") -> int:
    """Stage a file and return its batch."""
    facts = look_at(path)
    with transaction():
        batch_id = begin(
            file_name=path.name,
            facts=facts,
            department_id=actor.department_id,
            kind=kind,
            actor=actor,
            now=NOON,
        )
    stage(batch_id, path=path, actor=actor, now=NOON)
    return batch_id


def published(path: Path, *, actor: Actor = SYSTEM, kind: str = "penalties") -> ImportBatch:
    """Stage and publish a file and return its batch."""
    batch_id = staged(path, actor=actor, kind=kind)
    with transaction():
        order_publication(batch_id, actor=actor)
    publish(batch_id, now=NOON)
    return batch(batch_id)


def batch(batch_id: int) -> ImportBatch:
    """Return a batch as it now stands."""
    return db.session.get_one(ImportBatch, batch_id, populate_existing=True)


def count(*where: sa.ColumnElement[bool]) -> int:
    """Count the records that everybody sees."""
    return db.session.scalar(sa.select(sa.func.count(CreditRecord.id)).where(*where)) or 0


def stored() -> int:
    """Count the records that are in the table, seen or not."""
    return db.session.connection().scalar(sa.select(sa.func.count()).select_from(CreditRecord.__table__)) or 0
