"""The page of a case for staff: what it says, the next step, notes, the drawing."""

import pytest
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.world import ACCEPTED, APPROVED, World, answer, file, make_record, make_world, proposal, task


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def test_the_case_page_says_what_it_is_and_what_to_do(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    page = Desk.of(app, "jingban").read(f"/desk/cases/{number}")
    for words in (
        "决定是否受理",
        "剩 3 个工作日",
        "下一步：受理审查",
        "领取并办理",
        "失信记录",
        "修复条件",
        "达到最短公示期",
        "办理经过",
    ):
        assert words in page, words
    assert f'data-diagram="/desk/cases/{number}/diagram.bpmn"' in page and 'data-now="accept"' in page


def test_the_drawing_is_the_one_the_case_began_with(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    drawing = Desk.of(app, "jingban").client.get(f"/desk/cases/{number}/diagram.bpmn")
    assert drawing.mimetype == "application/xml" and b'id="accept"' in drawing.data


def test_each_role_sees_whose_turn_it_is(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    answer(number, world.officer, proposal(number))
    assert "等人办理：审批决定" in Desk.of(app, "jingban").read(f"/desk/cases/{number}")
    assert "下一步：审批决定" in Desk.of(app, "shenpi").read(f"/desk/cases/{number}")
    answer(number, world.approver, APPROVED)
    page = Desk.of(app, "jingban").read(f"/desk/cases/{number}")
    assert "等平台执行" in page and "等待发送" in page and "信用修复决定书" in page


def test_while_the_party_corrects_staff_waits(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    answer(number, world.officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"})
    page = Desk.of(app, "jingban").read(f"/desk/cases/{number}")
    assert "等企业补正材料" in page and "授权委托书：加盖公章" in page


def test_notes_are_for_colleagues_alone(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    desk = Desk.of(app, "jingban")
    desk.send(f"/desk/cases/{number}/notes", {"text": "尾款请核到账"})
    assert "尾款请核到账" in desk.read(f"/desk/cases/{number}")
    assert "尾款请核到账" not in Desk.of(app, "qiye").read(f"/my/cases/{number}")
    assert "写备注" not in Desk.of(app, "duban").read(f"/desk/cases/{number}")


def test_an_empty_note_is_refused_with_a_reason(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    desk = Desk.of(app, "jingban")
    desk.send(f"/desk/cases/{number}/notes", {"text": "  "})
    assert "请填写这一项" in desk.read(f"/desk/cases/{number}")


@pytest.mark.parametrize(
    ("chosen", "shown", "hidden"), [("letters", "予以受理", "提交申请"), ("exchange", "提交申请", "予以受理")]
)
def test_the_story_can_be_filtered(app: Flask, world: World, chosen: str, shown: str, hidden: str) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    story = Desk.of(app, "jingban").read(f"/desk/cases/{number}?story={chosen}").split('id="story"')[1]
    assert shown in story and hidden not in story


def test_an_applicant_has_no_desk(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    stranger = Desk.of(app, "waibu")
    stranger.read(f"/desk/cases/{number}", status=404)
    stranger.read(f"/desk/cases/{number}/tasks/{task(number).id}", status=404)
