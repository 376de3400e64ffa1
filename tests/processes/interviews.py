"""Ways along the road of an interview: opened on a paper or begun by an event, decided, arranged, held or missed, followed up."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tests import papers
from tests import world as w
from workflow_app.actions._record_events import deliver
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.open_case import open_case
from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.records import history
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent

PAPER = {
    "ground": "paper",
    "paper_number": "兰建整通〔2026〕3号",
    "failure": "PARTIAL",
    "missing": "安全警示标志没有补设到位",
}
PROPOSAL = {
    "outcome": "interview",
    "falsified": "no",
    "public_interest": "no",
    "fact_note": "",
    "reasons": "整改期满仍不到位。",
}
TALK = {
    "talk_reason": "整改期满仍不到位。",
    "talk_problems": "安全警示标志没有补设到位。",
    "talk_statement": "材料采购延误，愿意尽快补设。",
    "talk_agreed": "十二月二十日以前补设。",
    "talk_summary": "认可问题，承诺按期整改。",
    "recording": "执法记录仪1201",
    "signature": "signed",
}
CAME = {
    "who": "legal",
    "came_name": "马珺玥",
    "came_title": "法定代表人",
    "identity_kind": "id_card",
    "identity_number": "620102198001010018",
    "identity_checked": "1",
    "credentials_shown": "1",
    "rights_told": "1",
    "challenge": "none",
}
MISSED = {"who": "nobody", "absence_note": "电话联系，未说明理由。", "after": "escalate"}
VERIFIED = {"conclusion": "closed", "reasons": "两名工作人员现场核查。", "basis_article": "参照《条例》有关条款"}
YES = {"verdict": "approved", "note": ""}


class Town(w.World):
    """The world with a leader and a third officer."""

    leader: Actor
    third: Actor


def make_town() -> Town:
    """Create the world of tests and the people an interview takes beside it."""
    return grown(w.make_world())


def grown(world: w.World) -> Town:
    """Add a leader and a third officer to a world."""
    with transaction():
        more = [
            Account(login=login, name=name, role=role, level=level, password_hash="!", created_at=w.NOON,
                    department_id=world.department_id)
            for login, name, role, level in (("lingdao", "周立新", Role.LEADER, 2), ("jingban3", "赵敏", Role.OFFICER, 1))
        ]  # fmt: skip
        db.session.add_all(more)
        db.session.flush()
        town = Town(**vars(world))
        town.leader, town.third = (a.actor() for a in more)
    return town


def opened(town: w.World, record_id: int, *, now: datetime = w.NOON, **form: Any) -> str:
    """Open an interview on a paper notice and return its number."""
    return open_case(
        record_id=record_id, kind_key="interview", form=PAPER | form, idempotency_key=None, actor=town.officer, now=now
    ).number


def failed(town: w.World, record_id: int, *, now: datetime = w.NOON, **facts: Any) -> str | None:
    """Let a rectification of the record fail; return the number of the interview that begins with it."""
    said = {"outcome": "PARTIAL", "notice": "兰建信整通〔2026〕8号", "conclusion": "兰建信整复〔2026〕2号",
            "missing": ["安全警示标志没有补设到位"], "failed_before": 0} | facts  # fmt: skip
    with transaction():
        record = db.session.get_one(CreditRecord, record_id)
        history.write(record, "rectification_failed", before=record.status, actor=town.officer, now=now,
                      case_no="GSZG-2026-000009", basis="", facts=said)  # fmt: skip
        event = RecordEvent(
            kind="rectification_failed", record_id=record_id, case_no="GSZG-2026-000009", at=now, facts=said
        )
        deliver([event], actor=town.officer, now=now)
    query = sa.select(Case.number).where(Case.record_id == record_id, Case.kind == "interview")
    return db.session.scalar(query.order_by(Case.id.desc()))


def do(number: str, step: str, actor: Actor, values: dict[str, Any], *, now: datetime = w.NOON) -> Case:
    """Answer the open task of a step."""
    case = w.case(number)
    query = sa.select(CaseTask).where(
        CaseTask.case_id == case.id,
        CaseTask.closed_at.is_(None),
        CaseTask.step == step,
        CaseTask.engine_id.is_not(None),
    )
    task = db.session.scalars(query).one()
    return complete_task(
        task_id=task.id, case_version=case.row_version, answer=values, idempotency_key=None, actor=actor, now=now
    )


def slot(
    town: Town, day: str = "2026-12-01", begins: str = "09:30", ends: str = "10:30", **more: Any
) -> dict[str, Any]:
    """When, where and with whom."""
    return {
        "day": day, "begins": begins, "ends": ends, "room": "三楼约谈室", "host": str(town.officer.account_id),
        "officer_1": str(town.officer_two.account_id), "recorder": str(town.third.account_id),
    } | more  # fmt: skip


def notice(town: Town, **more: Any) -> dict[str, Any]:
    """A complete arrangement."""
    return slot(town, **more) | {
        "invitee_name": "马珺玥", "invitee_title": "法定代表人", "mode": "on_site", "materials": "营业执照复印件",
        "basis_article": "参照《条例》有关条款", "contact_person": "王丽萍",
    }  # fmt: skip


def decided(town: Town, record_id: int, *, now: datetime = w.NOON, **changes: Any) -> str:
    """Open an interview and let its kind be decided."""
    number = opened(town, record_id, now=now)
    propose(town, number, now=now, **changes)
    return number


def propose(town: Town, number: str, *, now: datetime = w.NOON, **changes: Any) -> None:
    """Propose, and let whoever may approve it."""
    level = do(number, "propose", town.officer, PROPOSAL | changes, now=now).details["level"]
    step, who = ("approve_warning", town.leader) if level == "warning" else ("approve", town.approver)
    do(number, step, who, YES, now=now)


def invited(town: Town, record_id: int, *, now: datetime = w.NOON, **changes: Any) -> str:
    """Bring an interview to where the party has its notice; held on 2026-12-01 unless told otherwise."""
    number = decided(town, record_id, now=now, **changes)
    do(number, "schedule", town.officer, notice(town), now=now)
    return number


MEETING = w.NOON + timedelta(days=7)  # 2026-12-01


def held(town: Town, record_id: int, **changes: Any) -> str:
    """Bring an interview to where its record is on file."""
    number = invited(town, record_id, **changes)
    do(number, "attend", town.officer, CAME, now=MEETING)
    do(number, "talk", town.officer, TALK, now=MEETING)
    return number


def minuted(town: Town, record_id: int, **changes: Any) -> str:
    """Bring an interview to where the party has its minutes."""
    number = held(town, record_id, **changes)
    do(number, "minutes", town.officer, {"commitments": [commitment()], "basis_article": "参照《条例》"}, now=MEETING)
    return number


def commitment(**more: str) -> dict[str, str]:
    """One commitment."""
    return {"what": "补设安全警示标志", "person": "马珺玥", "due_on": "2026-12-20", "check": "现场核查"} | more


def reported(town: Town, record_id: int, **changes: Any) -> str:
    """Bring an interview to its follow-up."""
    number = minuted(town, record_id, **changes)
    do(number, "plan", town.applicant, {"rectify_plan": "十二月二十日以前完成。", "truthful": "1"}, now=MEETING)
    rows = [{"key": "1", "state": "done", "text": "已全部补设。"}]
    do(number, "perform", town.applicant, {"progress": rows, "truthful": "1"}, now=MEETING)
    return number


def verified(town: Town, number: str, *, state: str = "met", now: datetime = MEETING, **changes: Any) -> None:
    """Verify by two officers."""
    rows = [{"key": "1", "state": state, "text": "现场核查。"}]
    do(number, "verify", town.officer, VERIFIED | {"checked": rows} | changes, now=now)
    do(number, "confirm", town.officer_two, YES, now=now)


def path_of(number: str, step: str) -> str:
    """Return the address of an open task for staff."""
    case = w.case(number)
    query = sa.select(CaseTask.id).where(
        CaseTask.case_id == case.id, CaseTask.closed_at.is_(None), CaseTask.step == step
    )
    return f"/desk/cases/{number}/tasks/{db.session.scalars(query).one()}"


def hand_in(town: w.World, number: str, purpose: str, *, now: datetime = w.NOON) -> None:
    """Hand in a paper beside a case."""
    add_evidence(
        purpose=purpose, filename="授权委托书.pdf", content=papers.pdf(padding=number.encode()), actor=town.applicant,
        now=now, case_number=number,
    )  # fmt: skip
