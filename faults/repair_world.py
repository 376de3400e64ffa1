"""Who the clients of a run are: for each an enterprise with records, an officer and an approver, in one department."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

PASSWORD = "kill-harness-2026-word"
CLIENTS = 8
RECORDS = 900  # each: enough for about 400 kills; a client without records left is a fault of the run
FIRST_DAY_BACK = 120


def populate() -> None:
    """Create the world, in transactions of its own."""
    from tests.world import HOUSING, department
    from workflow_app.demo.people import social_code
    from workflow_app.foundation.clock import SystemClock, legal_day
    from workflow_app.foundation.database import db, transaction
    from workflow_app.people.accounts import Account, Role
    from workflow_app.people.organisations import Organisation
    from workflow_app.people.passwords import hash_password
    from workflow_app.records.credit_record import CreditRecord

    now = SystemClock().now()
    digest = hash_password(PASSWORD)
    with transaction():
        office = department(HOUSING)
        db.session.add(office)
        db.session.flush()
        for number in range(CLIENTS):
            firm = Organisation(code=social_code("620102", 500 + number), name=_firm(number), created_at=now)
            db.session.add(firm)
            db.session.flush()
            staff = {"department_id": office.id}
            for role, seat in (
                (Role.APPLICANT, {"organisation_id": firm.id}),
                (Role.OFFICER, staff),
                (Role.APPROVER, staff),
            ):
                login = f"{role.value}{number}"
                more: dict[str, Any] = {"name": login, "role": role.value, "password_hash": digest, "created_at": now}
                db.session.add(Account(login=login, **more, **seat))
            day = legal_day(now) - timedelta(days=FIRST_DAY_BACK)
            records = [_record(office.id, firm, number, serial, day) for serial in range(RECORDS)]
            db.session.execute(sa.insert(CreditRecord), records)


def add_record(number: int, now: datetime) -> None:
    """Add one more record of a client's enterprise, in the open transaction; nobody files on it."""
    from workflow_app.foundation.clock import legal_day
    from workflow_app.foundation.database import db
    from workflow_app.people.departments import Department
    from workflow_app.people.organisations import Organisation
    from workflow_app.records.credit_record import CreditRecord

    office = db.session.scalars(sa.select(Department)).one()
    firm = db.session.scalars(sa.select(Organisation).where(Organisation.name == _firm(number))).one()
    serial = (db.session.scalar(sa.select(sa.func.max(CreditRecord.id))) or 0) + 1
    values = _record(office.id, firm, number, serial, legal_day(now) - timedelta(days=FIRST_DAY_BACK))
    more = {
        "document_number": f"兰建罚决字〔2025〕{number}-{serial}号",
        "document_key": f"late{number}-{serial}-{now:%f}",
    }
    db.session.add(CreditRecord(**values | more))


def _firm(number: int) -> str:
    return f"第{number}号工程有限公司"


def _record(office_id: int, firm: Any, number: int, serial: int, day: Any) -> dict[str, Any]:
    from tests.world import record_values

    return record_values(office_id) | {
        "subject_name": firm.name,
        "subject_code": firm.code,
        "document_number": f"兰建罚决字〔2026〕{number * 1000 + serial}号",
        "document_key": f"k{number}-{serial}",
        "determination_date": day,
        "publication_date": day + timedelta(days=4),
        "performed_on": day + timedelta(days=20),
    }


def records_of(app: Flask, number: int) -> list[int]:
    """Return the records a client may file on."""
    from workflow_app.foundation.database import db
    from workflow_app.records.credit_record import CreditRecord

    with app.app_context():
        mine = sa.select(CreditRecord.id).where(CreditRecord.document_key.like(f"k{number}-%"))
        found = list(db.session.scalars(mine.order_by(CreditRecord.id)))
        db.session.rollback()
        return found
