"""A case as its party sees it: the milestones of its kind, in the kind's own words or in general ones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from tests import world as w
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.milestones import STANDARD
from workflow_app.cases.standing import CaseStanding, standings
from workflow_app.foundation import labels
from workflow_app.portals.shared.progress import Progress, progress_of

MISSING = {
    "outcome": "correct",
    "basis_article": "第八条",
    "missing_items": [{"name": "委托书", "requirement": "盖章"}],
}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def standing(number: str) -> CaseStanding:
    return standings([w.case(number)], w.NOON + timedelta(hours=1))[0]


def shown(progress: Progress) -> list[tuple[str, str, str]]:
    return [(s.name, s.state, s.hint or (str(s.on.date()) if s.on else str(s.by or ""))) for s in progress.steps]


def test_a_repair_has_its_own_milestones(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    steps = shown(progress_of(standing(number)))
    assert [(name, state) for name, state, _ in steps] == [
        ("收到申请", "done"), ("受理", "now"), ("审查", ""), ("决定", ""), ("停止公示", ""),
    ]  # fmt: skip
    assert steps[4][2] == "准予后 3 个工作日内"
    w.answer(number, world.officer, MISSING)
    waiting = progress_of(standing(number))
    assert (shown(waiting)[1], waiting.to_do) == (("受理", "now", "等您补正"), "去补正材料")
    assert len(waiting.stops) == 1
    w.answer(number, world.applicant, {"responses": [{"name": "委托书", "response": "已交"}], "statement": ""})
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    assert [s for _, s, _ in shown(progress_of(standing(number)))] == ["done", "done", "done", "now", ""]
    w.answer(number, world.approver, w.APPROVED)
    granted = progress_of(standing(number))
    assert [s for _, s, _ in shown(granted)] == ["done", "done", "done", "done", "now"]
    assert granted.now.startswith("已准予修复。正在通知")


def test_a_kind_that_brings_no_words_has_general_ones(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = w.file(world, w.make_record(world))
    bare = replace(kind_of("repair"), key="bare", milestones=STANDARD)
    monkeypatch.setitem(labels._labels(), "step.bare.accept", "看一看")  # type: ignore[arg-type]
    monkeypatch.setitem(labels._labels(), "step.bare.correct", "答一答")  # type: ignore[arg-type]
    fresh = progress_of(replace(standing(number), kind=bare))
    assert [(name, state) for name, state, _ in shown(fresh)] == [("收到申请", "done"), ("办理", "now")]
    assert (fresh.now, fresh.to_do) == ("您现在不用做什么。正在办理。", "")
    w.answer(number, world.officer, MISSING)
    waiting = progress_of(replace(standing(number), kind=bare))
    assert (waiting.now, waiting.to_do) == ("现在要请您办理。", "答一答")
    assert shown(waiting)[1] == ("办理", "now", "等您办理")
