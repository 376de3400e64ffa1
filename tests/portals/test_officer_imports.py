"""Importing in the browser: upload, wait, read what was found, publish, download."""

import os
import shutil
import time
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests import world as w
from tests.foundation.workbooks import BROKEN, LOCKED, packed
from tests.portals.clients import open_doors, token_in
from tests.portals.desk import Desk
from workflow_app.foundation.database import db, transaction
from workflow_app.people.department_import import import_departments
from workflow_app.records.import_batches import BatchState, ImportBatch
from workflow_app.records.import_job import forget_uploads
from workflow_app.records.importing import import_storage

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def desk(app: Flask) -> Desk:
    w.make_world()
    open_doors()
    import_departments(DATA / "departments.csv")
    shutil.rmtree(import_storage().root, ignore_errors=True)
    return Desk.of(app, "chuangkou")


def send_file(desk: Desk, name: str, content: bytes) -> str:
    token = token_in(desk.client.get("/desk/imports").text)
    sent = {"csrf_token": token, "file": (BytesIO(content), name)}
    answer = desk.client.post("/desk/imports", data=sent, content_type="multipart/form-data")
    return answer.headers["Location"] if answer.status_code == 302 else answer.text


def test_a_file_is_judged_looked_at_and_published(app: Flask, desk: Desk) -> None:
    page = send_file(desk, "penalties.xlsx", (DATA / "penalties.xlsx").read_bytes())
    assert "正在" in desk.read(page) or "等待" in desk.read(page)
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    db.session.expire_all()
    text = desk.read(page)
    assert "发布接收的 282 行" in text
    assert "校验位不对" in text
    report = load_workbook(BytesIO(desk.client.get(f"{page}/report.xlsx").data))
    assert report.active is not None
    assert report.active.max_row > 40
    desk.send(f"{page}/publish", page=page)
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    db.session.expire_all()
    assert "已发布" in desk.read(page)
    batch = db.session.get_one(ImportBatch, int(page.rsplit("/", 1)[1]))
    assert batch.created == 282


@pytest.mark.parametrize(("name", "content"), [("x.xlsx", b"\x89PNG\r\n\x1a\n0000"), ("x.csv", b"a,b\n1,2\n")])
def test_a_file_that_is_no_table_is_refused_in_words(app: Flask, desk: Desk, name: str, content: bytes) -> None:
    page = send_file(desk, name, content)
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    text = desk.read(page) if page.startswith("/desk") else page
    assert any(words in text for words in ("不是表格文件", "没有找到表头", "打不开"))


def test_another_department_does_not_see_the_file(app: Flask, desk: Desk) -> None:
    page = send_file(desk, "penalties.xlsx", (DATA / "penalties.xlsx").read_bytes())
    Desk.of(app, "jingban").read(page, status=404)


