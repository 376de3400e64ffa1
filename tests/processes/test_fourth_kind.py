"""A kind nobody has heard of is plugged in by files alone and walked through pages, worker and letter: the core is not touched."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk, task_path
from tests.processes.toys import HERE, plugged_in
from workflow_app.actions.file_application import file_application
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db
from workflow_app.letters.letter import Letter
from workflow_app.portals.admin.audit import worded_act


@pytest.fixture
def number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    page = DictLoader({"processes/toy/look.html": (HERE / "look.html").read_text("utf-8")})
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([page, app.jinja_env.loader]))  # type: ignore[list-item]
    world = w.make_world()
    open_doors()
    form = {"applicant_name": "马珺玥", "applicant_phone": "13900000001"}
    record = w.make_record(world)
    with plugged_in(monkeypatch):
        case = file_application(
            record_id=record, form=form, idempotency_key=None, actor=world.applicant, now=w.NOON, kind_key="toy"
        )
        yield case.number


def test_a_toy_walks_through_the_portal_to_its_letter(app: Flask, number: str) -> None:
    desk = Desk.of(app, "jingban")
    assert "看一看" in desk.read("/desk?tab=department")
    assert "看过了" in desk.read(task_path(number))
    answer = desk.do(number, {"opinion": "看过，没有问题。"})
    assert answer.status_code == 302
    assert w.case(number).closed_at is not None
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    db.session.expire_all()
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number)).one()
    assert letter.state == "rendered"
    assert letter.file_digest is not None
    assert app.extensions["storage"].get(letter.file_digest).startswith(b"%PDF")


def test_its_party_sees_it_like_any_other(app: Flask, number: str) -> None:
    party = Desk.of(app, "qiye")
    for path in ("/my/cases", "/my/records", f"/my/cases/{number}", f"/my/cases/{number}/receipt"):
        page = party.read(path)
        assert number in page
        assert "没有权限" not in page
    assert "看一看" in party.read("/my/cases"), "the stage is called like its step"
    case = party.read(f"/my/cases/{number}")
    assert f"玩具 {number}" in case
    assert "您现在不用做什么" in case
    assert "接下来" not in party.read(f"/my/cases/{number}/receipt"), (
        "nothing is promised that the kind does not promise"
    )
    Desk.of(app, "jingban").do(number, {"opinion": "看过，没有问题。"})
    ended = party.read(f"/my/cases/{number}")
    assert "这件申请已经办结：不予受理。" in ended
    assert "不予受理" in party.read("/my/cases")
    assert worded_act("task.look") == "看一看"


def test_its_clock_fires_like_any_other(number: str) -> None:
    deadline_sweep(w.NOON + timedelta(days=10))
    told = sa.select(TimelineEntry.key).where(TimelineEntry.case_id == w.case(number).id)
    assert "toy_seen" in set(db.session.scalars(told))
