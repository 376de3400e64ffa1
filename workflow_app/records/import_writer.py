"""Writing the records of one file, a slice a transaction. Two writers of one file take turns: its row says how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AppError
from workflow_app.foundation.failpoints import failpoint
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import RecordHistory
from workflow_app.records.import_batches import BatchState, ImportBatch, ImportRow, half_written
from workflow_app.records.import_issues import COMPLAINTS, Treatment
from workflow_app.records.import_kinds import FileKind
from workflow_app.records.import_known import Comparison, Found, compare, difference
from workflow_app.records.import_values import Settler, Values, needs_class, unpacked
from workflow_app.records.record_tasks import RecordTask, RecordTaskKind, task_values


@dataclass(frozen=True, kw_only=True)
class Staged:
    """One staged row, read back."""

    id: int
    number: int
    treatment: str
    issues: list[dict[str, Any]]
    content: Values


class RowUnfit(AppError):
    """A staged row that cannot become a record: the rules of today do not take what those of the staging took."""

    code = "row_unfit"


def source_of(file_name: str, row_number: int) -> str:
    """Return where a record comes from, as its history says it."""
    return f"{file_name[:180]} 第 {row_number} 行"


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes what is staged of one batch. `allowed` are the codes of whose records it may change, None for all."""

    batch_id: int
    allowed: frozenset[str] | None
    kind: FileKind
    settler: Settler
    actor: Actor
    now: datetime

    def next_rows(self, size: int) -> list[Staged]:
        """Return the next staged rows, read outside any lock."""
        after = sa.select(ImportBatch.published_to).where(ImportBatch.id == self.batch_id).scalar_subquery()
        table = ImportRow.__table__.c
        query = (
            sa.select(table.id, table.row_number, table.treatment, table.issues, table.content)
            .where(table.batch_id == self.batch_id, table.id > after, table.treatment != Treatment.REJECT.value)
            .order_by(table.id)
            .limit(size)
        )
        rows = [
            Staged(id=r[0], number=r[1], treatment=r[2], issues=r[3], content=unpacked(r[4]))
            for r in db.session.connection().execute(query)
        ]
        db.session.rollback()
        return rows

    def write(self, rows: Sequence[Staged]) -> bool:
        """Write one slice in a transaction of its own and tell whether there may be more that is this file's turn.

        Raises RowUnfit where a row is no record.
        """
        if not rows:
            return False
        records = [self._settled(row) for row in rows]
        failpoint("import.publishing")
        with transaction():
            batch = self._turn()
            if batch is None or batch.published_to >= rows[0].id:
                return batch is not None  # another run was faster
            answers = compare([row.content for row in rows], allowed=self.allowed, comparing=self.kind.comparing)
            new = [n for n, answer in enumerate(answers) if answer.found is Found.NEW]
            ids = self._insert([records[n] for n in new], [rows[n] for n in new], batch.file_name)
            written = dict(zip(new, ids, strict=True))
            for n, (row, answer) in enumerate(zip(rows, answers, strict=True)):
                self._count(batch, answer)
                self._keep(row, answer, written.get(n))
            self._forget(rows)
            batch.published_to = rows[-1].id
        return True

    def _settled(self, row: Staged) -> Values:
        try:
            return self.kind.settle(self.settler, row.content, self.batch_id)
        except Exception as error:
            raise RowUnfit(number=row.number) from error

    def _turn(self) -> ImportBatch | None:
        """Lock every file that is being published, so that two never write the same record; None where this one is done.

        None too while another file is half written: its records may yet be removed, so that nothing is to be compared
        with them.
        """
        at_work = sa.select(ImportBatch).where(sa.or_(ImportBatch.state == BatchState.PUBLISHING, half_written()))
        locking = at_work.order_by(ImportBatch.id).with_for_update().execution_options(populate_existing=True)
        locked = list(db.session.scalars(locking))
        if any(batch.is_half_written and batch.id != self.batch_id for batch in locked):
            return None
        return next((b for b in locked if b.id == self.batch_id and b.state == BatchState.PUBLISHING), None)

    def _insert(self, records: list[Values], rows: list[Staged], file_name: str) -> list[int]:
        ids = next_record_ids(len(records))
        written = list(zip(ids, records, rows, strict=True))
        tasks = [task for record_id, record, _row in written for task in self._tasks(record_id, record)]
        for table, values in (
            (CreditRecord, [{"id": record_id} | record for record_id, record, _row in written]),
            (RecordHistory, [self._history(*each, file_name) for each in written]),
            (RecordTask, tasks),
        ):
            if values:
                db.session.connection().execute(sa.insert(table), values)
        return ids

    def _history(self, record_id: int, record: Values, row: Staged, file_name: str) -> dict[str, Any]:
        return {
            "record_id": record_id,
            "at": self.now,
            "what": "imported",
            "status_before": "",
            "status_after": record["status"],
            "basis": source_of(file_name, row.number),
            "facts": {"batch": self.batch_id, "row": row.number, "issues": [i["code"] for i in row.issues]},
            "actor_id": self.actor.account_id,
            "actor_name": self.actor.name,
        }

    def _tasks(self, record_id: int, record: Values) -> list[dict[str, Any]]:
        wanted = (
            (RecordTaskKind.CLASSIFY, needs_class(record)),
            (RecordTaskKind.UNPERFORMED, self.settler.is_overdue(record)),
        )
        department = record["department_id"]
        return [
            task_values(record_id=record_id, department_id=department, kind=kind, now=self.now)
            for kind, is_wanted in wanted
            if is_wanted
        ]

    @staticmethod
    def _count(batch: ImportBatch, answer: Comparison) -> None:
        batch.created += answer.found is Found.NEW
        batch.unchanged += answer.found in (Found.SAME, Found.FOREIGN)
        if answer.found is Found.DIFFERENT:  # somebody imported another form of it since the file was staged
            batch.accepted -= 1
            batch.rejected += 1

    def _keep(self, row: Staged, answer: Comparison, record_id: int | None) -> None:
        if not _has_news(row, answer):
            return
        values: dict[str, Any] = {"outcome": answer.found.value, "record_id": record_id or answer.record_id}
        if answer.found is not Found.PERFORMED:
            values["content"] = ""
        if answer.found is Found.DIFFERENT:
            found = difference(row.content["document_number"], answer, self.kind.comparing)
            values |= {"issues": [*row.issues, found.to_json()], "treatment": Treatment.REJECT.value}
        db.session.execute(sa.update(ImportRow).where(ImportRow.id == row.id).values(**values))

    def _forget(self, rows: Sequence[Staged]) -> None:
        """Remove the rows of a slice that nothing is to be said of: those whose outcome was not written down."""
        table = ImportRow.__table__.c
        silent = sa.delete(ImportRow).where(
            table.batch_id == self.batch_id,
            table.id.between(rows[0].id, rows[-1].id),
            table.outcome == "",
            table.treatment != Treatment.REJECT.value,
        )
        db.session.connection().execute(silent)


def next_record_ids(count: int) -> list[int]:
    """Return ids for new records, so that their history can be written without asking back for each.

    On SQLite the open transaction holds the only write lock, so the next ids are nobody else's.
    """
    if db.engine.dialect.name == "sqlite":
        last = db.session.connection().scalar(sa.select(sa.func.max(CreditRecord.__table__.c.id))) or 0
        return list(range(last + 1, last + 1 + count))
    sequence = sa.func.nextval(sa.func.pg_get_serial_sequence("credit_record", "id"))
    query = sa.select(sequence).select_from(sa.func.generate_series(1, count))
    return list(db.session.connection().scalars(query))


def _has_news(row: Staged, answer: Comparison) -> bool:
    """Tell whether the report says something of a row."""
    return row.treatment in COMPLAINTS or answer.found in (Found.PERFORMED, Found.DIFFERENT)
