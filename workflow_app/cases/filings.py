"""One filing (一次申请) over several records: which records it names and what became of each. Every record gets a case,
a clock and a decision of its own; what lives here only says that they were handed in together."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import NotFound
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.permissions import Permission, holds, in_scope
from workflow_app.records.credit_record import CreditRecord


class Filing(Model):
    """One act of filing. `key` names the request, so that the same form sent twice leads to the same filing; `counter` is
    what a clerk noted of whoever handed the papers in, None where the party filed online."""

    __tablename__ = "filing"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    digest: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(20))
    counter: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    parts: Mapped[list["FilingPart"]] = relationship(order_by="FilingPart.id", back_populates="filing")


class FilingPart(Model):
    """One record of a filing: its case, or why there is none. `form` is what was to be filed, kept only until it is."""

    __tablename__ = "filing_part"
    __table_args__ = (sa.UniqueConstraint("filing_id", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(sa.ForeignKey("filing.id"))
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), index=True)
    form: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    fault_code: Mapped[str | None] = mapped_column(sa.String(60))
    fault_facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    filing: Mapped[Filing] = relationship(back_populates="parts")
    record: Mapped[CreditRecord] = relationship(lazy="joined", innerjoin=True)
    case: Mapped[Case | None] = relationship(lazy="joined")

    @property
    def process_kind(self) -> str:
        """The kind that was filed, for the permission table: an agent may be authorised for some kinds only."""
        return self.filing.kind

    @property
    def department_id(self) -> int | None:
        """The department whose record it is."""
        return self.record.department_id

    @property
    def organisation_id(self) -> int | None:
        """The organisation whose record it is."""
        return self.record.organisation_id

    @property
    def assignee_id(self) -> int | None:
        """No officer's; the case has one."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """A part of a filing does not end."""
        return None


def filing_by_id(filing_id: int, actor: Actor) -> tuple[Filing, tuple[FilingPart, ...]]:
    """Return a filing with the parts an actor may know of. Raises NotFound where there is none of them."""
    filing = db.session.get(Filing, filing_id)
    parts = tuple(p for p in filing.parts if in_scope(actor, p)) if filing else ()
    if filing is None or not parts or not holds(actor, Permission.CASE_VIEW):
        raise NotFound("filing_not_found")
    return filing, parts
