"""Ways along the road of a rectification: a record left unperformed, a case opened on it, and each step of it."""

from datetime import date, datetime
from typing import Any

from tests import world as w
from workflow_app.actions.open_case import open_case
from workflow_app.people.accounts import Actor

OPENING = {"performance_ended_on": "2026-08-25", "unperformed": "罚款至今没有缴纳，警示标志没有设置。"}
ROWS = [
    {"what": "缴纳罚款38000元", "standard": "全额缴清", "due_on": "", "acceptance": "核对缴款书"},
    {"what": "设置安全警示标志", "standard": "符合规范", "due_on": "", "acceptance": "现场核对"},
]
PLAN = {
    "outcome": "notify",
    "obligations": ROWS,
    "term_basis": "",
    "basis_article": "《甘肃省社会信用条例》有关规定",
}
REPORT = {
    "reports": [
        {"key": "1", "state": "done", "text": "罚款已于12月1日缴清。"},
        {"key": "2", "state": "partly", "text": "已设置两处，其余正在采购。"},
    ],
    "explanation": "采购需要时间。",
    "truthful": "on",
}
UNPERFORMED = {"fully_performed": False, "performed_on": None, "corrected": False}


def verification(conclusion: str = "DONE", **changes: Any) -> dict[str, Any]:
    """A finding for each of the two obligations that leads to a conclusion."""
    found = {"DONE": ("met", "met"), "PARTIAL": ("met", "unmet")}.get(conclusion, ("unmet", "unmet"))
    return {
        "way": "data",
        "findings": [
            {"key": str(n), "finding": f, "remark": "" if f == "met" else "至今没有完成"}
            for n, f in enumerate(found, 1)
        ],
        "conclusion": conclusion,
        "performed_on": "2026-11-24" if conclusion == "DONE" else "",
        "reasons": "已查询非税收入系统。",
        "basis_article": "《甘肃省社会信用条例》有关规定",
    } | changes


def unperformed(world: w.World, **columns: Any) -> int:
    """Create a record whose performance period has passed unperformed."""
    return w.make_record(world, **UNPERFORMED | {"stops_on": date(2027, 8, 10)} | columns)


def opened(
    world: w.World, record_id: int, *, now: datetime = w.NOON, key: str | None = None, actor: Actor | None = None
) -> str:
    """Open a rectification and return its number."""
    case = open_case(
        record_id=record_id, kind_key="rectification", form=dict(OPENING), idempotency_key=key,
        actor=actor or world.officer, now=now,
    )  # fmt: skip
    return case.number


def proposed(world: w.World, record_id: int, *, now: datetime = w.NOON, **changes: Any) -> str:
    """Bring a notice before the head."""
    number = opened(world, record_id, now=now)
    w.answer(number, world.officer, PLAN | changes, now=now)
    return number


def noticed(world: w.World, record_id: int, *, now: datetime = w.NOON, **changes: Any) -> str:
    """Issue the notice."""
    number = proposed(world, record_id, now=now, **changes)
    w.answer(number, world.approver, w.APPROVED, now=now)
    return number


def reported(world: w.World, record_id: int, *, now: datetime = w.NOON) -> str:
    """Let the party report."""
    number = noticed(world, record_id, now=now)
    w.answer(number, world.applicant, REPORT, now=now)
    return number


def verified(
    world: w.World, record_id: int, conclusion: str = "DONE", *, now: datetime = w.NOON, **changes: Any
) -> str:
    """Let one officer verify; the second has to confirm."""
    number = reported(world, record_id, now=now)
    w.answer(number, world.officer, verification(conclusion, **changes), now=now)
    return number


def concluded(world: w.World, record_id: int, conclusion: str = "DONE", *, now: datetime = w.NOON, **more: Any) -> str:
    """Let the second officer confirm."""
    number = verified(world, record_id, conclusion, now=now, **more)
    w.answer(number, world.officer_two, w.APPROVED, now=now)
    return number
