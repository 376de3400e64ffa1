"""Registering and being checked, page by page: what the newcomer sees, what the clerk sees, and nobody else."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests import world as w
from tests.portals.clients import Browser, open_doors, token_in
from tests.portals.desk import Desk
from workflow_app.audit.event import AuditEvent
from workflow_app.foundation.database import db

PASSWORD = "山高月小 水落石出"
PERSON = {"name": "李四", "phone": "13900000009", "password": PASSWORD}
CLAIM = {"code": w.SUBJECT, "name": "甘肃泓屹垚建筑工程有限公司", "legal_representative": "马珺玥", "capacity": "agent"}
CLAIM |= {"ends_on": "2026-12-31"}


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    return made


def picture(colour: str = "white") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(content, "PNG")
    return content.getvalue()


class Newcomer:
    """Somebody who registers and signs in."""

    def __init__(self, app: Flask) -> None:
        app.test_client_class = Browser
        self.client: FlaskClient = app.test_client()

    def send(self, path: str, values: dict[str, Any], page: str = "/identity") -> Any:
        return self.client.post(path, data={"csrf_token": token_in(self.client.get(page).text)} | values)

    def register(self) -> str:
        page = self.send("/identity/register", PERSON, "/identity/register").text
        login = re.search(r"\bq\d{8}\b", page)
        assert login
        answer = self.send("/login", {"login": login[0], "password": PASSWORD}, "/login")
        assert answer.headers["Location"] == "/identity"
        return login[0]

    def paper(self, purpose: str, name: str = "扫描.png", content: bytes | None = None) -> Any:
        file = (io.BytesIO(picture() if content is None else content), name)
        return self.send("/identity/enrolment/papers", {"purpose": purpose, "file": file})

    def enrol(self) -> None:
        assert self.send("/identity/enrolment", CLAIM).status_code == 302
        for purpose in ("licence", "authority", "identity"):
            assert self.paper(purpose).status_code == 302
        assert self.send("/identity/enrolment/submit", {}).status_code == 302


def test_from_registration_to_the_first_record(app: Flask, world: w.World) -> None:
    newcomer, record = Newcomer(app), w.make_record(world)
    newcomer.register()
    newcomer.enrol()
    page = newcomer.client.get("/identity").text
    assert "等待窗口审核" in page and "还没有得到授权" in newcomer.client.get(f"/my/records/{record}").text
    desk = Desk.of(app, "chuangkou")
    found = re.search(r"/desk/enrolments/(\d+)", desk.read("/desk/enrolments"))
    assert found
    checked = desk.read(found[0])
    images = re.findall(r'src="(/desk/enrolments/\d+/papers/\d+/pages/1\.png)"', checked)
    assert len(images) == 3 and desk.client.get(images[0]).mimetype == "image/png"
    assert (
        desk.client.get(images[0].replace("pages/1.png", "original"))
        .headers["Content-Disposition"]
        .startswith("attachment")
    )
    looks = list(db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.object_type == "authority_paper")))
    assert looks == ["authority_paper.looked_at", "authority_paper.taken"], (
        "whoever looks at an identity paper is on record"
    )
    version = re.search(r'name="version" value="(\d+)"', checked)
    assert version
    form = {"verdict": "approve", "version": version[1], "ends_on": "2026-12-31"}
    assert desk.send(found[0], form, page=found[0]).status_code == 302
    assert desk.send(found[0], form, page=found[0]).status_code == 409
    assert "已通过" in newcomer.client.get("/identity").text
    assert newcomer.client.get(f"/my/records/{record}").status_code == 200
    assert "李四" in desk.read(f"/desk/subjects/{world.organisation_id}")


def test_until_then_only_ones_own_application(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    newcomer = Newcomer(app)
    newcomer.register()
    for path in (
        "/my/records",
        "/my/cases",
        f"/my/cases/{number}",
        "/my/letters",
        "/my/messages",
        "/my/filing",
        "/my/agents",
    ):
        assert newcomer.client.get(path).status_code == 403, path
    assert newcomer.client.get("/ledger/1").status_code == 404
    newcomer.enrol()
    other = Newcomer(app)
    other.register()
    assert "甘肃泓屹垚" not in other.client.get("/identity").text


def test_asked_again_the_newcomer_reads_why(app: Flask, world: w.World) -> None:
    newcomer = Newcomer(app)
    newcomer.register()
    newcomer.enrol()
    desk = Desk.of(app, "chuangkou")
    path = "/desk/enrolments/1"
    version = {"version": re.search(r'name="version" value="(\d+)"', desk.read(path))[1]}  # type: ignore[index]
    empty = desk.send(path, version | {"verdict": "ask"}, page=path)
    assert empty.status_code == 422 and 'href="#note"' in empty.text
    assert desk.send(path, version | {"verdict": "ask", "note": "委托书没有盖章"}, page=path).status_code == 302
    page = newcomer.client.get("/identity").text
    assert "委托书没有盖章" in page and "请补充后再提交" in page
    assert "最近处理的" in desk.read("/desk/enrolments") and "请补充" in desk.read("/desk/enrolments?tab=done")


def test_mistakes_are_named(app: Flask, world: w.World) -> None:
    newcomer = Newcomer(app)
    answer = newcomer.send("/identity/register", PERSON | {"password": "短"}, "/identity/register")
    assert answer.status_code == 422 and 'href="#password"' in answer.text and 'value="李四"' in answer.text
    assert "短" not in answer.text.replace("短信", ""), "a password never comes back"
    newcomer.register()
    answer = newcomer.send("/identity/enrolment", CLAIM | {"code": "91620102MAX741788A", "ends_on": ""})
    assert answer.status_code == 422 and 'href="#code"' in answer.text and "校验位不对" in answer.text
    assert 'href="#ends_on"' in answer.text and "马珺玥" in answer.text
    newcomer.send("/identity/enrolment", CLAIM)
    refused = newcomer.paper("licence", "执照.pdf", b"<html>")
    assert refused.status_code == 422 and "“执照.pdf”没有上传" in refused.text
    assert "还缺：营业执照、授权委托书、身份证明" in newcomer.send("/identity/enrolment/submit", {}).text
    assert newcomer.paper("licence", "", b"").status_code == 422


def test_a_draft_is_nobody_elses_business(app: Flask, world: w.World) -> None:
    newcomer = Newcomer(app)
    newcomer.register()
    newcomer.send("/identity/enrolment", CLAIM)
    newcomer.paper("licence")
    desk = Desk.of(app, "chuangkou")
    assert "没有等待审核的申请" in desk.read("/desk/enrolments")
    desk.read("/desk/enrolments/1", status=404)
    desk.read("/desk/enrolments/1/papers/1/pages/1.png", status=404)


def test_registering_tells_nothing_about_who_is_here(app: Flask, world: w.World) -> None:
    pages = []
    for _ in range(2):
        newcomer = Newcomer(app)
        page = newcomer.send("/identity/register", PERSON, "/identity/register")
        assert page.status_code == 200
        pages.append(re.sub(r"q\d{8}|/static/\w+|[\w-]{40,}", "", page.text))
    assert pages[0] == pages[1]
