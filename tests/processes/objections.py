"""Ways along the road of an objection, and what stands there afterwards."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tests import world as w
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.file_application import file_application
from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.departments import Department
from workflow_app.records import write_back
from workflow_app.records.write_back import WriteBack, WriteBackState

NEIGHBOUR = "11620200MBY780889C"
FILING = {
    "applicant_name": "马珺玥",
    "applicant_phone": "13900000001",
    "dispute_ground": "ERROR",
    "dispute": "公示的罚款金额是38000元，决定书上是18000元。",
    "request": "把罚款金额更正为18000元。",
    "truthful": "on",
}
CHECKED = {"platform_finding": "same", "platform_words": "与收到的数据一致。"}
OWN = {"road": "own", "own_words": "已核对本单位的决定书原件。"}
ASKED = {
    "road": "ask",
    "department_code": NEIGHBOUR,
    "points": [{"point": "决定书上的罚款金额是多少"}],
    "reply_how": "在本系统答复",
    "basis_article": "《甘肃省社会信用条例》",
}
FOUND = {
    "provider_finding": "wrong",
    "found": "决定书载明罚款18000元，报送有误。",
    "original_paper": "嘉应急罚〔2026〕1号",
}
APPROVED = {"verdict": "approved", "note": ""}


def file(world: w.World, record_id: int, *, actor: Actor | None = None, now: datetime = w.NOON, **more: Any) -> str:
    """File an objection and return its number."""
    form, who = FILING | more, actor or world.applicant
    case = file_application(
        record_id=record_id, form=form, idempotency_key=None, actor=who, now=now, kind_key="objection"
    )
    return case.number


def to_examination(world: w.World, number: str) -> None:
    """Accept it, check the platform, look at one's own originals."""
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, CHECKED)
    w.answer(number, world.officer, OWN)


def concluded(conclusion: str, **corrections: str) -> dict[str, Any]:
    """A complete proposal."""
    rows = [{"key": name, "value": value} for name, value in corrections.items()]
    return {
        "conclusion": conclusion,
        "corrections": rows,
        "reasons": "经核对决定书原件，情况属实。",
        "basis_article": "《甘肃省社会信用条例》",
    }


def decide(world: w.World, number: str, conclusion: str, **corrections: str) -> Case:
    """Propose and approve a conclusion."""
    w.answer(number, world.officer, concluded(conclusion, **corrections))
    return w.answer(number, world.approver, APPROVED)


def provider(code: str = NEIGHBOUR) -> Actor:
    """A person who answers for the department that is asked."""
    with transaction():
        seat = db.session.scalars(sa.select(Department.id).where(Department.code == code)).one()
        account = db.session.scalar(sa.select(Account).where(Account.login == "xiecha"))
        if account is None:
            account = Account(
                login="xiecha", name="刘海燕", role=Role.PROVIDER, password_hash="!", created_at=w.NOON,
                department_id=seat,
            )  # fmt: skip
            db.session.add(account)
            db.session.flush()
        return account.actor()


def reply(number: str, actor: Actor, values: dict[str, Any] = FOUND, *, now: datetime = w.NOON) -> Case:
    """Answer the question of a case."""
    task = w.task(number)
    return complete_task(
        task_id=task.id, case_version=task.case.row_version, answer=values, idempotency_key=None, actor=actor, now=now
    )


def question(number: str) -> int:
    """The task of the department that was asked."""
    query = sa.select(CaseTask.id).join(Case).where(Case.number == number, CaseTask.role == Role.PROVIDER)
    return db.session.scalars(query).one()


def confirm_all(number: str, *, now: datetime = w.NOON) -> None:
    """Let the platforms confirm every order that waits."""
    waiting = sa.select(WriteBack.id).where(WriteBack.case_no == number, WriteBack.state == WriteBackState.QUEUED)
    for row_id in list(db.session.scalars(waiting)):
        with transaction():
            write_back.begin(row_id, now=now)
            write_back.settle(
                row_id, attempt=1, state=WriteBackState.CONFIRMED, reason=None, receipt_no=f"R{row_id}", receipt={},
                now=now,
            )  # fmt: skip
    db.session.rollback()


def orders(number: str) -> list[tuple[str, str, str]]:
    """The orders of a case in their order: destination, act, what they leave."""
    rows = db.session.scalars(sa.select(WriteBack).where(WriteBack.case_no == number).order_by(WriteBack.id))
    return [(row.destination, row.payload["act"], row.order().leaves) for row in rows]


def told(number: str) -> list[str]:
    """The keys on a case's timeline, oldest first."""
    query = sa.select(TimelineEntry.key).join(Case).where(Case.number == number).order_by(TimelineEntry.id)
    return list(db.session.scalars(query))
