"""Requests that no page of ours sends: each is answered for what it is, never with an error of the house."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import client_of, open_doors, token_in
from tests.portals.desk import Desk
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.rehearse_letter import rehearse_letter
from workflow_app.cases.idempotency import MAX_KEY
from workflow_app.cases.tasks import APPROVE_EXTENSION, CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.jobs.state import JobState, JobStatus
from workflow_app.people.accounts import Account, Role


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    return made


@pytest.fixture
def asked(world: w.World) -> tuple[str, int]:
    """A case with a request for more time: its number and the task beside the diagram."""
    number = w.file(world, w.make_record(world))
    w.answer(number, world.officer, w.ACCEPTED)
    request_extension(case_number=number, reason="情况复杂", actor=world.officer, now=w.NOON)
    db.session.rollback()
    task = db.session.query(CaseTask).filter_by(step=APPROVE_EXTENSION).one()
    return number, task.id


@pytest.mark.parametrize(
    ("method", "part"), [("GET", "/preview"), ("POST", "/preview"), ("POST", ""), ("POST", "/draft"), ("POST", "/write-back")]
)  # fmt: skip
def test_work_beside_the_diagram_has_no_form(app: Flask, asked: tuple[str, int], method: str, part: str) -> None:
    number, task_id = asked
    desk, path = Desk.of(app, "shenpi"), f"/desk/cases/{number}/tasks/{task_id}{part}"
    answer = desk.client.get(path) if method == "GET" else desk.send(path, {"case_version": "1"})
    assert answer.status_code == (403 if part == "/write-back" else 404)


def test_work_beside_the_diagram_is_no_answer_to_it(asked: tuple[str, int], world: w.World) -> None:
    with pytest.raises(NotFound):
        rehearse_letter(task_id=asked[1], answer={}, actor=world.approver, now=w.NOON)
    with pytest.raises(NotFound):
        complete_task(
            task_id=asked[1], case_version=1, answer={}, idempotency_key=None, actor=world.approver, now=w.NOON
        )


@pytest.mark.parametrize("answer", ["", "granted", "refused"])
def test_a_decision_is_not_settled_as_an_extension(app: Flask, world: w.World, answer: str) -> None:
    number = w.file(world, w.make_record(world))
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    path = f"/desk/cases/{number}/tasks/{w.task(number).id}/extension"
    assert Desk.of(app, "shenpi").send(path, {"answer": answer}).status_code == 404


def test_the_address_and_the_task_go_together(app: Flask, world: w.World, asked: tuple[str, int]) -> None:
    other = w.file(world, w.make_record(world))
    path = f"/desk/cases/{other}/tasks/{asked[1]}/extension"
    assert Desk.of(app, "shenpi").send(path, {"answer": "refused", "note": "不必"}).status_code == 404


@pytest.mark.parametrize("act", ["claim", "release"])
@pytest.mark.parametrize("number", [str(2**63), str(2**31), "0", "-1", "9" * 5000, "x"])
def test_a_number_that_no_row_has_is_no_task(app: Flask, world: w.World, act: str, number: str) -> None:
    assert Desk.of(app, "jingban").send(f"/desk/{act}", {"task_ids": number}).status_code == 302


def test_a_job_that_has_not_failed_is_not_tried_again(app: Flask, world: w.World) -> None:
    app.extensions["jobs"].jobs["letter:1"] = JobState(
        key="letter:1", job="x", queue="letters", args=(), attempt=1, status=JobStatus.DONE, error=None,
        first_at=w.NOON, since=w.NOON,
    )  # fmt: skip
    with transaction():
        db.session.execute(sa.update(Account).where(Account.login == "duban").values(role=Role.SYSTEM_ADMIN))
    system = Desk.of(app, "duban")
    for key, status in (("letter:1", 409), ("%25", 404), ("x", 404), ("letter:1~2", 404)):
        assert system.send(f"/admin/jobs/{key}/retry", page="/admin/jobs").status_code == status, key


def test_a_key_longer_than_any_of_ours_is_refused(app: Flask, world: w.World) -> None:
    record = w.make_record(world)
    client = client_of(app, "qiye")
    token = token_in(client.get("/password").text)
    form = w.FILING | {"csrf_token": token}
    for length, status in ((MAX_KEY + 1, 422), (5_000, 422), (MAX_KEY, 302)):
        answer = client.post(f"/my/records/{record}/apply", data=form | {"idempotency_key": "k" * length})
        assert answer.status_code == status
