"""Ways to a review: a lead department with its people, an objection that was concluded, its reply opened."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tests import world as w
from tests.processes import objections as o
from workflow_app.actions.file_application import file_application
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.delivery import deliver_to_inbox, note_opened
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Account, Actor, Role

LEAD, TOP = "11620100MBW885142T", "11620000MBW6610509"
FILING = {
    "applicant_name": "马珺玥",
    "applicant_phone": "13900000001",
    "disagreement": "答复没有核对决定书第二页。",
    "request": "把罚款金额更正为18000元。",
    "truthful": "on",
}


def proposed(finding: str, **more: Any) -> dict[str, Any]:
    """A complete proposal."""
    return {"finding": finding, "reasons": "经调阅原卷，核对无误。", "basis_article": "《甘肃省社会信用条例》"} | more


TO_18000 = {"conclusion": "corrected", "corrections": [{"key": "fine_yuan", "value": "18000"}]}


def lead(code: str = LEAD, name: str = "兰州市发展和改革委员会", **more: Any) -> tuple[Actor, Actor]:
    """Make a lead department; return its officer and its approver."""
    with transaction():
        office = w.department(code, name, short_name=name, organ_code=name[:2] + "发", lead=True, **more)
        db.session.add(office)
        db.session.flush()
        seats = [
            Account(login=f"{role.value}{code[:6]}", name=f"{name}{role.value}", role=role, password_hash="!", created_at=w.NOON,
                    department_id=office.id)
            for role in (Role.OFFICER, Role.APPROVER)
        ]  # fmt: skip
        db.session.add_all(seats)
        db.session.flush()
        return seats[0].actor(), seats[1].actor()


def concluded(world: w.World, conclusion: str = "upheld", **columns: Any) -> tuple[int, str]:
    """Bring an objection to its end; return the record and the number."""
    record_id = w.make_record(world, **columns)
    number = o.file(world, record_id)
    o.to_examination(world, number)
    o.decide(world, number, conclusion)
    o.confirm_all(number)
    return record_id, number


def opened(world: w.World, number: str, *, at: datetime = w.NOON) -> None:
    """Let the party open the reply."""
    with transaction():
        letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L15")).one()
        deliver_to_inbox(letter, now=at)
        db.session.flush()
        note_opened(letter, actor=world.applicant, now=at)


def ask(world: w.World, record_id: int, *, now: datetime = w.NOON) -> Case:
    """Ask for a review."""
    return file_application(
        record_id=record_id, form=dict(FILING), idempotency_key=None, actor=world.applicant, now=now, kind_key="review"
    )
