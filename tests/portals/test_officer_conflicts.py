"""Two people on one case: one wins, the other sees both texts and loses nothing."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk, review_form, task_path
from tests.world import ACCEPTED, World, answer, case, file, make_record, make_world, task
from workflow_app.cases.decisions import Decision
from workflow_app.foundation.database import db, transaction


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def _in_review(world: World) -> str:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    with transaction():
        found = task(number)
        found.assignee_id = found.claimed_at = None
    return number


def _decisions(number: str) -> list[str]:
    query = sa.select(Decision.reasons).where(Decision.case_id == case(number).id)
    return list(db.session.scalars(query))


def test_the_slower_officer_sees_both_texts_and_keeps_his(app: Flask, world: World) -> None:
    number = _in_review(world)
    path, version = task_path(number), case(number).row_version
    faster, slower = Desk.of(app, "jingban"), Desk.of(app, "jingban2")
    mine, theirs = "当事人已缴清罚款，没收款另行核对。", "当事人已缴清罚款。"
    form = review_form(number, reasons=mine) | {"case_version": str(version)}
    assert faster.send(path, review_form(number, reasons=theirs) | {"case_version": str(version)}).status_code == 302
    lost = slower.send(path, form)
    assert lost.status_code == 409
    assert "实质审查已由王丽萍办结" in lost.text
    assert f">{mine}</textarea>" in lost.text and "<del>" in lost.text
    assert _decisions(number) == [theirs]
    slower.send(f"/desk/cases/{number}/notes", {"text": mine})
    assert mine in slower.read(f"/desk/cases/{number}")


def test_a_page_made_before_a_change_is_refused_and_can_be_sent_again(app: Flask, world: World) -> None:
    number = _in_review(world)
    path, version = task_path(number), case(number).row_version
    desk = Desk.of(app, "jingban")
    refused = desk.send(path, review_form(number, reasons="我写的理由") | {"case_version": str(version - 1)})
    assert refused.status_code == 409 and "案件有了新的进展" in refused.text
    assert "我写的理由" in desk.read(path)
    assert _decisions(number) == []
    again = desk.send(path, review_form(number, reasons="我写的理由") | {"case_version": str(version)})
    assert again.status_code == 302 and _decisions(number) == ["我写的理由"]


def test_what_a_colleague_has_claimed_is_not_done_by_another(app: Flask, world: World) -> None:
    number = _in_review(world)
    Desk.of(app, "jingban").send(f"/desk/tasks/{task(number).id}/claim")
    other = Desk.of(app, "jingban2")
    assert "这一步已由王丽萍领取" in other.read(task_path(number))
    assert other.do(number, review_form(number)).status_code == 409
    assert _decisions(number) == []


def test_the_same_form_sent_twice_has_one_effect(app: Flask, world: World) -> None:
    number = _in_review(world)
    path, version = task_path(number), case(number).row_version
    desk = Desk.of(app, "jingban")
    form = review_form(number) | {"case_version": str(version), "idempotency_key": "k1"}
    assert [desk.send(path, form).status_code for _ in range(2)] == [302, 302]
    assert len(_decisions(number)) == 1
