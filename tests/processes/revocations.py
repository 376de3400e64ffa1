"""Ways along the road of a revocation: a record that was repaired, a case opened on it, and each step of it."""

from datetime import datetime
from typing import Any

from tests import world as w
from tests.processes.roads import confirm_all
from workflow_app.actions.open_case import open_case

OPENING = {"cause": "false_material", "origin": "report", "suspicion": "银行函复：该缴款凭证不是本行出具。"}
NOTICE = {
    "outcome": "notify",
    "cause": "false_material",
    "found": "申请信用修复时提交的缴款凭证系伪造。\n罚款至今没有缴纳。",
    "evidence": "兰州银行核验函",
    "basis_article": "《信用修复管理办法》第二十五条",
}
OBJECTION = {"position": "object", "defence": "凭证由代理机构提供，我单位不知情。"}
PROPOSAL = {
    "recommendation": "revoke",
    "cause": "false_material",
    "found": "申请信用修复时提交的缴款凭证系伪造。",
    "evidence": "兰州银行核验函",
    "response": "材料的真实性由申请人负责，不知情的理由不予采纳。",
    "basis_article": "《信用修复管理办法》第二十五条",
    "figures_checked": "1",
}


def repaired(world: w.World, *, now: datetime = w.NOON, **columns: Any) -> int:
    """Repair a record by the whole road of repair, every receipt there; return its id."""
    record_id = w.make_record(world, **columns)
    number = w.file(world, record_id, now=now)
    w.answer(number, world.officer, w.ACCEPTED, now=now)
    w.answer(number, world.officer, w.proposal(number), now=now)
    w.answer(number, world.approver, w.APPROVED, now=now)
    confirm_all(number)
    return record_id


def opened(world: w.World, record_id: int, *, now: datetime = w.NOON, key: str | None = None) -> str:
    """Open a revocation and return its number."""
    case = open_case(
        record_id=record_id,
        kind_key="revocation",
        form=dict(OPENING),
        idempotency_key=key,
        actor=world.officer,
        now=now,
    )
    return case.number


def noticed(world: w.World, record_id: int, *, now: datetime = w.NOON) -> str:
    """Open a revocation and tell the party."""
    number = opened(world, record_id, now=now)
    w.answer(number, world.officer, NOTICE, now=now)
    return number


def proposed(world: w.World, record_id: int, *, now: datetime = w.NOON, **changes: Any) -> str:
    """Bring a revocation before the person who decides."""
    number = noticed(world, record_id, now=now)
    w.answer(number, world.applicant, OBJECTION, now=now)
    w.answer(number, world.officer, PROPOSAL | changes, now=now)
    return number


def revoked(world: w.World, record_id: int, *, now: datetime = w.NOON) -> str:
    """Decide a revocation; the orders to the platforms are out."""
    number = proposed(world, record_id, now=now)
    w.answer(number, world.approver, w.APPROVED, now=now)
    return number
