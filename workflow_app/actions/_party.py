"""Whom an application on a record is for, and what it would be. Not an action itself."""

from dataclasses import dataclass
from datetime import datetime

from workflow_app.foundation.errors import NotFound, RuleViolation
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.organisations import Organisation, organisation_by_code, register_organisation
from workflow_app.records.credit_record import CreditRecord


@dataclass(frozen=True)
class Intended:
    """An application that is to be filed, as the permission table sees it: a record, and a kind of process on it."""

    record: CreditRecord
    process_kind: str
    assignee_id: None = None
    closed_at: None = None

    @property
    def record_id(self) -> int:
        """The record."""
        return self.record.id

    @property
    def department_id(self) -> int | None:
        """Who would work on it."""
        return self.record.department_id

    @property
    def organisation_id(self) -> int | None:
        """Whom it would be for."""
        return self.record.organisation_id


def party_of(record: CreditRecord, *, actor: Actor, now: datetime) -> Organisation:
    """Return the record's subject. For staff it need not have an account: it is put into the register as the record names
    it. Raises NotFound online, RuleViolation for staff and a record without a code."""
    found = organisation_by_code(record.subject_code)
    if found is not None:
        return found
    if actor.role is Role.APPLICANT:
        raise NotFound("record_not_found")
    if not record.subject_code:
        raise RuleViolation("subject_without_code")
    return register_organisation(
        record.subject_code, name=record.subject_name, legal_representative=record.legal_representative, now=now
    )
