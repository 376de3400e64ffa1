"""The urge slip (督办单): a question about a delay that whoever has the case must answer, kept as a row with its answer."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.cases.holders import Holder, officer_of
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.people.accounts import Actor, Role

_WAITING = sa.text("answered_at IS NULL")


class UrgeSlip(Model):
    """One slip: who asks, whom, until when, and what was answered. A slip on a case that has ended needs no answer.

    It is for one account, or for whoever has the role in the department; clerks have no department of their own here.
    `chase_at` is when an unanswered slip is brought up next.
    """

    __tablename__ = "urge_slip"
    __table_args__ = (
        sa.Index("ix_urge_slip_account", "account_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_urge_slip_role", "role", "department_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_urge_slip_chase", "chase_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(1000))
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    issued_by_name: Mapped[str] = mapped_column(sa.String(60))
    issued_by_role: Mapped[str] = mapped_column(sa.String(20))
    issued_by_department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answer_by: Mapped[date] = mapped_column(sa.Date)
    answer: Mapped[str | None] = mapped_column(sa.String(1000))
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_by_name: Mapped[str | None] = mapped_column(sa.String(60))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    chase_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    chased: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)

    @property
    def holder(self) -> Holder:
        """Who must answer."""
        return Holder(role=Role(self.role), department_id=self.department_id, account_id=self.account_id)

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self.answered_at is None and self.case.closed_at is None


def is_waiting() -> sa.ColumnElement[bool]:
    """`UrgeSlip.is_waiting` as a condition; the query joins the case."""
    return sa.and_(UrgeSlip.answered_at.is_(None), Case.closed_at.is_(None))


def is_for(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that a slip is for an actor, as `Holder.is_for` tells it of one."""
    role = sa.and_(
        UrgeSlip.account_id.is_(None),
        UrgeSlip.role == actor.role,
        sa.or_(UrgeSlip.department_id.is_(None), UrgeSlip.department_id == actor.department_id),
    )
    return sa.or_(UrgeSlip.account_id == actor.account_id, role)


def slips_for(actor: Actor) -> list[UrgeSlip]:
    """Return the slips an actor has to answer, the most urgent first."""
    query = sa.select(UrgeSlip).join(UrgeSlip.case).where(UrgeSlip.answered_at.is_(None), is_for(actor))
    rows = db.session.scalars(query.where(Case.closed_at.is_(None)).order_by(UrgeSlip.answer_by, UrgeSlip.id))
    return list(rows.unique())


def waiting_slips(case_ids: Iterable[int], *, department_id: int | None) -> dict[int, UrgeSlip]:
    """Return the unanswered slips of a department on cases, by case id."""
    issuer = UrgeSlip.issued_by_department_id.is_not_distinct_from(department_id)
    query = sa.select(UrgeSlip).where(UrgeSlip.case_id.in_(case_ids), UrgeSlip.answered_at.is_(None), issuer)
    return {slip.case_id: slip for slip in db.session.scalars(query).unique()}


def hand_over(case: Case) -> list[UrgeSlip]:
    """Let the officers' unanswered slips of a case follow it to the officer who has it now; return them."""
    require_transaction()
    now = officer_of(case)
    query = sa.select(UrgeSlip).where(
        UrgeSlip.case_id == case.id, UrgeSlip.answered_at.is_(None), UrgeSlip.role == Role.OFFICER
    )
    slips = list(db.session.scalars(query).unique())
    for slip in slips:
        slip.account_id, slip.department_id = now.account_id, now.department_id
    return slips
