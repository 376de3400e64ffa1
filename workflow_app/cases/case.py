"""The case (案件): one application on one credit record, on its way through one process."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import Conflict, NotFound
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord

_OPEN, _DONE = sa.text("closed_at IS NULL"), sa.text("closed_at IS NOT NULL")


class Channel(StrEnum):
    """How the papers came in."""

    ONLINE = "online"
    COUNTER = "counter"
    OFFICE = "office"  # opened by the department itself


class Case(Model):
    """One application on one credit record. `stage` and `outcome` are projections of the process for lists and search.

    So are the two dates: `next_due_on` is the nearest of the present step, whoever is to act; `office_due_on` the nearest
    by which the office must act, of the step or of the whole case. It is None while the case waits for its party or its
    clocks stand still. `acted_at` is when the case last moved on or somebody last took it in hand; being reminded or
    urged is neither.
    """

    __tablename__ = "case_file"
    # Two indexes hold the open cases alone with all that is counted of them. `closed_at` is always empty there; SQLite
    # still wants to read it, and goes to the table for every row where the index has it not.
    __table_args__ = (
        sa.Index(
            "ix_case_file_open",
            *("department_id", "next_due_on", "office_due_on", "acted_at", "closed_at"),
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index(
            "ix_case_file_oversight",
            *("office_due_on", "department_id", "assignee_id", "kind", "stage", "acted_at", "closed_at"),
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_case_file_done", "department_id", "closed_at", sqlite_where=_DONE, postgresql_where=_DONE),
        sa.Index("ix_case_file_applicant", "organisation_id", "received_at"),
        sa.Index("ix_case_file_commitment", "commitment_until", "received_at"),
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
    acted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_due_on: Mapped[date | None] = mapped_column(sa.Date)
    office_due_on: Mapped[date | None] = mapped_column(sa.Date)
    search_text: Mapped[str] = mapped_column(sa.String(500), default="")
    details: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    commitment_until: Mapped[date | None] = mapped_column(
        sa.Date
    )  # last day on which its commitment is on the public page
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    record: Mapped[CreditRecord] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    department: Mapped[Department | None] = relationship(lazy="joined")

    @property
    def process_kind(self) -> str:
        """The kind of process, for the permission table: an agent may be authorised for some kinds only."""
        return self.kind

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


def locked_case(number: str) -> Case:
    """Return a case, locked until the transaction ends. Raises NotFound.

    No key of it ever changes, so the lock leaves room for rows that point at it (`key_share`: FOR NO KEY UPDATE).
    """
    found = db.session.scalar(sa.select(Case).where(Case.number == number).with_for_update(of=Case, key_share=True))
    if found is None:
        raise NotFound("case_not_found", number=number)
    return found


def touch(case: Case, *, now: datetime) -> None:
    """Put down that somebody took a case in hand. Its version stays: nothing changed for whoever has a page of it open."""
    require_transaction()
    here = sa.update(Case).where(Case.id == case.id).values(acted_at=now)
    db.session.execute(here, execution_options={"synchronize_session": False})


def check_version(case: Case, expected: int) -> None:
    """Raise Conflict where the case has moved on since the page was made."""
    if case.row_version != expected:
        raise Conflict("case_changed", number=case.number)
