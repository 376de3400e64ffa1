"""Enquiries to other bodies (协查): what an officer asked on a case, the papers sent along, the answer and its papers.

The body asked knows the enquiry, never the case: it is in the scope of the department asked and of nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import NotFound
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.permissions import scope_filter

ANSWERING = (Role.PROVIDER, Role.OFFICER)  # who of a department that was asked may answer
FINDINGS = ("confirmed", "partly", "denied", "unable")
MOST = 200  # on the list of a department
_OPEN = "answered_at IS NULL AND withdrawn_at IS NULL"


class Enquiry(Model):
    """One question to one department. It ends with the answer, or by being taken back (`withdrawn_reason` says why)."""

    __tablename__ = "enquiry"
    __table_args__ = (
        sa.Index(
            "uq_enquiry_open",
            "case_id",
            unique=True,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        ),
        sa.Index("ix_enquiry_asked", "department_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"))
    question: Mapped[str] = mapped_column(sa.String(2000))
    reply_how: Mapped[str] = mapped_column(sa.String(300))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    asked_by_name: Mapped[str] = mapped_column(sa.String(60))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"))
    finding: Mapped[str | None] = mapped_column(sa.String(12))
    answer: Mapped[str] = mapped_column(sa.String(4000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)
    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)
    papers: Mapped[list[EnquiryPaper]] = relationship(order_by="EnquiryPaper.id")

    @property
    def closed_at(self) -> datetime | None:
        """When it ended, either way."""
        return self.answered_at or self.withdrawn_at

    @property
    def asked_department_id(self) -> int:
        """The department that knows of it."""
        return self.department_id

    @property
    def organisation_id(self) -> None:
        """Nobody's: the party knows that somebody was asked, not what."""

    @property
    def assignee_id(self) -> None:
        """Nobody's alone: whoever of the department asked may answer."""

    @property
    def sent(self) -> list[EnquiryPaper]:
        """The papers of the case that went along with the question."""
        return [paper for paper in self.papers if not paper.is_answer]

    @property
    def returned(self) -> list[EnquiryPaper]:
        """The papers the body asked handed in with its answer."""
        return [paper for paper in self.papers if paper.is_answer and paper.removed_at is None]


class EnquiryPaper(Model):
    """A paper of an enquiry: of the case and sent along, or of the answer. The file lies in the storage by its digest."""

    __tablename__ = "enquiry_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), index=True)
    is_answer: Mapped[bool]
    display_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def enquiry_by_id(enquiry_id: int) -> Enquiry:
    """Return an enquiry. Raises NotFound."""
    found = db.session.get(Enquiry, enquiry_id)
    if found is None:
        raise NotFound("enquiry_not_found")
    return found


def open_enquiry(case_id: int) -> Enquiry | None:
    """Return the enquiry of a case that waits for its answer."""
    query = sa.select(Enquiry).where(Enquiry.case_id == case_id, sa.text(_OPEN))
    return db.session.scalars(query).unique().first()


def enquiries_of(case_id: int) -> Sequence[Enquiry]:
    """Return the enquiries of a case, the newest first."""
    query = sa.select(Enquiry).where(Enquiry.case_id == case_id).order_by(Enquiry.id.desc())
    return db.session.scalars(query).unique().all()


def paper_of(enquiry: Enquiry, paper_id: int) -> EnquiryPaper:
    """Return a paper of an enquiry. Raises NotFound."""
    found = next((p for p in enquiry.papers if p.id == paper_id and p.removed_at is None), None)
    if found is None:
        raise NotFound("evidence_not_found")
    return found


def asked_of(actor: Actor) -> Sequence[Enquiry]:
    """Return what an actor's department was asked: what waits for an answer first, the oldest first."""
    query = sa.select(Enquiry).where(_within(actor))
    waits = sa.case((sa.text(_OPEN), 0), else_=1)
    return db.session.scalars(query.order_by(waits, Enquiry.asked_at).limit(MOST)).unique().all()


def waiting_for(actor: Actor) -> int:
    """Return how many enquiries wait for an answer of the actor's department."""
    query = sa.select(sa.func.count()).select_from(Enquiry).where(_within(actor), sa.text(_OPEN))
    return db.session.scalar(query) or 0


def tell_asked(enquiry: Enquiry, key: str, *, now: datetime, heads: bool = False, **facts: Any) -> None:
    """Put a message into the inboxes of those who may answer, and of their head of department where `heads` says so."""
    for role in (*ANSWERING, *((Role.APPROVER,) if heads else ())):
        notify(key, now=now, department_id=enquiry.department_id, role=role, enquiry_id=enquiry.id, **facts)


def _within(actor: Actor) -> sa.ColumnElement[bool]:
    """The reach of those who are asked: their own department, whatever else they may see."""
    if actor.role is Role.PROVIDER:
        return Enquiry.department_id == actor.department_id
    own = Enquiry.department_id == actor.department_id
    return sa.and_(own, scope_filter(actor, department=Enquiry.department_id, organisation=sa.literal(0)))
