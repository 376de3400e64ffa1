"""The tables of letters: an issued letter is a row whose content and template never change; only its life goes on."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import NotFound


class LetterState(StrEnum):
    """Where a letter stands. Issued is in force whether or not its pages are made yet."""

    ISSUED = "issued"
    RENDERED = "rendered"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    VOID = "void"


class Letter(Model):
    """One issued letter (文书). `context` is all it says, frozen at issue; `file_digest` names its stored pages."""

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("department_id", "kind_word", "year", "serial"),
        sa.Index("ix_letter_case", "case_id", "issued_at"),
        sa.Index("ix_letter_issued_at", "issued_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8))
    number: Mapped[str] = mapped_column(sa.String(60), index=True)
    kind_word: Mapped[str] = mapped_column(sa.String(20))
    year: Mapped[int]
    serial: Mapped[int]
    # cases live above this room, so the key is held without a constraint of the database
    case_id: Mapped[int | None]
    case_no: Mapped[str] = mapped_column(sa.String(24), index=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"))
    organ_name: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(120))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    addressee_name: Mapped[str] = mapped_column(sa.String(200))
    addressee_code: Mapped[str] = mapped_column(sa.String(18), index=True)
    context: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    template_digest: Mapped[str] = mapped_column(sa.ForeignKey("letter_template.digest"))
    verify_code: Mapped[str] = mapped_column(sa.String(14), unique=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=LetterState.ISSUED, index=True)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    issued_by_name: Mapped[str] = mapped_column(sa.String(60))
    file_digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    page_count: Mapped[int | None]
    seal: Mapped[str] = mapped_column(
        sa.String(12), default="", server_default=""
    )  # sample, signed, …: how its pages are sealed
    seal_certificate: Mapped[str] = mapped_column(
        sa.String(64), default="", server_default=""
    )  # SHA-256 of the one that signed
    rendered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str] = mapped_column(sa.String(300), default="")
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def force(self) -> str:
        """Its legal standing, apart from how far its pages are: in_force, superseded or void."""
        return self.state if self.state in (LetterState.SUPERSEDED, LetterState.VOID) else "in_force"


class LetterTemplate(Model):
    """The files a letter was set with, kept as long as it: an upgrade changes the next letter, never this one."""

    __tablename__ = "letter_template"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8), index=True)
    version: Mapped[int]
    sources: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    first_used_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LetterCounter(Model):
    """The last number given per organ, kind and year; the row stays locked until that letter is committed."""

    __tablename__ = "letter_counter"

    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), primary_key=True)
    kind_word: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def letter_by_id(letter_id: int) -> Letter:
    """Return a letter. Raises NotFound."""
    found = db.session.get(Letter, letter_id)
    if found is None:
        raise NotFound("letter_not_found", letter=letter_id)
    return found


def letters_of_case(case_id: int) -> list[Letter]:
    """Return the letters of a case, oldest first."""
    query = sa.select(Letter).where(Letter.case_id == case_id).order_by(Letter.issued_at, Letter.id)
    return list(db.session.scalars(query))
