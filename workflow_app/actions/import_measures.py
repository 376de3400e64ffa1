"""Importing in the browser which measures are in force because of which records: the file is read before any transaction and
taken in slices, so that nobody waits long for its end."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow_app.actions.add_evidence import shown_name
from workflow_app.audit import log
from workflow_app.foundation.database import db, transactional
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, may, require
from workflow_app.records.measure_import import ON_RECORDS, Answer, Numbered, read_sheet, take_on_records

MOST_ROWS = 5000


def import_measures_on_records(*, filename: str, content: bytes, actor: Actor, now: datetime) -> Answer:
    """Take a .csv in and return what became of its rows; a record beyond the actor's reach is as good as unknown. Raises
    InvalidInput on `file` for what is no such file. Taken in again, it makes no doubles."""
    require(actor, Permission.RECORD_IMPORT)
    db.session.rollback()  # nothing stays open while the file is read
    with TemporaryDirectory() as folder:
        path = Path(folder) / "measures.csv"
        path.write_bytes(content)
        sheet = read_sheet(path, kinds=(ON_RECORDS,), most=MOST_ROWS)
    answer, name = Answer(), shown_name(filename)
    for rows in sheet.slices():
        answer.add(_take(rows, name=name, digest=sheet.digest, actor=actor, now=now))
    return answer


@transactional
def _take(rows: Sequence[Numbered], *, name: str, digest: str, actor: Actor, now: datetime) -> Answer:
    part = take_on_records(rows, actor=actor, now=now, reach=lambda record: may(actor, Permission.RECORD_VIEW, record))
    details = {
        "digest": digest, "first_row": rows[0][0] if rows else 0, "last_row": rows[-1][0] if rows else 0,
        "rows": part.rows, "accepted": part.accepted, "created": part.created,
    }  # fmt: skip
    log.record(
        actor=actor, action="measures.imported", object_type="measures", object_id=name[:100], details=details, now=now
    )
    return part
