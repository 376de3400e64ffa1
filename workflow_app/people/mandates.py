"""Mandates (授权): who may act for which subject, in which capacity, how far and until when, and who said so. Accounts
with the seat of an enterprise represent it without one. The rule that reads them is `authority.judge`."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.authority import PRINCIPALS, Capacity, Grant, Refusal, standing_of
from workflow_app.people.organisations import Organisation


class Mandate(Model):
    """One authorisation. Until its holder has taken it up by the one-time code, `account_id` is empty and it gives nobody
    anything; revoked ones stay, because what was filed under them stays."""

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    holder_name: Mapped[str] = mapped_column(sa.String(60))
    capacity: Mapped[str] = mapped_column(sa.String(20))
    records: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))
    kinds: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    begins_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    channel: Mapped[str] = mapped_column(sa.String(10))  # online | counter
    basis: Mapped[str] = mapped_column(sa.String(300), default="")  # the paper it rests on, as the clerk names it
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    granted_by_name: Mapped[str] = mapped_column(sa.String(60))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    code_digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    code_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    revoke_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    @property
    def grant(self) -> Grant:
        """The mandate as the rule reads it."""
        return Grant(
            organisation_id=self.organisation_id,
            capacity=Capacity(self.capacity),
            begins_on=self.begins_on,
            ends_on=self.ends_on,
            records=None if self.records is None else frozenset(self.records),
            kinds=None if self.kinds is None else frozenset(self.kinds),
            revoked=self.revoked_at is not None,
        )

    def standing(self, on: date) -> Refusal | None:
        """Return why it is not in force on a day, or None."""
        return self.grant.standing(on)

    @property
    def department_id(self) -> int | None:
        """A mandate is no department's."""
        return None

    @property
    def assignee_id(self) -> int | None:
        """Nor has it an officer."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """When it ended before its time."""
        return self.revoked_at


def grants_of(actor: Actor) -> tuple[Grant, ...]:
    """Return all grants of an account, ended ones too, as they are now: a revocation holds from the next question on."""
    grants = [] if actor.organisation_id is None else [seat_grant(actor.organisation_id)]
    if actor.account_id is not None:
        mine = sa.select(Mandate).where(Mandate.account_id == actor.account_id).order_by(Mandate.id)
        grants += [m.grant for m in db.session.scalars(mine.execution_options(populate_existing=True))]
    return tuple(grants)


def seat_grant(organisation_id: int) -> Grant:
    """The authority of an account that has the seat of an enterprise: it represents the enterprise itself."""
    return Grant(organisation_id=organisation_id, capacity=Capacity.REPRESENTATIVE)


def mandates_of(account_id: int) -> list[Mandate]:
    """Return the mandates of an account, the newest first."""
    return list(
        db.session.scalars(sa.select(Mandate).where(Mandate.account_id == account_id).order_by(Mandate.id.desc()))
    )


def mandates_for(organisation_id: int) -> list[Mandate]:
    """Return the mandates for a subject, the newest first."""
    mine = sa.select(Mandate).where(Mandate.organisation_id == organisation_id).order_by(Mandate.id.desc())
    return list(db.session.scalars(mine))


def seats_of(organisation_id: int) -> list[Account]:
    """Return the accounts that have the seat of an enterprise and are in use."""
    mine = sa.select(Account).where(Account.organisation_id == organisation_id, Account.disabled_at.is_(None))
    return list(db.session.scalars(mine.order_by(Account.id)))


def represented_by(actor: Actor) -> list[Organisation]:
    """Return the subjects an account may act for today, its own seat first."""
    return _organisations(g for g in grants_of(actor) if g.standing(actor.on) is None)


def led_by(actor: Actor) -> list[Organisation]:
    """Return the subjects for which an account may authorise others today."""
    return _organisations(g for g in grants_of(actor) if g.standing(actor.on) is None and g.capacity in PRINCIPALS)


def authority_missing(actor: Actor) -> Refusal | None:
    """Return None where an account may act for anybody today, else why not."""
    return standing_of(grants_of(actor), on=actor.on)


def _organisations(grants: Any) -> list[Organisation]:
    ids = dict.fromkeys(g.organisation_id for g in grants)
    found = {o.id: o for o in db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(ids)))}
    return [found[i] for i in ids if i in found]
