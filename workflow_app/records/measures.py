"""Measures against dishonesty (失信惩戒措施): which kinds there are, and which of them are in force because of a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, db

RECOGNISING = "认定部门"  # the body that punished or listed, whoever that is


class Measure(Model):
    """One kind, as the published list has it. `implemented_by` are sectors, or the recognising department."""

    __tablename__ = "measure"

    code: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    implemented_by: Mapped[list[str]] = mapped_column(sa.JSON)
    legal_type: Mapped[str] = mapped_column(sa.String(12))
    scope: Mapped[str] = mapped_column(sa.String(12))


class RecordMeasure(Model):
    """One measure in force because of one record, until every body that carries it out has lifted it."""

    __tablename__ = "record_measure"
    __table_args__ = (sa.UniqueConstraint("record_id", "measure_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), index=True)
    measure_code: Mapped[str] = mapped_column(sa.ForeignKey("measure.code"))
    in_force_since: Mapped[date] = mapped_column(sa.Date)
    lifted_on: Mapped[date | None] = mapped_column(sa.Date)
    measure: Mapped[Measure] = relationship(lazy="joined")


def measures_on(record_id: int) -> list[RecordMeasure]:
    """Return the measures because of a record, those in force first."""
    query = sa.select(RecordMeasure).where(RecordMeasure.record_id == record_id)
    found = db.session.scalars(query.order_by(RecordMeasure.measure_code)).unique()
    return sorted(found, key=lambda row: row.lifted_on is not None)


def in_force(record_id: int) -> list[RecordMeasure]:
    """Return the measures in force because of a record."""
    return [row for row in measures_on(record_id) if row.lifted_on is None]


def named_in(lines: Sequence[str], record_id: int) -> list[RecordMeasure]:
    """Return the measures in force because of a record that a decision names, one a line."""
    names = {line.strip() for line in lines}
    return [row for row in in_force(record_id) if row.measure.name in names]
