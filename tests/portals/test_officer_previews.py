"""The letter looked at before it is sent: what is shown is what would be issued, and nothing is kept of the look."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk, review_form, task_path
from tests.world import ACCEPTED, World, answer, case, file, make_record, make_world, proposal, task
from workflow_app.actions.rehearse_letter import rehearse_letter
from workflow_app.audit.log import AuditEvent
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.decisions import Decision
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.letters.letter import Letter, letters_of_case

COUNTED = (Letter, Decision, Deadline, TimelineEntry, AuditEvent)
OUTCOMES = {
    "accepted": ("L02", ACCEPTED),
    "correct": (
        "L04",
        {"outcome": "correct", "missing_items": [{"name": "委托书", "requirement": "盖章"}], "basis_article": "第八条"},
    ),
    "refused": (
        "L03",
        {
            "outcome": "refused",
            "ground": "out_of_scope",
            "reasons": "不属修复",
            "basis_article": "《信用修复管理办法》",
        },
    ),
}


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def _counts() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in COUNTED]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_of_acceptance_has_its_letter(app: Flask, world: World, outcome: str) -> None:
    number = file(world, make_record(world))
    before, (code, values) = _counts(), OUTCOMES[outcome]
    now = app.extensions["clock"].now()
    found = rehearse_letter(task_id=task(number).id, answer=dict(values), actor=world.officer, now=now)
    assert found is not None and found.code == code
    assert _counts() == before
    answer(number, world.officer, dict(values))
    issued = letters_of_case(case(number).id)[0].context
    shared = issued.keys() & found.content.keys()
    assert {k: issued[k] for k in shared} == {k: found.content[k] for k in shared} and len(shared) > 8


def test_the_proposal_shows_the_decision_it_leads_to(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    before, now = _counts(), app.extensions["clock"].now()
    found = rehearse_letter(task_id=task(number).id, answer=proposal(number), actor=world.officer, now=now)
    assert found is not None and found.code == "L07" and _counts() == before


def test_an_incomplete_answer_has_no_letter(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    with pytest.raises(InvalidInput):
        rehearse_letter(
            task_id=task(number).id, answer={"outcome": ""}, actor=world.officer, now=app.extensions["clock"].now()
        )


def test_the_preview_shows_pages_and_sends_what_was_shown(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    desk, path = Desk.of(app, "jingban"), task_path(number)
    answered = desk.send(f"{path}/preview", review_form(number))
    assert (answered.status_code, answered.location) == (303, f"{path}/preview")
    page = desk.read(answered.location)
    assert "准予信用修复决定书" in page and "没有要改的地方" in page and "内容无误，送审批" in page
    image = page.split('class="sheet" src="')[1].split('"')[0]
    assert desk.client.get(image).data.startswith(b"\x89PNG")
    Desk.of(app, "waibu").read(image, status=404)
    sent = desk.send(path, {"draft": "1", "case_version": str(case(number).row_version)})
    assert sent.status_code == 302 and task(number).step == "decide"


def test_a_form_with_faults_comes_back_instead_of_a_preview(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    desk, path = Desk.of(app, "jingban"), task_path(number)
    desk.send(f"{path}/preview", {"recommendation": "grant", "reasons": "先看看"})
    page = desk.read(f"{path}/preview", status=422)
    assert "处需要改" in page and "先看看" in page


def test_the_approver_looks_at_the_decision(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    answer(number, world.officer, proposal(number))
    page = Desk.of(app, "shenpi").read(f"{task_path(number)}/preview?verdict=approved")
    assert "准予信用修复决定书" in page and "回去作决定" in page
