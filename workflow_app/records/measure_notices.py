"""Notices to the bodies that carry measures out (解除惩戒措施通知): one a body and measure, with a last day and an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import Conflict
from workflow_app.jobs.queue import enqueue
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Unit, due
from workflow_app.people.accounts import Actor
from workflow_app.people.calendars import current_calendar
from workflow_app.people.departments import Department
from workflow_app.records import history
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.measures import RECOGNISING, RecordMeasure, in_force

CLOCK = "repair.lift_measures"


class NoticeState(StrEnum):
    """What a body answered."""

    OPEN = "open"
    LIFTED = "lifted"
    KEPT = "kept"  # it cannot lift it, and says why


class MeasureNotice(Model):
    """One notice. Where the body is not in the register, `is_outside`, the department that decided notes its answer."""

    __tablename__ = "measure_notice"
    __table_args__ = (
        sa.UniqueConstraint("case_no", "record_measure_id", "body"),
        sa.Index("ix_measure_notice_open", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("case_file.id"), index=True
    )  # None: what ended it was no case
    case_no: Mapped[str] = mapped_column(sa.String(24))
    record_measure_id: Mapped[int] = mapped_column(sa.ForeignKey("record_measure.id"), index=True)
    body: Mapped[str] = mapped_column(sa.String(120))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    is_outside: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(sa.String(8), default=NoticeState.OPEN)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_on: Mapped[date] = mapped_column(sa.Date)
    provisional: Mapped[bool] = mapped_column(default=False)
    chased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_on: Mapped[date | None] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}
    on: Mapped[RecordMeasure] = relationship(lazy="joined")

    @property
    def organisation_id(self) -> int | None:
        """Notices go between offices: no enterprise has them."""
        return None

    @property
    def assignee_id(self) -> int | None:
        """Notices have no assignee."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """An answered notice is read only."""
        return self.answered_at


def order_lifting(
    rows: Sequence[RecordMeasure], *, case_id: int | None, case_no: str, home: Department, now: datetime
) -> list[MeasureNotice]:
    """Write to every body that carries out one of the measures; each is sent by a job. `home` is the department that decided."""
    require_transaction()
    today = legal_day(now)
    days = value_of(CLOCK, on=today)
    until = due(start=today, count=days.value, unit=Unit(days.unit), roll=days.roll, calendar=current_calendar())
    assert until.due is not None
    made = []
    for row in rows:
        for sector in row.measure.implemented_by:
            body = home if sector == RECOGNISING else body_of(sector, home)
            made.append(
                MeasureNotice(
                    case_id=case_id, case_no=case_no, on=row, body=body.name if body else sector,
                    department_id=body.id if body else home.id, is_outside=body is None, state=NoticeState.OPEN,
                    created_at=now, due_on=until.due, provisional=until.provisional,
                )
            )  # fmt: skip
    unique = list({(notice.on.id, notice.body): notice for notice in made}.values())
    db.session.add_all(unique)
    db.session.flush()
    for notice in unique:
        enqueue("sweeps", "send_measure_notice", f"measure:{notice.id}", notice.id)
    return unique


def order_rest(record: CreditRecord, *, case_id: int | None, case_no: str, now: datetime) -> list[MeasureNotice]:
    """Write about the measures that are still in force because of a record that has ended, and about which nobody was written to
    yet: what rested on it has no ground any more (rulebook §1.1)."""
    home = db.session.get(Department, record.department_id) if record.department_id else None
    asked = sa.select(MeasureNotice.record_measure_id).join(MeasureNotice.on)
    known = set(db.session.scalars(asked.where(RecordMeasure.record_id == record.id)))
    rows = [row for row in in_force(record.id) if row.id not in known]
    return order_lifting(rows, case_id=case_id, case_no=case_no, home=home, now=now) if rows and home else []


def body_of(sector: str, home: Department) -> Department | None:
    """Return who works in a sector for the place of a department: there, else its city, else the province; None where the
    register has nobody."""
    known = sa.select(Department).where(Department.sector == sector, Department.abolished_on.is_(None))
    places = (
        Department.region_code == home.region_code,
        sa.and_(Department.level == "city", Department.city == home.city, Department.city != ""),
        Department.level == "province",
    )
    for place in places:
        found = db.session.scalars(known.where(place).order_by(Department.id).limit(1)).first()
        if found is not None:
            return found
    return None


def answer(
    notice: MeasureNotice, *, lifted: bool, lifted_on: date | None, reason: str, actor: Actor, now: datetime
) -> None:
    """Put a body's answer on its notice; a measure has ended when every body lifted it. Raises Conflict for a second answer."""
    require_transaction()
    measure = db.session.get_one(RecordMeasure, notice.record_measure_id, with_for_update={"of": RecordMeasure})
    if notice.state != NoticeState.OPEN:
        raise Conflict("measure_answered")
    notice.state = NoticeState.LIFTED if lifted else NoticeState.KEPT
    notice.lifted_on, notice.reason = lifted_on if lifted else None, reason
    notice.answered_at, notice.answered_by_id, notice.answered_by_name = now, actor.account_id, actor.name
    db.session.flush()
    same = sa.select(MeasureNotice).where(MeasureNotice.record_measure_id == notice.record_measure_id)
    rows = list(db.session.scalars(same.execution_options(populate_existing=True)).unique())  # two may answer at once
    days = [row.lifted_on for row in rows if row.lifted_on is not None]
    if len(days) == len(rows):
        measure.lifted_on = max(days)
    record = db.session.get_one(CreditRecord, measure.record_id)
    what = "measure_lifted" if lifted else "measure_kept"
    facts = {"measure": notice.on.measure.name, "body": notice.body, "reason": reason}
    history.write(
        record, what, before=record.status, actor=actor, now=now, case_no=notice.case_no,
        basis=f"{notice.body}：{notice.on.measure.name}"[:200], facts=facts,
    )  # fmt: skip


def notices_of(case_id: int) -> list[MeasureNotice]:
    """Return the notices of a case in the order of their measures."""
    query = sa.select(MeasureNotice).where(MeasureNotice.case_id == case_id)
    return list(db.session.scalars(query.order_by(MeasureNotice.id)).unique())
