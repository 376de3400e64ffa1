"""The letter of advice (信用修复告知书) that goes along with a decision (两书同达, rulebook §1.12): for which records one is
due, and whether and how it was served. The letter itself is issued when somebody prints it.

A row is all that is prepared in advance. An import of 100,000 decisions costs 100,000 short rows, written by a job of its own
in slices after the file is published; setting as many letters would keep the presses busy for hours and take numbers for
papers that nobody prints, and a number is given at issue, not before (§9.1). So the import keeps its pace whatever the letters
do, and a letter says what is known of the record on the day it is handed over.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.law.facts import InfoType, SubjectType
from workflow_app.law.serving import Way
from workflow_app.records.credit_record import MARKET_REGULATION, CreditRecord
from workflow_app.records.lifecycle import Status


class RepairAdvice(Model):
    """The advice due with one decision. `letter_id` names the letter in force once one was issued; `served_on` and what stands
    beside it say how it was served, for the lists: what counts is the service of the letter itself."""

    __tablename__ = "repair_advice"

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), primary_key=True, autoincrement=False)
    prepared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"), unique=True)
    served_on: Mapped[date | None] = mapped_column(sa.Date, index=True)
    method: Mapped[str] = mapped_column(sa.String(12), default="")
    receiver: Mapped[str] = mapped_column(sa.String(60), default="")
    served_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    served_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    noted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}


def is_due(*, on: date) -> sa.ColumnElement[bool]:
    """The condition under which advice goes along with a record: public still, an enterprise's, of a department here.

    Natural persons' records are never public (§11), market regulation advises by its own rules and portal (§3), and what is
    past its longest period has nothing left to be repaired. It goes along with a penalty decision and with the decision to
    list (两书同达, §1.12); what an entry may hope for stands in its list's own rules, and the letter says so.
    """
    return sa.and_(
        CreditRecord.record_type.in_([InfoType.PENALTY.value, InfoType.SERIOUS_LIST.value]),
        CreditRecord.status == Status.PUBLISHED.value,
        CreditRecord.subject_type != SubjectType.NATURAL_PERSON.value,
        CreditRecord.subject_code.is_not(None),
        CreditRecord.department_id.is_not(None),
        CreditRecord.sector.not_in(sorted(MARKET_REGULATION)),
        sa.or_(CreditRecord.stops_on.is_(None), CreditRecord.stops_on >= on),
    )


def without_advice(*, on: date, after: int, limit: int, batch_id: int | None = None) -> list[int]:
    """Return records that advice is due for and that have none, in the order of their ids; those of one file, or all."""
    known = sa.exists(sa.select(RepairAdvice.record_id).where(RepairAdvice.record_id == CreditRecord.id))
    query = sa.select(CreditRecord.id).where(CreditRecord.id > after, is_due(on=on), ~known)
    if batch_id is not None:
        query = query.where(CreditRecord.import_batch_id == batch_id)
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def put_advice(record_ids: list[int], *, now: datetime) -> None:
    """Note that advice is due for records, in the caller's transaction; a second time does nothing."""
    require_transaction()
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"record_id": r, "prepared_at": now, "method": "", "receiver": "", "served_by_name": "", "row_version": 1}
        for r in record_ids
    ]
    if rows:
        db.session.connection().execute(insert(RepairAdvice).on_conflict_do_nothing(), rows)


def advice_of(record_id: int) -> RepairAdvice | None:
    """Return the advice of a record."""
    return db.session.get(RepairAdvice, record_id)


def note_served(
    advice: RepairAdvice,
    *,
    on: date,
    method: Way,
    receiver: str,
    by: tuple[int | None, str],
    now: datetime,
) -> None:
    """Write down how the letter was served, as its service says."""
    require_transaction()
    advice.served_on, advice.method, advice.receiver, advice.noted_at = on, method.value, receiver, now
    advice.served_by_id, advice.served_by_name = by


def note_unserved(advice: RepairAdvice, *, now: datetime) -> None:
    """Write down that the letter is not served, after all."""
    require_transaction()
    advice.served_on, advice.method, advice.receiver, advice.noted_at = None, "", "", now
    advice.served_by_id, advice.served_by_name = None, ""
