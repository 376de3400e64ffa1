"""The page of one party: everything of it that the reader may know of, and nothing of anybody else."""

import pytest
from flask import Flask

from tests import world as w
from tests.portals.clients import client_of, open_doors
from tests.processes.roads import confirm_all, to_decision
from workflow_app.foundation.database import db, transaction
from workflow_app.records.credit_record import CreditRecord

PATH = f"/desk/parties/{w.SUBJECT}"


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    return made


def test_records_cases_letters_and_commitments_stand_on_one_page(app: Flask, world: w.World) -> None:
    repaired, open_one = w.make_record(world), w.make_record(world)
    number = w.file(world, repaired)
    to_decision(world, number)
    w.answer(number, world.approver, {"verdict": "approved", "note": ""})
    confirm_all(number)
    going = w.file(world, open_one)
    page = client_of(app, "jingban").get(PATH)
    assert page.status_code == 200
    for text in (
        number,
        going,
        "准予信用修复决定书",
        "失信记录 2 条，公示中 1 条",
        "在办案件 1 件",
        "公示中的承诺 1 份",
    ):
        assert text in page.text


def test_of_another_departments_records_nothing_is_seen(app: Flask, world: w.World) -> None:
    with transaction():
        other = w.department("11620100MB1A00002X", "兰州市城市管理委员会")
        db.session.add(other)
        db.session.flush()
        other_id = other.id
    theirs = w.make_record(world, department_id=other_id)
    number = db.session.get_one(CreditRecord, theirs).document_number
    assert client_of(app, "jingban").get(PATH).status_code == 404
    w.make_record(world)
    page = client_of(app, "jingban").get(PATH)
    assert page.status_code == 200 and number not in page.text


@pytest.mark.parametrize("code", ["0" * 18, "x", "%20", "9" * 400])
def test_of_whom_nothing_is_known_there_is_no_page(app: Flask, world: w.World, code: str) -> None:
    assert client_of(app, "jingban").get(f"/desk/parties/{code}").status_code == 404
