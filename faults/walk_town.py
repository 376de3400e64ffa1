"""Who is there on a walk: two departments with their people and the one that leads them, one that ended, an enterprise and a
stranger, administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import sqlalchemy as sa

from tests.world import HOUSING, SUBJECT, department, record_values
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.address_confirmations import ONLINE, AddressConfirmation
from workflow_app.people.departments import Succession
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.repair_bar import RepairBar

FOUNDED = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
SAFETY, CLOSED, LEAD = "11620200MBY780889C", "11620400MB15267481", "11620100MBW885142T"
STAFF = (Role.OFFICER, Role.OFFICER, Role.APPROVER, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.PROVIDER)
WITHOUT_SEAT = (Role.CLERK, Role.CLERK, Role.SYSTEM_ADMIN, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Town:
    """The actors, and the departments by their ids: those at work and one whose work another continues."""

    people: tuple[Actor, ...]
    party: Actor
    departments: dict[int, str]
    ended: int

    def holding(self, role: str, department_id: int | None = None) -> list[Actor]:
        """Return who holds a role, in one department where it has seats there."""
        found = [a for a in self.people if a.role == role]
        return [a for a in found if a.department_id in (None, department_id)] if department_id else found


def found_town() -> Town:
    """Make the people and departments in an empty database, in a transaction of its own."""
    with transaction():
        here = department(HOUSING)
        there = department(SAFETY, "嘉峪关市应急管理局", short_name="嘉峪关应急局", organ_code="嘉应急", sector="应急")
        lead = department(
            LEAD, "兰州市发展和改革委员会", short_name="兰州发改委", organ_code="兰发改", sector="发展改革", lead=True
        )  # fmt: skip
        closed = department(CLOSED, "兰州市建筑管理站", organ_code="兰建管", abolished_on=date(2025, 6, 1))
        firm = Organisation(
            code=SUBJECT, name="甘肃泓屹垚建筑工程有限公司", legal_representative="马珺玥", created_at=FOUNDED
        )
        stranger = Organisation(code="91620402MAY018786N", name="白银某某有限公司", created_at=FOUNDED)
        merger = Succession(code=CLOSED, kind="merged", effective_on=date(2025, 6, 1), successor_code=HOUSING)
        db.session.add_all([here, there, lead, closed, firm, stranger, merger])
        db.session.flush()
        db.session.add(
            _confirmation(firm)
        )  # so its letters are served when they reach its page, and what waits for that goes on
        accounts = [_account(Role.APPLICANT, n, organisation_id=o.id) for n, o in enumerate((firm, stranger))]
        accounts += [_account(role, n) for n, role in enumerate(WITHOUT_SEAT)]
        for office in (here, there, lead):
            accounts += [_account(role, office.id * 10 + n, department_id=office.id) for n, role in enumerate(STAFF)]
        db.session.add_all(accounts)
        db.session.flush()
        people = tuple(a.actor() for a in accounts)
        names = {office.id: office.code for office in (here, there)}
        return Town(people=people, party=people[0], departments=names, ended=closed.id)


def _confirmation(firm: Organisation) -> AddressConfirmation:
    return AddressConfirmation(
        organisation_id=firm.id, in_force_for=firm.id, source=ONLINE, electronic=True, receiver="马珺玥", phone="13900000001",
        postal_address="兰州市城关区1号", signer_name="马珺玥", signed_on=FOUNDED.date(), kept_by_name="马珺玥", kept_at=FOUNDED,
    )  # fmt: skip


def _account(role: Role, number: int, **seat: int) -> Account:
    login = f"{role.value}{number}"
    return Account(login=login, name=login, role=role, password_hash="!", created_at=FOUNDED, **seat)


def make_record(town: Town, chance: Random, serial: int, columns: dict[str, Any]) -> int:
    """Create a published record of the town's enterprise: columns given, the rest as of a record that may be repaired.

    Every sequence is a time of its own: bars that an earlier one left on the enterprise are gone.
    """
    office = chance.choice(sorted(town.departments))
    values = record_values(office) | {
        "document_number": f"兰建罚决字〔2026〕{serial}号",
        "document_key": f"walk-{serial}",
    }
    with transaction():
        db.session.execute(sa.delete(RepairBar))
        record = CreditRecord(**values | columns)
        db.session.add(record)
        db.session.flush()
        return record.id
