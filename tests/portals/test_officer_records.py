"""Records at the desk: the list, one record with its history, determining a class, and a write-back nobody knows of."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.world import ACCEPTED, APPROVED, NOON, World, answer, case, file, make_record, make_world, proposal
from workflow_app.actions.classify_record import classify_record
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, NotPermitted
from workflow_app.records import write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.write_back import WriteBack, WriteBackState

OPEN_CLASS = {"credit_class": None, "class_basis": "", "sector": "统计"}


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def _record(record_id: int) -> CreditRecord:
    db.session.rollback()
    return db.session.get_one(CreditRecord, record_id)


def test_the_list_finds_and_filters(app: Flask, world: World) -> None:
    make_record(world, subject_name="甲公司")
    make_record(world, subject_name="乙公司", **OPEN_CLASS)
    desk = Desk.of(app, "jingban")
    page = desk.read("/desk/records")
    assert "甲公司" in page and "乙公司" in page and "共 2 条" in page
    page = desk.read("/desk/records?kind=unclassified")
    assert "乙公司" in page and "甲公司" not in page
    assert "没有找到“丙”" in desk.read("/desk/records?search=丙")


def test_a_record_shows_its_period_and_its_history(app: Flask, world: World) -> None:
    record_id = make_record(world)
    number = file(world, record_id)
    page = Desk.of(app, "jingban").read(f"/desk/records/{record_id}")
    for words in ("2026年11月10日", "2026年11月11日", "2027年8月10日", "日期怎么算的", number):
        assert words in page, words


def test_the_period_opens_in_place(app: Flask, world: World) -> None:
    record_id = make_record(world)
    fragment = Desk.of(app, "jingban").read(f"/desk/records/{record_id}/ledger")
    assert "<html" not in fragment and "ledger-days" in fragment


def test_another_departments_record_is_not_found(app: Flask, world: World) -> None:
    record_id = make_record(world, department_id=None)
    for path in (
        f"/desk/records/{record_id}",
        f"/desk/records/{record_id}/ledger",
        f"/desk/records/{record_id}/classify",
    ):
        Desk.of(app, "jingban").read(path, status=404)


def test_a_class_is_determined_with_its_basis(app: Flask, world: World) -> None:
    record_id = make_record(world, **OPEN_CLASS)
    desk, path = Desk.of(app, "jingban"), f"/desk/records/{record_id}/classify"
    page = desk.read(path)
    assert "2026年11月11日起可以申请" in page and "2027年8月11日起可以申请" in page
    version = str(_record(record_id).row_version)
    refused = desk.send(path, {"credit_class": "", "basis": "", "record_version": version})
    assert refused.status_code == 422 and 'href="#credit_class"' in refused.text and 'href="#basis"' in refused.text
    desk.send(path, {"credit_class": "general", "basis": "省统计局分类标准第二条", "record_version": version})
    found = _record(record_id)
    assert (found.credit_class, found.stops_on) == ("general", date(2027, 8, 10))
    assert "依据：省统计局分类标准第二条" in desk.read(f"/desk/records/{record_id}")


def test_a_class_determined_meanwhile_is_not_overwritten(app: Flask, world: World) -> None:
    record_id = make_record(world, **OPEN_CLASS)
    version = _record(record_id).row_version
    values = {"record_id": record_id, "record_version": version, "basis": "标准", "now": NOON}
    classify_record(credit_class="general", actor=world.officer, **values)
    with pytest.raises(Conflict):
        classify_record(credit_class="serious", actor=world.officer_two, **values)
    assert _record(record_id).credit_class == "general"


def test_a_clerk_determines_no_class(app: Flask, world: World) -> None:
    record_id = make_record(world, **OPEN_CLASS)
    with pytest.raises(NotPermitted):
        classify_record(
            record_id=record_id, record_version=1, credit_class="minor", basis="标准", actor=world.clerk, now=NOON
        )


def _unknown_write_back(app: Flask, world: World) -> tuple[str, str]:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    answer(number, world.officer, proposal(number))
    answer(number, world.approver, APPROVED)
    ids = list(db.session.scalars(sa.select(WriteBack.id)))
    for row_id in ids:
        with transaction():
            row = write_back.begin(row_id, now=NOON)
            assert row is not None
            write_back.settle(row_id, attempt=row.attempts, state=WriteBackState.UNKNOWN, reason="timeout", now=NOON)
    task_id = db.session.scalars(sa.select(CaseTask.id).where(CaseTask.step == "resolve_write_back")).one()
    return number, f"/desk/cases/{number}/tasks/{task_id}"


def test_a_person_settles_what_the_platform_left_open(app: Flask, world: World) -> None:
    number, path = _unknown_write_back(app, world)
    desk = Desk.of(app, "chuangkou")
    assert "是否执行不明" in desk.read(path)
    assert desk.send(f"{path}/write-back", {"applied": "yes", "note": "查过"}).status_code == 422
    desk.send(f"{path}/write-back", {"applied": "yes", "note": "平台上查到", "receipt_no": "XY-1"})
    found = case(number)
    assert found.is_closed and _record(found.record_id).status == "REPAIRED"
    assert "XY-1" in desk.read(f"/desk/cases/{number}")


def test_what_did_not_happen_is_ordered_again(app: Flask, world: World) -> None:
    number, path = _unknown_write_back(app, world)
    desk = Desk.of(app, "chuangkou")
    desk.send(f"{path}/write-back", {"applied": "no", "note": "平台上没有"})
    assert not case(number).is_closed and "等待发送" in desk.read(f"/desk/cases/{number}")
