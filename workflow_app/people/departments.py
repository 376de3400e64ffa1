"""Departments that recognise, lead or operate, and which of them continues the work of one that ended."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, db


class Department(Model):
    """A department (认定单位, 牵头部门 or platform operator) with what its letters need: number prefix, remedies, contact."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), index=True)
    short_name: Mapped[str] = mapped_column(sa.String(60))
    organ_code: Mapped[str] = mapped_column(sa.String(20))
    sector: Mapped[str] = mapped_column(sa.String(20))
    level: Mapped[str] = mapped_column(sa.String(10))
    region_code: Mapped[str] = mapped_column(sa.String(6))
    region_name: Mapped[str] = mapped_column(sa.String(40))
    city: Mapped[str] = mapped_column(sa.String(40), default="")
    parent_code: Mapped[str] = mapped_column(sa.String(18), default="")
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    reconsideration_body: Mapped[str] = mapped_column(sa.String(120), default="")
    court: Mapped[str] = mapped_column(sa.String(120), default="")
    lead: Mapped[bool] = mapped_column(default=False)
    abolished_on: Mapped[date | None] = mapped_column(sa.Date)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}


class Succession(Model):
    """Into which department another one ended; no successor means the lead department must name one (rulebook §12.2 no. 10)."""

    __tablename__ = "department_succession"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(18), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    effective_on: Mapped[date] = mapped_column(sa.Date)
    successor_code: Mapped[str | None] = mapped_column(sa.String(18))


def department_by_code(code: str) -> Department | None:
    """Return the department with a code, whether or not it still exists."""
    return db.session.scalar(sa.select(Department).where(Department.code == code))


def successor_of(department: Department, *, on: date) -> Department | None:
    """Return who answers for a department on a day: itself, the last of its successors, or None where nobody was named."""
    seen: set[str] = set()
    current: Department | None = department
    while current is not None and current.code not in seen:
        seen.add(current.code)
        step = db.session.scalar(
            sa.select(Succession)
            .where(Succession.code == current.code, Succession.effective_on <= on)
            .order_by(Succession.effective_on.desc())
            .limit(1)
        )
        if step is None:
            return current if current.abolished_on is None or current.abolished_on > on else None
        current = department_by_code(step.successor_code) if step.successor_code else None
    return None
