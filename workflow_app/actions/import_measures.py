"""Importing in the browser which measures are in force because of which records: whole, in one transaction, or not at all."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import transaction
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, may, require
from workflow_app.records.measure_import import Answer, import_on_records

MOST_ROWS = 5000


def import_measures_on_records(*, filename: str, content: bytes, actor: Actor, now: datetime) -> Answer:
    """Take a .csv in and return what became of its rows; a record beyond the actor's reach is as good as unknown. Raises
    InvalidInput on `file` for what is no such file. Taken in again, it makes no doubles."""
    require(actor, Permission.RECORD_IMPORT)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "measures.csv"
        path.write_bytes(content)
        with transaction():
            answer = import_on_records(
                path,
                reach=lambda record: may(actor, Permission.RECORD_VIEW, record),
                today=legal_day(now),
                most=MOST_ROWS,
            )
            counts = {"rows": answer.rows, "accepted": answer.accepted, "created": answer.created}
            log.record(
                actor=actor, action="measures.imported", object_type="measures", object_id=filename[:100],
                details=counts, now=now,
            )  # fmt: skip
    return answer
