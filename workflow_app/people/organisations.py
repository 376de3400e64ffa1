"""Credit subjects that use the system: an enterprise and the accounts that act for it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction

INDIVIDUAL = (
    "individual_business"  # 个体工商户: its owner (经营者) stands where an enterprise has a legal representative
)
INDIVIDUAL_PREFIX = (
    "92"  # GB 32100: registered by market regulation, kind individually-owned business (rulebook §12.2 no. 19)
)


class Organisation(Model):
    """A credit subject (信用主体), known by its unified social credit code (GB 32100)."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    subject_type: Mapped[str] = mapped_column(sa.String(20), default="legal_entity")
    legal_representative: Mapped[str] = mapped_column(sa.String(60), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def organisation_id(self) -> int:
        """Itself, for the permission table."""
        return self.id

    @property
    def department_id(self) -> int | None:
        """A subject is no department's."""
        return None

    @property
    def assignee_id(self) -> int | None:
        """Nor has it an officer."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """Subjects do not close."""
        return None


def organisation_by_code(code: str | None) -> Organisation | None:
    """Return the organisation with a code, or None where the register does not know it."""
    return db.session.scalar(sa.select(Organisation).where(Organisation.code == code)) if code else None


def subject_type_of(code: str) -> str:
    """Return what kind of subject a code belongs to, as far as the code tells."""
    return INDIVIDUAL if code.startswith(INDIVIDUAL_PREFIX) else "legal_entity"


def register_organisation(code: str, *, name: str, legal_representative: str = "", now: datetime) -> Organisation:
    """Return the organisation with a code, put into the register where it is new; two at once make one."""
    require_transaction()
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    values = {
        "code": code,
        "name": name,
        "subject_type": subject_type_of(code),
        "legal_representative": legal_representative,
        "phone": "",
        "created_at": now,
    }
    db.session.execute(insert(Organisation).values(**values).on_conflict_do_nothing(index_elements=["code"]))
    return db.session.scalars(sa.select(Organisation).where(Organisation.code == code)).one()
