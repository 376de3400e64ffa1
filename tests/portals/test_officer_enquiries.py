"""Asking another body and answering it, through the pages: each side sees its own and keeps what was typed."""

import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from tests import world as w
from tests.portals.clients import open_doors, token_in
from tests.portals.desk import Desk
from tests.processes.roads import to_review
from tests.processes.test_repair_enquiry import ASKED, somebody
from workflow_app.cases.access import CaseAccess
from workflow_app.cases.enquiries import Enquiry
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Role


@pytest.fixture
def number(app: Flask) -> str:
    world = w.make_world()
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    somebody(Role.PROVIDER)
    open_doors()
    return number


def asked(number: str, **changes: str) -> dict[str, str]:
    given = {
        "case_version": str(w.case(number).row_version),
        "department_code": ASKED,
        "question": "该工地是否已设置警示标志？",
        "reply_how": "在本系统填写",
        "basis_article": "第十二条",
    }
    return given | changes


def provider_desk(app: Flask) -> Desk:
    place = db.session.scalars(sa.select(Enquiry)).unique().one().department_id
    return Desk.of(app, f"{Role.PROVIDER}-{place}")


def test_asked_answered_and_read(app: Flask, number: str) -> None:
    officer, path = Desk.of(app, "jingban"), f"/desk/cases/{number}/enquiry"
    assert "发函协查" in officer.read(f"/desk/cases/{number}")
    assert "2026年12月1日" in officer.read(path)
    assert officer.send(path, asked(number), page=path).status_code == 302
    assert "等待协查回函" in officer.read(f"/desk/cases/{number}")
    provider = provider_desk(app)
    assert provider.client.get("/desk/").location == "/desk/enquiries"
    listed = re.search(r"/desk/enquiries/\d+", provider.read("/desk/enquiries"))
    assert listed
    page = provider.read(listed[0])
    assert "该工地是否已设置警示标志" in page
    assert number not in page
    assert f"/desk/cases/{number}" not in provider.read("/desk/messages")
    provider.read(f"/desk/cases/{number}", status=404)
    picture = BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    content = picture.getvalue()
    picture.seek(0)
    sent = provider.client.post(
        f"{listed[0]}/files", data={"csrf_token": token_in(page), "file": (picture, "回函.png")}
    )
    assert sent.status_code == 302
    enquiry = db.session.scalars(sa.select(Enquiry)).unique().one()
    early = f"/desk/cases/{number}/enquiries/{enquiry.id}/papers/{enquiry.returned[0].id}/original"
    officer.read(early, status=404)
    half = {"answer": "写了一半", "case_version": str(w.case(number).row_version)}
    refused = provider.send(listed[0], half, page=listed[0])
    assert (refused.status_code, "写了一半" in refused.text, "请选择" in refused.text) == (422, True, True)
    answer = {"finding": "partly", "answer": "部分设置。", "case_version": str(w.case(number).row_version)}
    assert provider.send(listed[0], answer, page=listed[0]).status_code == 302
    assert "我们的回函" in provider.read(listed[0])
    case = officer.read(f"/desk/cases/{number}")
    assert "部分设置。" in case
    paper = re.search(rf"/desk/cases/{number}/enquiries/\d+/papers/\d+/original", case)
    assert paper
    assert officer.client.get(paper[0]).data == content
    officer.client.get(paper[0].replace("original", "pages/1.png"))
    looks = list(db.session.scalars(sa.select(CaseAccess.what).where(CaseAccess.object_id.is_not(None))))
    assert looks.count("evidence") == 1 and looks.count("original") == 1


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"department_code": w.HOUSING}, 422, "不能向本单位发函"),
        ({"question": ""}, 422, "请填写这一项"),
        ({"papers": "7"}, 422, "没有这份材料"),
        ({"papers": "x"}, 302, ""),
        ({"case_version": "0"}, 409, "新的进展"),
    ],
)
def test_a_question_with_a_fault_comes_back_as_it_was(
    app: Flask, number: str, changes: dict[str, str], status: int, said: str
) -> None:
    officer, path = Desk.of(app, "jingban"), f"/desk/cases/{number}/enquiry"
    answer = officer.send(path, asked(number, **changes), page=path)
    assert (answer.status_code, said in answer.text) == (status, True)
    if status != 302 and changes.get("question") != "":
        assert "该工地是否已设置警示标志" in answer.text


def test_taken_back_and_answered_too_late(app: Flask, number: str) -> None:
    officer, path = Desk.of(app, "jingban"), f"/desk/cases/{number}/enquiry"
    officer.send(path, asked(number), page=path)
    again = officer.send(path, asked(number), page=path)
    assert (again.status_code, "已有一份协查在等回函" in again.text) == (422, True)
    provider = provider_desk(app)
    page = f"/desk/enquiries/{db.session.scalars(sa.select(Enquiry)).unique().one().id}"
    form, back = provider.read(page), f"{path}/withdraw"
    missing = officer.send(back, {"case_version": str(w.case(number).row_version)}, page=back)
    assert missing.status_code == 422
    values = {"reason": "企业已补充", "case_version": str(w.case(number).row_version)}
    assert officer.send(back, values, page=back).status_code == 302
    late = provider.client.post(
        page, data={"csrf_token": token_in(form), "finding": "denied", "answer": "x"}, follow_redirects=True
    )
    assert "&lt;time" not in late.text, "no mark-up in words"
    assert "企业已补充" in late.text and "该工地是否已设置警示标志" in late.text
    assert "甘肃泓屹垚" not in late.text and "核查对象" not in late.text, "what was sent by mistake is known no longer"
    provider.read(f"{page}/letter", status=404)
    assert "甘肃泓屹垚" not in provider.read("/desk/enquiries")
    assert "没有在等回函的协查" in officer.read(back)
