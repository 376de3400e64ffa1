"""Records at the desk: the list, one record with its history, determining a class, and a write-back nobody knows of."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.world import ACCEPTED, APPROVED, NOON, World, answer, case, file, make_record, make_world, proposal
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.records import write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.record_tasks import RecordTaskKind, open_task, open_tasks_of
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


def shown(record_id: int) -> dict[str, str]:
    return {"task_shown": open_tasks_of(record_id)[0].shown}


def test_a_class_is_proposed_by_one_and_confirmed_by_another(app: Flask, world: World) -> None:
    record_id = make_record(world, **OPEN_CLASS)
    desk, head, path = Desk.of(app, "jingban"), Desk.of(app, "shenpi"), f"/desk/records/{record_id}/classify"
    page = desk.read(path)
    assert "2026年11月11日起可以申请" in page and "2027年8月11日起可以申请" in page
    version = str(_record(record_id).row_version)
    refused = desk.send(path, {"credit_class": "", "basis": "", "record_version": version})
    assert refused.status_code == 422 and 'href="#credit_class"' in refused.text and 'href="#basis"' in refused.text
    desk.send(path, {"credit_class": "general", "basis": "省统计局分类标准第二条", "record_version": version})
    assert _record(record_id).credit_class is None
    assert "要由另一个人确认" in desk.read(path) and 'name="answer"' not in desk.read(path)
    assert "提出了" in head.read("/desk/messages") and f"/desk/records/{record_id}" in head.read("/desk/messages")
    assert "省统计局分类标准第二条" in head.read(path)
    refused = head.send(f"{path}/settle", {"answer": "send_back", "reason": "", "record_version": version})
    assert refused.status_code == 422 and 'href="#reason"' in refused.text
    head.send(f"{path}/settle", {"answer": "confirm", "record_version": version, **shown(record_id)})
    found = _record(record_id)
    assert (found.credit_class, found.stops_on) == ("general", date(2027, 8, 10))
    assert "依据：省统计局分类标准第二条" in desk.read(f"/desk/records/{record_id}")


def test_what_waits_is_in_the_list_and_counted_for_whose_turn_it_is(app: Flask, world: World) -> None:
    record_id = make_record(world, subject_name="到期公司", fully_performed=False, stops_on=date(2026, 11, 1))
    with transaction():
        open_task(_record(record_id), RecordTaskKind.UNPERFORMED, now=NOON)
    desk, head, path = Desk.of(app, "jingban"), Desk.of(app, "shenpi"), f"/desk/records/{record_id}/unperformed"
    assert "满最长公示期未履行" in desk.read("/desk/records?kind=todo")
    assert _counted(desk) == _counted(head) == "1"
    answer = {"outcome": "performed", "performed_on": "2027-01-01", "basis": "核查记录", "record_version": "1"}
    refused = desk.send(path, answer)
    assert refused.status_code == 422 and 'href="#performed_on"' in refused.text and "核查记录" in refused.text
    desk.send(path, answer | {"performed_on": "2026-11-20"})
    assert (_counted(desk), _counted(head)) == ("0", "1")
    head.send(f"{path}/settle", {"answer": "confirm", "record_version": "1", **shown(record_id)})
    found = _record(record_id)
    assert (found.status, found.performed_on) == ("EXPIRED", date(2026, 11, 20))
    desk.read(path, status=404)


def test_the_start_of_a_market_records_periods_is_asked_with_both_days(app: Flask, world: World) -> None:
    days = {"determination_date": date(2025, 11, 10), "publication_date": date(2025, 12, 1)}
    record_id = make_record(world, sector="市场监管", **days)
    record_sweep(NOON)
    desk, head, path = Desk.of(app, "jingban"), Desk.of(app, "shenpi"), f"/desk/records/{record_id}/start_day"
    assert "待核定公示期起算日" in desk.read("/desk/records?kind=todo")
    page = desk.read(path)
    words = re.sub(r"</?time[^>]*>", "", page)
    for told in ("自认定之日 2025年11月10日起算", "2026年11月10日届满", "公示到 2026年12月1日", "待核原文"):
        assert told in words, told
    assert 'name="publication_date"' not in page
    version = str(_record(record_id).row_version)
    refused = desk.send(path, {"start": "", "basis": "总局答复", "record_version": version})
    assert refused.status_code == 422 and 'href="#start"' in refused.text and "总局答复" in refused.text
    desk.send(path, {"start": "determination", "basis": "总局答复", "record_version": version})
    assert "最长公示期已经届满，停止公示" in head.read(path) and "公示期起算日的意见" in head.read("/desk/messages")
    head.send(f"{path}/settle", {"answer": "confirm", "record_version": version, **shown(record_id)})
    assert _record(record_id).status == "EXPIRED"
    desk.read(path, status=404)


def test_an_open_class_is_shown_with_the_latest_day(app: Flask, world: World) -> None:
    record_id = make_record(world, **OPEN_CLASS)
    record_sweep(NOON)
    page = Desk.of(app, "jingban").read(f"/desk/records/{record_id}")
    assert re.search("最迟 <time[^>]*>2029年8月10日", page)


def _counted(desk: Desk) -> str:
    entry = re.search(r'href="/desk/records"[^>]*>.*?</a>', desk.read("/desk"), re.DOTALL)
    assert entry
    return re.findall(r">(\d+)<", entry[0])[0]


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


def test_a_person_settles_what_the_platforms_left_open(app: Flask, world: World) -> None:
    number, path = _unknown_write_back(app, world)
    desk = Desk.of(app, "chuangkou")
    assert "是否执行不明" in desk.read(path)
    seen = {"applied-publication": "yes", "receipt_no-publication": "GS-1", "applied-sharing": "yes",
            "receipt_no-sharing": "GX-7", "note": "平台上查到"}  # fmt: skip
    for wrong in (
        {"receipt_no-sharing": ""}, {"receipt_no-sharing": "GS-1"}, {"receipt_no-sharing": "9" * 61}, {"note": ""},
        {"note": "查\u202e过"}, {"applied-sharing": ""},
    ):  # fmt: skip
        assert desk.send(f"{path}/write-back", seen | wrong).status_code == 422, wrong
    assert desk.send(f"{path}/write-back", {k: v for k, v in seen.items() if "sharing" not in k}).status_code == 422
    assert _record(case(number).record_id).status == "PUBLISHED"
    desk.send(f"{path}/write-back", seen)
    found = case(number)
    assert found.is_closed and _record(found.record_id).status == "REPAIRED"
    page = desk.read(f"/desk/cases/{number}")
    assert "GS-1" in page and "GX-7" in page


def test_what_did_not_happen_is_ordered_again_and_only_that(app: Flask, world: World) -> None:
    number, path = _unknown_write_back(app, world)
    desk = Desk.of(app, "chuangkou")
    seen = {"applied-publication": "yes", "receipt_no-publication": "GS-1", "applied-sharing": "no", "note": "查过"}
    desk.send(f"{path}/write-back", seen)
    assert not case(number).is_closed and "等待发送" in desk.read(f"/desk/cases/{number}")
    states = dict(db.session.execute(sa.select(WriteBack.destination, WriteBack.state)).all())  # type: ignore[arg-type]
    assert states == {"publication": "confirmed", "sharing": "queued"}


def test_what_a_platform_refused_is_not_taken_as_done(app: Flask, world: World) -> None:
    number, path = _unknown_write_back(app, world)
    with transaction():
        refused = sa.update(WriteBack).where(WriteBack.destination == "sharing")
        db.session.execute(refused.values(state="refused", last_error="主体不存在"))
    desk = Desk.of(app, "chuangkou")
    assert "主体不存在" in desk.read(path)
    seen = {"applied-publication": "yes", "receipt_no-publication": "GS-1", "note": "查过"}
    taken = desk.send(f"{path}/write-back", seen | {"applied-sharing": "yes", "receipt_no-sharing": "GX-7"})
    assert taken.status_code == 422 and not case(number).is_closed
    assert desk.send(f"{path}/write-back", seen | {"applied-sharing": "no"}).status_code == 302
