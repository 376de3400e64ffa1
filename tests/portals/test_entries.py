"""Entries in lists on the pages: what they say, which comes first, and taking one out of its list ex officio."""

import io
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.entries import NAME, make_entry
from tests.portals.clients import client_of, open_doors
from tests.portals.desk import Desk
from tests.records.files import DATA
from tests.world import World, make_record, make_world
from workflow_app.foundation.database import db
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import ImportBatch
from workflow_app.records.record_tasks import open_tasks_of


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def test_the_enterprise_sees_which_entry_comes_first_and_finds_it(app: Flask, world: World) -> None:
    penalty = make_record(world)
    entry = make_entry(world, cause=penalty)
    client = client_of(app, "qiye")
    for page in (client.get(f"/my/records/{penalty}").text, client.get("/my/records").text):
        assert "先移出名单，再修复这条处罚" in page and f'href="/my/records/{entry}"' in page
    page = client.get(f"/my/records/{entry}").text
    for words in ("申请提前移出", NAME, "列入日", "符合该名单自己的移出条件", f'href="/my/records/{penalty}"'):
        assert words in page, words
    assert client.get(f"/my/records/{entry}/apply").status_code == 200


def test_an_entry_that_has_been_left_says_when_and_why(app: Flask, world: World) -> None:
    entry = make_entry(
        world, status="DELISTED", published=False, left_on=date(2026, 10, 9), left_reason="符合提前移出条件"
    )
    page = client_of(app, "qiye").get(f"/my/records/{entry}").text
    assert "已移出名单" in page and "2026年10月9日" in page and "符合提前移出条件" in page
    assert "申请提前移出" not in page


def test_the_desk_takes_an_entry_out_by_two_persons(app: Flask, world: World) -> None:
    penalty = make_record(world)
    entry = make_entry(world, cause=penalty)
    officer, chief, path = Desk.of(app, "jingban"), Desk.of(app, "shenpi"), f"/desk/records/{entry}/delist"
    assert "依职权移出名单" in officer.read(f"/desk/records/{entry}")
    assert f'href="/desk/records/{entry}"' in officer.read(f"/desk/records/{penalty}")
    version = db.session.get_one(CreditRecord, entry).row_version
    wrong = officer.send(path, {"record_version": version, "reason": "", "basis": "第九条"}, page=path)
    assert wrong.status_code == 422 and 'value="第九条"' in wrong.text
    sent = officer.send(path, {"record_version": version, "reason": "处罚撤销", "basis": "第九条"}, page=path)
    assert sent.status_code == 302 and "等待确认" in officer.read(f"/desk/records/{entry}")
    version = db.session.get_one(CreditRecord, entry, populate_existing=True).row_version
    unseen = {"record_version": version, "answer": "confirm"}
    assert chief.send(f"{path}/settle", unseen, page=path).status_code == 409, "which proposal was read has to be said"
    seen = unseen | {"task_shown": open_tasks_of(entry)[0].shown}
    assert chief.send(f"{path}/settle", seen, page=path).status_code == 302
    page = chief.read(f"/desk/records/{entry}")
    assert "已移出名单" in page and "处罚撤销" in page
    assert "因这条处罚的列入已经移出" in chief.read(f"/desk/records/{penalty}")


def test_only_a_standing_entry_has_the_page(app: Flask, world: World) -> None:
    desk = Desk.of(app, "jingban")
    desk.read(f"/desk/records/{make_record(world)}/delist", status=404)
    desk.read(f"/desk/records/{make_entry(world)}/classify", status=404)


def test_the_list_of_records_knows_entries(app: Flask, world: World) -> None:
    make_record(world, subject_name="甲公司")
    make_entry(world, subject_name="乙公司")
    page = Desk.of(app, "jingban").read("/desk/records?kind=lists")
    assert "乙公司" in page and "甲公司" not in page and "共 1 条" in page


def test_a_list_file_comes_in_by_the_browser(app: Flask, world: World) -> None:
    desk = Desk.of(app, "chuangkou")
    content = (DATA / "lists.csv").read_bytes()
    sent = desk.send(
        "/desk/imports", {"kind": "lists", "file": (io.BytesIO(content), "lists.csv")}, page="/desk/imports"
    )
    assert sent.status_code == 302
    batch = db.session.scalars(sa.select(ImportBatch)).one()
    assert (batch.kind, batch.file_name) == ("lists", "lists.csv")
    assert "名单和异常名录" in desk.read("/desk/imports")
    wrong = desk.send("/desk/imports", {"kind": "x", "file": (io.BytesIO(content), "a.csv")}, page="/desk/imports")
    assert wrong.status_code == 422 and "文件里是什么" in wrong.text
