"""A kind nobody has heard of is plugged in by files alone and walked through pages, worker and letter: the core is not touched."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk, task_path
from workflow_app.actions.file_application import file_application
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.cases.kinds import Field, ProcessKind, StepContext, TaskForm, register_kind, unregister_kind
from workflow_app.cases.timeline import TimelineEntry, tell
from workflow_app.engine import definitions
from workflow_app.foundation import labels
from workflow_app.foundation.database import db
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.portals.admin.audit import worded_act

HERE = Path(__file__).parent / "toy"
WORDS = {"kind.toy": "玩具", "step.toy.look": "看一看", "step.toy.closed": "已办结", "timeline.toy_seen": "看过了"}


def tell_the_party(step: StepContext) -> None:
    step.case.outcome = "refused"
    department = step.case.department
    assert department is not None
    issue_letter(
        code="L03",
        case_id=step.case.id,
        case_no=step.case.number,
        department=department,
        addressee_name=step.case.organisation.name,
        addressee_code=step.case.organisation.code,
        organisation_id=step.case.organisation_id,
        context={
            "record_document_number": step.case.record.document_number,
            "record_facts": step.case.record.facts,
            "record_decided_on": step.case.record.determination_date.isoformat(),
            "determining_department": step.case.record.department_name,
            "legal_bases": [{"text": "《玩具办法》", "verified": False, "filled_by_clerk": True}],
            "grounds": [str(step.answer["opinion"])],
            "ground_kinds": ["other"],
            "earliest_date": None,
            "competent_body": None,
            "objection_path": None,
            "reapply": "可以再来。",
        },
        actor=step.actor,
        now=step.now,
    )
    tell(step.case.id, "toy_seen", actor=step.actor, now=step.now)


def remind_somebody(step: StepContext) -> None:
    tell(step.case.id, "toy_seen", actor=step.actor, now=step.now, kind="system")


TOY = ProcessKind(
    key="toy",
    prefix="TOY",
    process_id="toy",
    forms={
        "file": TaskForm(step="file", fields=(Field(name="applicant_name"), Field(name="applicant_phone"))),
        "look": TaskForm(step="look", fields=(Field(name="opinion", kind="textarea"),)),
    },
    steps={"tell_the_party": tell_the_party, "remind_somebody": remind_somebody, "escalate_overdue": remind_somebody},
    timers=("repair.accept",),
    letters=("L03",),
)


@pytest.fixture
def number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    register_kind(TOY)
    definitions._shipped.cache_clear()
    monkeypatch.setattr(definitions, "FOLDER", HERE)
    for key, text in WORDS.items():
        monkeypatch.setitem(labels._labels(), key, text)  # type: ignore[arg-type]
    page = DictLoader({"processes/toy/look.html": (HERE / "look.html").read_text("utf-8")})
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([page, app.jinja_env.loader]))  # type: ignore[list-item]
    world = w.make_world()
    open_doors()
    form = {"applicant_name": "马珺玥", "applicant_phone": "13900000001"}
    record = w.make_record(world)
    case = file_application(
        record_id=record, form=form, idempotency_key=None, actor=world.applicant, now=w.NOON, kind_key="toy"
    )
    yield case.number
    unregister_kind("toy")
    definitions._shipped.cache_clear()


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
