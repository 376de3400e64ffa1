"""The credit record (失信信息): one penalty decision, or one entry in a list, and the facts the law asks of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, db
from workflow_app.foundation.labels import label
from workflow_app.law.facts import AuthoritySystem, InfoType, Penalty, RecordFacts
from workflow_app.law.special_fields import field_confidence
from workflow_app.people.organisations import Organisation

MARKET_REGULATION = frozenset({"市场监管", "药监", "知识产权"})


class CreditRecord(Model):
    """One record. Its state changes only through `records.lifecycle`; identity numbers are never kept in clear."""

    __tablename__ = "credit_record"
    __table_args__ = (
        sa.UniqueConstraint("department_code", "document_key", "subject_code", "subject_name", "record_type"),
        sa.Index("ix_credit_record_stop", "status", "stops_on"),
        sa.Index("ix_credit_record_look_up", "document_key", "subject_code"),
        sa.Index(  # the few entries among many penalties: `listings`
            "ix_credit_record_entry",
            "subject_code",
            sqlite_where=sa.text("record_type = 'serious_list'"),
            postgresql_where=sa.text("record_type = 'serious_list'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_type: Mapped[str] = mapped_column(sa.String(16), default=InfoType.PENALTY, server_default="penalty")
    subject_name: Mapped[str] = mapped_column(sa.String(200), index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(20))
    subject_code: Mapped[str | None] = mapped_column(sa.String(18), index=True)
    legal_representative: Mapped[str] = mapped_column(sa.String(60), default="")
    identity_digest: Mapped[str | None] = mapped_column(sa.String(64))
    document_number: Mapped[str] = mapped_column(sa.String(120))
    document_key: Mapped[str] = mapped_column(sa.String(120))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    department_name: Mapped[str] = mapped_column(sa.String(120))
    department_code: Mapped[str] = mapped_column(sa.String(18))
    source_name: Mapped[str] = mapped_column(sa.String(120), default="")
    source_code: Mapped[str] = mapped_column(sa.String(18), default="")
    determination_date: Mapped[date] = mapped_column(sa.Date)
    publication_date: Mapped[date | None] = mapped_column(sa.Date)
    published: Mapped[bool] = mapped_column(default=False)
    publication_found_necessary: Mapped[bool] = mapped_column(default=False)
    procedure: Mapped[str] = mapped_column(sa.String(10), default="ordinary")
    violation_type: Mapped[str] = mapped_column(sa.String(200), default="")
    facts: Mapped[str] = mapped_column(sa.Text, default="")
    legal_basis: Mapped[str] = mapped_column(sa.Text, default="")
    penalties: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    penalty_text: Mapped[str] = mapped_column(sa.Text, default="")
    fine_yuan: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 2))
    confiscation_yuan: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 2))
    permit: Mapped[str] = mapped_column(sa.String(300), default="")
    valid_until: Mapped[date | None] = mapped_column(sa.Date)
    credit_class: Mapped[str | None] = mapped_column(sa.String(10))
    class_basis: Mapped[str] = mapped_column(sa.String(200), default="")
    sector: Mapped[str] = mapped_column(sa.String(20), default="")
    special_field: Mapped[str | None] = mapped_column(sa.String(20))
    fully_performed: Mapped[bool | None]
    performed_on: Mapped[date | None] = mapped_column(sa.Date)
    corrected: Mapped[bool | None]
    on_serious_list: Mapped[bool] = mapped_column(default=False)  # these two follow the entries: `listings`
    list_basis: Mapped[bool] = mapped_column(default=False)
    list_name: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    cause_number: Mapped[str] = mapped_column(
        sa.String(120), default="", server_default=""
    )  # the penalty behind an entry
    cause_key: Mapped[str | None] = mapped_column(sa.String(120))
    cause_department_code: Mapped[str | None] = mapped_column(sa.String(18))
    left_on: Mapped[date | None] = mapped_column(sa.Date)
    left_reason: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    source_in_force: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(sa.String(20))
    repair_case_no: Mapped[str | None] = mapped_column(sa.String(24))
    dispute_case_no: Mapped[str | None] = mapped_column(sa.String(24))
    shield: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)  # the ruling behind a temporary shield
    contest: Mapped[dict[str, Any] | None] = mapped_column(
        sa.JSON(none_as_null=True)
    )  # before a court or in reconsideration
    flags: Mapped[list[str] | None] = mapped_column(sa.JSON)  # codes of what a person should look at after an import
    stops_on: Mapped[date | None] = mapped_column(sa.Date)
    remark: Mapped[str] = mapped_column(sa.String(500), default="")
    collected_on: Mapped[date | None] = mapped_column(sa.Date)
    import_batch_id: Mapped[int | None] = mapped_column(index=True)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def is_entry(self) -> bool:
        """Whether it is an entry in a list, not a penalty."""
        return self.record_type != InfoType.PENALTY

    @property
    def is_repaired(self) -> bool:
        """Whether a repair ended it: a penalty is repaired, an entry has left its list by one."""
        if self.is_entry:
            return self.status == "DELISTED" and self.left_reason == label("record_left.repaired")
        return self.status == "REPAIRED"

    @property
    def record_id(self) -> int:
        """The record itself, for the permission table: an agent may be authorised for named records only."""
        return self.id

    @property
    def organisation_id(self) -> int | None:
        """The organisation that is the record's subject, for the permission table."""
        if self.subject_code is None:
            return None
        return db.session.scalar(sa.select(Organisation.id).where(Organisation.code == self.subject_code))

    @property
    def assignee_id(self) -> int | None:
        """Records have no assignee."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """Records do not close."""
        return None


def facts_of(record: CreditRecord) -> RecordFacts:
    """Return what the law asks of a record; what nobody knows stays None."""
    return RecordFacts(
        record_id=str(record.id),
        authority_name=record.department_name,
        authority_code=record.department_code,
        authority_system=(
            AuthoritySystem.MARKET_REGULATION if record.sector in MARKET_REGULATION else AuthoritySystem.GENERAL
        ),
        subject_name=record.subject_name,
        subject_type=record.subject_type,
        subject_code=record.subject_code,
        document_number=record.document_number,
        determination_date=record.determination_date,
        publication_date=record.publication_date,
        published=record.published,
        publication_found_necessary=record.publication_found_necessary,
        procedure=record.procedure,
        penalties=tuple(
            Penalty(kind=p["kind"], amount_yuan=Decimal(str(p["amount_yuan"])) if p.get("amount_yuan") else None)
            for p in record.penalties
        ),
        credit_class=record.credit_class,
        special_field=record.special_field,
        special_field_confidence=field_confidence(sector=record.sector, field=record.special_field),
        fully_performed=record.fully_performed,
        performed_on=record.performed_on,
        corrected=record.corrected,
        listed=record.on_serious_list,
        list_basis=record.list_basis,
        source_in_force=record.source_in_force,
        sector=record.sector or None,
        info_type=record.record_type,
    )