def kept() -> list[str]:
    """The uploads that lie there."""
    return import_storage().digests(older_than_seconds=-10)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0" + "张三 620102199001011234".encode(), "旧的 .xls"),
        ("a.csv", b"\xff\xff\xff 620102199001011234", "编码"),
        ("a.xlsx", LOCKED, "加了密码"),
        ("a.xlsx", BROKEN["another compression"], "打不开"),
        ("a.xlsx", packed(styles="<a/>" * (21 * 1024 * 1024 // 4)), "太大"),
    ],
    ids=["xls", "encoding", "locked", "compression", "bomb"],
)
def test_a_refused_upload_is_answered_at_once_and_not_kept(
    desk: Desk, name: str, content: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow_app.records.import_files.workbook_rows", None)
    token = token_in(desk.client.get("/desk/imports").text)
    sent = {"csrf_token": token, "file": (BytesIO(content), name)}
    answer = desk.client.post("/desk/imports", data=sent, content_type="multipart/form-data")
    assert (answer.status_code, said in answer.text) == (422, True)
    assert (kept(), db.session.query(ImportBatch).count()) == ([], 0)


def test_an_upload_lies_there_until_it_is_judged(app: Flask, desk: Desk) -> None:
    content = (DATA / "penalties.xlsx").read_bytes()
    send_file(desk, "penalties.xlsx", content)
    assert len(kept()) == 1
    app.extensions["jobs"].drain(app)
    assert kept() == []
    send_file(desk, "again.xlsx", content)
    assert (kept(), db.session.query(ImportBatch).count()) == ([], 1), "judged already"


def test_uploads_that_nobody_waits_for_are_swept(app: Flask, desk: Desk) -> None:
    send_file(desk, "waiting.csv", b"a,b\n")
    for content in (b"left by a killed process", b"just put there"):
        import_storage().put(content)
    long_ago = time.time() - 7200
    for path in import_storage().root.glob("*/*"):
        if path.read_bytes() != b"just put there":
            os.utime(path, (long_ago, long_ago))
    assert forget_uploads(w.NOON) == 1
    assert sorted(import_storage().get(digest) for digest in kept()) == [b"a,b\n", b"just put there"]


@pytest.mark.parametrize("act", ["publish", "discard"])
def test_a_file_that_is_not_there_or_not_theirs_is_not_found(app: Flask, desk: Desk, act: str) -> None:
    page = send_file(desk, "penalties.xlsx", (DATA / "penalties.xlsx").read_bytes())
    number = page.rsplit("/", 1)[1]
    officer = Desk.of(app, "jingban")
    for batch_id in ("99999", number):
        assert officer.send(f"/desk/imports/{batch_id}/{act}", page="/desk/imports").status_code == 404
    assert desk.send(f"/desk/imports/99999/{act}", page="/desk/imports").status_code == 404
    db.session.rollback()
    assert db.session.get_one(ImportBatch, int(number)).state == BatchState.STAGING


def stand(page: str, **values: object) -> None:
    """Put a file into a state."""
    with transaction():
        batch = db.session.get_one(ImportBatch, int(page.rsplit("/", 1)[1]))
        for name, value in values.items():
            setattr(batch, name, value)


def test_a_file_may_be_given_up_until_somebody_sees_its_records(app: Flask, desk: Desk) -> None:
    page = send_file(desk, "penalties.xlsx", (DATA / "penalties.xlsx").read_bytes())
    stand(page, state=BatchState.PUBLISHING, published_to=40)
    assert "放弃后一行也不发布" in desk.read(page)
    stand(page, visible_at=w.NOON)
    assert f"{page}/discard" not in desk.read(page)
    assert desk.send(f"{page}/discard", page="/desk/imports").status_code == 422
    stand(page, visible_at=None)
    assert desk.send(f"{page}/discard", page=page).status_code == 302
    assert f"import:{page.rsplit('/', 1)[1]}:remove" in app.extensions["jobs"].keys("sweeps")


def test_a_department_is_told_one_figure_of_new_and_known(app: Flask, desk: Desk) -> None:
    counts = {"state": BatchState.DONE, "created": 7, "unchanged": 5, "visible_at": w.NOON}
    officer = Desk.of(app, "jingban")
    theirs = send_file(officer, "a.csv", b"a,b\n")
    stand(theirs, **counts)
    assert "<dt>新增或者原有</dt><dd>12</dd>" in officer.read(theirs)
    assert "新增记录" not in officer.read(theirs)
    ours = send_file(desk, "b.csv", b"a,b\nc\n")
    stand(ours, **counts)
    assert "<dt>新增记录</dt><dd>7</dd><dt>原有未变</dt><dd>5</dd>" in desk.read(ours)


def test_a_file_that_failed_says_why_and_not_that_all_is_well(desk: Desk) -> None:
    page = send_file(desk, "a.csv", b"a,b\n")
    stand(page, state=BatchState.FAILED, error="第 3 行不能成为记录")
    text = desk.read(page)
    assert "第 3 行不能成为记录" in text
    assert "每一行都可以接收" not in text
