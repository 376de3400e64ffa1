"""Accounts and the actor they become in an act. Passwords and sessions live in their own files."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime
from workflow_app.foundation.labels import label


class Role(StrEnum):
    """What an account may be; one account has one role (contracts, Roles)."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    OFFICER = "officer"
    APPROVER = "approver"
    LEADER = "leader"
    PROVIDER = "provider"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    SERVICE = "service"

    @property
    def title(self) -> str:  # type: ignore[override] # a role's name in Chinese, as templates ask for it
        """The Chinese name of the role."""
        return label(f"role.{self.value}")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does an act, as a plain value: taken from the session when the request arrives and handed down from there.

    `organisation_id` is the seat of an account that represents an enterprise itself; others act by mandates. `on` is the
    legal day of the act: without it, no authority that ends counts.
    """

    account_id: int | None
    name: str
    role: Role
    level: int = 1
    department_id: int | None = None
    organisation_id: int | None = None
    on: date | None = None

    @classmethod
    def system(cls) -> "Actor":
        """The house itself, acting by clock or by rule."""
        return cls(account_id=None, name=label("role.service"), role=Role.SERVICE)


class Account(Model):
    """A person's account. It belongs to a department (staff) or to an organisation (applicants), never to both."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str] = mapped_column(sa.String(20), index=True)
    level: Mapped[int] = mapped_column(default=1)
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    def actor(self, *, on: date | None = None) -> Actor:
        """The account as the actor of an act, on a legal day."""
        return Actor(
            account_id=self.id,
            name=self.name,
            role=Role(self.role),
            level=self.level,
            department_id=self.department_id,
            organisation_id=self.organisation_id,
            on=on,
        )
