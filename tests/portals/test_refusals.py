"""What the audit log keeps of those who were told that they may not, and of small acts that are easily forgotten."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.papers import pdf
from tests.portals.clients import client_of, open_doors, token_in
from tests.portals.desk import Desk, task_path
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.audit.log import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.cases.tasks import APPROVE_EXTENSION, CaseTask
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Role
from workflow_app.portals.shared.denials import MOST


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    return made


def refusals() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = sa.select(AuditEvent.action, AuditEvent.reason).where(AuditEvent.outcome == "denied")
    return [tuple(row) for row in db.session.execute(rows.order_by(AuditEvent.seq))]


def acts(action: str) -> list[AuditEvent]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def change_role(login: str, role: Role) -> None:
    with transaction():
        db.session.execute(sa.update(Account).where(Account.login == login).values(role=role))


def test_who_would_decide_on_their_own_proposal_is_noted(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    change_role("jingban", Role.APPROVER)
    answer = Desk.of(app, "jingban").do(number, w.APPROVED)
    assert answer.status_code == 422
    assert "另一人审批" in answer.text
    assert refusals() == [("access.denied", "same_person_decides")]


def test_who_would_grant_their_own_request_is_noted(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    w.answer(number, world.officer, w.ACCEPTED)
    request_extension(case_number=number, reason="情况复杂", actor=world.officer, now=w.NOON)
    change_role("jingban", Role.APPROVER)
    db.session.rollback()
    task_id = db.session.scalars(sa.select(CaseTask.id).where(CaseTask.step == APPROVE_EXTENSION)).one()
    form = {"answer": "granted", "basis_article": "第八条"}
    answer = Desk.of(app, "jingban").send(f"/desk/cases/{number}/tasks/{task_id}/extension", form)
    assert answer.status_code == 422
    assert refusals() == [("access.denied", "same_person_decides")]


def test_locking_oneself_is_another_persons_act(app: Flask, world: w.World) -> None:
    change_role("duban", Role.SECURITY_ADMIN)
    path = f"/admin/accounts/{world.supervisor.account_id}/disable"
    assert Desk.of(app, "duban").send(path, page="/admin/accounts").status_code == 422
    assert refusals() == [("access.denied", "own_account")]


def test_a_wrong_field_or_a_late_click_refuses_nobody(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    desk = Desk.of(app, "jingban")
    assert desk.do(number, {"outcome": ""}).status_code == 422
    assert desk.do(number, w.ACCEPTED, version=77).status_code == 409
    assert refusals() == []


def test_foreign_tasks_among_those_ticked_are_noted(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    with transaction():
        db.session.execute(sa.update(Account).where(Account.login == "jingban2").values(department_id=None))
    Desk.of(app, "jingban2").send("/desk/claim", {"task_ids": str(w.task(number).id)})
    assert refusals() == [("access.denied", "not_found")]


def test_who_walks_through_numbers_does_not_fill_the_chain(app: Flask, world: w.World, clock: FixedClock) -> None:
    client = client_of(app, "waibu")
    for number in range(MOST + 5):
        assert client.get(f"/my/cases/GSXF-2026-{number:06}").status_code == 404
    found = refusals()
    assert found == [("access.denied", "not_found")] * (MOST - 1) + [("access.denied_often", "not_found")]
    assert client.get("/admin/accounts").status_code == 403, "another reason is counted for itself"
    assert refusals()[MOST:] == [("access.denied", "not_permitted")]
    clock.move_to(clock.now() + timedelta(minutes=16))
    client.get("/my/cases/GSXF-2026-000001")
    assert len(refusals()) == MOST + 2
    assert verify().is_whole


def test_a_note_and_a_paper_taken_back_are_acts(app: Flask, world: w.World) -> None:
    record = w.make_record(world)
    client = client_of(app, "qiye")
    path, token = f"/my/records/{record}", token_in(client.get("/password").text)
    paper = {"purpose": "other", "file": (io.BytesIO(pdf()), "回单.pdf"), "csrf_token": token}
    client.post(f"{path}/files", data=paper)
    added = acts("evidence.added")[0]
    for _ in range(2):
        client.post(f"{path}/files/{added.object_id}/remove", data={"csrf_token": token})
    assert [e.object_id for e in acts("evidence.removed")] == [added.object_id], "once, however often it is asked for"
    number = w.file(world, record)
    Desk.of(app, "jingban").send(f"/desk/cases/{number}/notes", {"text": "请核对金额"}, page=task_path(number))
    assert [(e.case_no, e.actor_name) for e in acts("note.written")] == [(number, "王丽萍")]
