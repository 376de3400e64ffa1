"""A revocation at the pages of those who have to do with it: officer, party, approver; faults keep what was typed."""

from io import BytesIO

import pytest
from flask import Flask

from tests import world as w
from tests.papers import pdf
from tests.portals.clients import open_doors, token_in
from tests.portals.desk import Desk, task_path
from tests.processes.revocations import NOTICE, OPENING, PROPOSAL, noticed, opened, proposed, repaired, revoked
from tests.processes.roads import confirm_all

PAPER = pdf()


@pytest.fixture
def world(app: Flask) -> w.World:
    found = w.make_world()
    open_doors()
    return found


@pytest.fixture
def record(world: w.World) -> int:
    return repaired(world)


def test_an_officer_opens_it_from_the_record_and_keeps_what_was_typed(app: Flask, world: w.World, record: int) -> None:
    officer, place = Desk.of(app, "jingban"), f"/desk/records/{record}/open/revocation"
    assert place in officer.read(f"/desk/records/{record}")
    assert place not in Desk.of(app, "shenpi").read(f"/desk/records/{record}")
    wrong = officer.send(place, {"suspicion": "银行函复：凭证不是本行出具。"}, page=place)
    assert wrong.status_code == 422
    assert "银行函复：凭证不是本行出具。" in wrong.text
    answer = officer.send(place, OPENING, page=place)
    assert answer.status_code == 302
    number = answer.location.rsplit("/", 1)[-1]
    page = officer.read(f"/desk/cases/{number}")
    assert "提供虚假材料" in page
    assert "下一步：核实告知" in page
    assert "修复条件" not in page
    assert place not in officer.read(f"/desk/records/{record}"), "one is open already"
    assert officer.send(place, OPENING, page=place).status_code == 422


def test_a_record_that_was_not_repaired_is_told_so(app: Flask, world: w.World) -> None:
    record = w.make_record(world)
    officer = Desk.of(app, "jingban")
    assert "不能办理撤销信用修复" in officer.read(f"/desk/records/{record}/open/revocation")
    assert f"/desk/records/{record}/open/revocation" not in officer.read(f"/desk/records/{record}")
    officer.read(f"/desk/records/{record}/open/repair", status=404)
    officer.read(f"/desk/records/{record}/open/nonsense", status=404)


def test_what_the_office_found_is_not_on_the_partys_page(app: Flask, world: w.World, record: int) -> None:
    number = opened(world, record)
    officer, party = Desk.of(app, "jingban"), Desk.of(app, "qiye")
    token = token_in(officer.read(f"/desk/cases/{number}"))
    paper = {"csrf_token": token, "file": (BytesIO(PAPER), "举报信.pdf"), "purpose": "other"}
    officer.client.post(f"/desk/cases/{number}/files", data=paper, content_type="multipart/form-data")
    assert "举报信.pdf" in officer.read(f"/desk/cases/{number}")
    mine = party.read(f"/my/cases/{number}")
    assert "举报信.pdf" not in mine
    assert OPENING["suspicion"] not in mine
    assert "正在核实" in mine
    assert "撤回申请" not in mine


def test_the_party_states_its_case_with_papers(app: Flask, world: w.World, record: int) -> None:
    number = noticed(world, record)
    party = Desk.of(app, "qiye")
    assert "去陈述申辩" in party.read(f"/my/cases/{number}")
    assert "去陈述申辩" in party.read("/my/records")
    place = f"/my/cases/{number}/correct"
    page = party.read(place)
    assert "拟撤销信用修复告知书" in page
    token = token_in(page)
    paper = {"csrf_token": token, "file": (BytesIO(PAPER), "说明.pdf"), "purpose": "statement",
             "back": "correct"}  # fmt: skip
    party.client.post(f"/my/cases/{number}/files", data=paper, content_type="multipart/form-data")
    assert "说明.pdf" in party.read(place)
    version = w.case(number).row_version
    wrong = party.send(place, {"case_version": version, "defence": "凭证由代理机构提供。"}, page=place)
    assert wrong.status_code == 422
    assert "凭证由代理机构提供。" in wrong.text
    said = {"case_version": version, "position": "object", "defence": "凭证由代理机构提供。", "idempotency_key": "s1"}
    sent = party.send(place, said, page=place)
    assert sent.status_code == 302
    assert "已收到您单位的陈述申辩" in party.read(f"/my/cases/{number}")
    again = party.send(place, said, page=f"/my/cases/{number}")
    assert again.status_code == 302, "a lost reply is asked for again"
    desk = Desk.of(app, "jingban").read(task_path(number))
    assert "凭证由代理机构提供。" in desk
    assert "说明.pdf" in desk


def test_officer_and_approver_bring_it_to_its_end(app: Flask, world: w.World, record: int) -> None:
    number = opened(world, record)
    officer, approver, party = Desk.of(app, "jingban"), Desk.of(app, "shenpi"), Desk.of(app, "qiye")
    assert OPENING["suspicion"] in officer.read(task_path(number))
    assert officer.do(number, NOTICE).status_code == 302
    w.answer(number, world.applicant, {"position": "accept", "defence": "没有异议。"})
    unchecked = officer.do(number, PROPOSAL | {"figures_checked": ""})
    assert unchecked.status_code == 422
    assert "待核原文" in unchecked.text
    assert officer.do(number, PROPOSAL).status_code == 302
    page = approver.read(task_path(number))
    assert PROPOSAL["response"] in page
    assert "撤销信用修复决定书" in page
    assert approver.do(number, w.APPROVED).status_code == 302
    assert "正在通知" in party.read(f"/my/cases/{number}")
    confirm_all(number)
    ended = party.read(f"/my/cases/{number}")
    assert "信用修复已撤销" in ended
    assert "撤销信用修复决定书" in ended
    record_page = party.read(f"/my/records/{record}")
    assert "不得申请修复" in record_page
    assert "已执行" in officer.read(f"/desk/cases/{number}")


def test_its_letter_is_shown_before_it_is_signed(app: Flask, world: w.World, record: int) -> None:
    number = proposed(world, record)
    page = Desk.of(app, "shenpi").read(f"{task_path(number)}/preview?verdict=approved")
    assert "撤销信用修复决定书" in page


def test_lists_word_it_like_any_kind(app: Flask, world: w.World, record: int) -> None:
    number = revoked(world, record)
    confirm_all(number)
    assert "撤销修复" in Desk.of(app, "jingban").read(f"/desk/records/{record}")
    assert number in Desk.of(app, "qiye").read("/my/cases")
    Desk.of(app, "qiye").read(f"/my/cases/{number}/receipt", status=404)
