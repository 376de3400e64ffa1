"""An enterprise's cases: progress in plain words, corrections item by item, withdrawing, letters and messages."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portals.clients import client_of, open_doors, token_in
from tests.world import ACCEPTED, APPROVED, World, answer, case, file, make_record, make_world, proposal
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db

MISSING = {
    "outcome": "correct",
    "basis_article": "第八条",
    "missing_items": [
        {"name": "罚款缴款书", "requirement": "原件扫描"},
        {"name": "授权委托书", "requirement": "加盖公章"},
    ],
}


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    return client_of(app, "qiye")


def send(client: FlaskClient, path: str, **data: Any) -> Any:
    page = client.get(path).text
    version = page.split('name="case_version" value="')[1].split('"')[0]
    return client.post(path, data={"case_version": version, "csrf_token": token_in(page)} | data)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "正在看材料，决定是否受理"),
        ([ACCEPTED], "正在审查"),
        ([MISSING], "请您补正材料"),
    ],
)
def test_progress_is_told_in_plain_words(
    client: FlaskClient, world: World, steps: list[dict[str, Any]], words: str
) -> None:
    number = file(world, make_record(world))
    for values in steps:
        answer(number, world.officer, values)
    page = client.get(f"/my/cases/{number}").text
    assert words in page
    assert "王丽萍" not in page, "the party sees the office, not the officer"


def test_a_granted_case_shows_where_it_is_taken_down(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    answer(number, world.officer, proposal(number))
    answer(number, world.approver, APPROVED)
    page = client.get(f"/my/cases/{number}").text
    assert "已准予修复" in page
    assert "各处是否已撤下" in page
    assert "准予信用修复" in page


def test_the_ledger_of_a_deadline_is_the_partys_too(app: Flask, client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    deadline = db.session.query(Deadline).filter_by(case_id=case(number).id).first()
    assert deadline is not None
    page = client.get(f"/ledger/{deadline.id}").text
    assert "日期怎么算的" in page
    assert "第 0 天" in page
    fragment = client.get(f"/ledger/{deadline.id}", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert client_of(app, "waibu").get(f"/ledger/{deadline.id}").status_code == 404


def test_a_correction_needs_an_answer_to_each_paper(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, MISSING)
    path = f"/my/cases/{number}/correct"
    half = send(client, path, **{"response-0": "已上传"})
    assert half.status_code == 422
    assert "授权委托书" in half.text
    assert "已上传" in half.text
    whole = send(client, path, **{"response-0": "已上传", "response-1": "本人办理"})
    assert whole.status_code == 302
    assert case(number).stage == "accept"


def test_an_answer_sent_again_after_a_lost_reply_gets_that_reply(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, MISSING)
    path = f"/my/cases/{number}/correct"
    token = token_in(client.get(path).text)
    version = client.get(path).text.split('name="case_version" value="')[1].split('"')[0]
    form = {
        "case_version": version,
        "csrf_token": token,
        "idempotency_key": "k1",
        "response-0": "甲",
        "response-1": "乙",
    }
    first, again = client.post(path, data=form), client.post(path, data=form)
    assert (again.status_code, again.headers["Location"]) == (302, first.headers["Location"])
    changed = client.post(path, data=form | {"idempotency_key": "k2"})
    assert changed.status_code == 409


def test_papers_of_a_correction_are_added_to_the_case(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, MISSING)
    page = client.get(f"/my/cases/{number}/correct").text
    pdf = io.BytesIO(b"%PDF-1.4\n%%EOF")
    data = {"file": (pdf, "缴款书.pdf"), "purpose": "correction", "back": "correct", "csrf_token": token_in(page)}
    back = client.post(f"/my/cases/{number}/files", data=data, follow_redirects=True)
    assert back.text.count("缴款书.pdf") >= 2


def test_withdrawing_says_what_follows_and_ends_the_case(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    path = f"/my/cases/{number}/withdraw"
    assert "不产生任何不良记录" in client.get(path).text
    assert send(client, path, reason="材料还没备齐").status_code == 302
    assert case(number).outcome == "withdrawn"
    assert "您已撤回申请" in client.get(f"/my/cases/{number}").text


def test_a_page_that_went_out_of_date_changes_nothing(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    page = client.get(f"/my/cases/{number}/withdraw").text
    answer(number, world.officer, ACCEPTED)
    version = page.split('name="case_version" value="')[1].split('"')[0]
    late = {"case_version": version, "csrf_token": token_in(page), "reason": ""}
    assert client.post(f"/my/cases/{number}/withdraw", data=late).status_code == 409
    assert case(number).outcome is None


def test_a_case_of_others_does_not_exist(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    stranger = client_of(app, "waibu")
    for path in ("", "/correct", "/withdraw", "/receipt"):
        assert stranger.get(f"/my/cases/{number}{path}").status_code == 404


def test_messages_become_read_only_when_one_says_so(client: FlaskClient, world: World) -> None:
    answer(file(world, make_record(world)), world.officer, ACCEPTED)
    page = client.get("/my/messages").text
    assert "1 条未读" in page
    assert "1 条未读" in client.get("/my/messages").text, "looking changes nothing"
    client.post("/my/messages/read", data={"csrf_token": token_in(page)})
    assert "条未读" not in client.get("/my/messages").text


def test_letters_are_listed_and_wait_for_their_pages(client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    page = client.get("/my/letters").text
    assert number in page
    assert "正在制作" in page
