"""Importing in the browser: upload, wait, read what was found, publish, download."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests import world as w
from tests.portals.clients import open_doors, token_in
from tests.portals.desk import Desk
from workflow_app.foundation.database import db
from workflow_app.people.department_import import import_departments
from workflow_app.records.import_batches import ImportBatch

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def desk(app: Flask) -> Desk:
    w.make_world()
    open_doors()
    import_departments(DATA / "departments.csv")
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
