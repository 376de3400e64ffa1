"""The case (案件): one application on one credit record, on its way through one process."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import Conflict, NotFound
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord


class Channel(StrEnum):
    """How the papers came in."""

    ONLINE = "online"
    COUNTER = "counter"


class Case(Model):
    """One application on one credit record. `stage` and `outcome` are projections of the process for lists and search.

    So are the two dates: `next_due_on` is the nearest of the present step, whoever is to act; `office_due_on` the nearest
    by which the office must act, of the step or of the whole case. It is None while the case waits for its party or its
    clocks stand still.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        sa.Index("ix_case_file_open", "department_id", "closed_at", "next_due_on"),
        sa.Index("ix_case_file_applicant", "organisation_id", "received_at"),
        # for those who oversee: the open cases alone with all that is counted, and what came in and went out of late
        sa.Index(
            "ix_case_file_oversight",
            *("office_due_on", "department_id", "assignee_id", "kind", "stage", "received_at"),
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_case_file_received", "received_at", "department_id"),
        sa.Index("ix_case_file_decided", "decided_at", "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    filed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    applicant_name: Mapped[str] = mapped_column(sa.String(60))
    applicant_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    channel: Mapped[str] = mapped_column(sa.String(10), default=Channel.ONLINE)
    stage: Mapped[str] = mapped_column(sa.String(30))
    outcome: Mapped[str | None] = mapped_column(sa.String(30))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_due_on: Mapped[date | None] = mapped_column(sa.Date)
    office_due_on: Mapped[date | None] = mapped_column(sa.Date)
    search_text: Mapped[str] = mapped_column(sa.String(500), default="")
    details: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    record: Mapped[CreditRecord] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    department: Mapped[Department | None] = relationship(lazy="joined")

    @property
    def is_closed(self) -> bool:
        """Whether the case has ended."""
        return self.closed_at is not None


class CaseCounter(Model):
    """The last number given, per prefix and year; the row is locked while a number is taken."""

    __tablename__ = "case_counter"

    prefix: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def case_by_number(number: str) -> Case:
    """Return a case. Raises NotFound."""
    found = db.session.scalar(sa.select(Case).where(Case.number == number))
    if found is None:
        raise NotFound("case_not_found", number=number)
    return found


def check_version(case: Case, expected: int) -> None:
    """Raise Conflict where the case has moved on since the page was made."""
    if case.row_version != expected:
        raise Conflict("case_changed", number=case.number)
