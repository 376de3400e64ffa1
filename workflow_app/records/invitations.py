"""Invitations: that the subject of a record was told, once, that it may now apply for repair."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.law.facts import InfoType
from workflow_app.people.organisations import Organisation
from workflow_app.records.advice import is_due
from workflow_app.records.credit_record import CreditRecord


class RepairInvitation(Model):
    """One row a record for ever: its key makes a second invitation impossible. `earliest_on` is the day it told, if any."""

    __tablename__ = "repair_invitation"

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_record.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    earliest_on: Mapped[date | None] = mapped_column(sa.Date)
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)


def perhaps_repairable(*, on: date, after: int, limit: int) -> list[int]:
    """Return records whose subject has an inbox here and was not invited, and that nothing plain speaks against, by their ids.

    What is not known to be performed counts (rulebook §1.4: unknown is not no); what is known not to be does not. The law
    judges each of them afterwards.
    """
    invited = sa.exists(sa.select(RepairInvitation.record_id).where(RepairInvitation.record_id == CreditRecord.id))
    query = (
        sa.select(CreditRecord.id)
        .join(Organisation, Organisation.code == CreditRecord.subject_code)
        .where(CreditRecord.id > after, is_due(on=on), ~invited)
        .where(CreditRecord.record_type == InfoType.PENALTY.value)  # when an entry may leave, its list says
        .where(CreditRecord.credit_class.is_not(None), CreditRecord.repair_case_no.is_(None))
        .where(CreditRecord.dispute_case_no.is_(None), CreditRecord.source_in_force.is_(True))
        .where(CreditRecord.fully_performed.is_not(False), CreditRecord.corrected.is_not(False))
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def invitation_of(record_id: int) -> RepairInvitation | None:
    """Return the invitation on a record."""
    return db.session.get(RepairInvitation, record_id)
