"""Applying: nothing typed is lost, files are checked by content, a second click files nothing twice, too early is told."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portals.clients import client_of, open_doors, token_in
from tests.portals.records import STANDINGS
from tests.world import FILING, World, file, make_record, make_world
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    return client_of(app, "qiye")


def post(client: FlaskClient, path: str, page: str, **data: Any) -> Any:
    return client.post(path, data=data | {"csrf_token": token_in(page)})


def filled(page: str, **changes: Any) -> dict[str, Any]:
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    return FILING | {"idempotency_key": key} | changes


def cases() -> int:
    db.session.rollback()
    return db.session.query(Case).count()


def test_a_filed_application_gets_a_receipt(client: FlaskClient, world: World) -> None:
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    answer = post(client, path, page, **filled(page))
    assert answer.status_code == 302
    receipt = client.get(answer.headers["Location"]).text
    assert "GSXF-2026-000001" in receipt
    assert "2026年12月8日" in receipt, "the day of the answer"


def test_the_same_form_sent_twice_files_once(client: FlaskClient, world: World) -> None:
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    data = filled(page)
    first, second = post(client, path, page, **data), post(client, path, page, **data)
    assert first.headers["Location"] == second.headers["Location"]
    assert cases() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("applicant_phone", "12", "手机号码"),
        ("performed_on", "2026-12-02", "不能晚于今天"),
        ("applicant_name", "", "请填写"),
        ("commitment", "", "请确认信用承诺"),
        ("publish_commitment", "", "请确认同意公开"),
        ("applicant_name", "马\u202e珺玥", "看不见"),
    ],
)
def test_a_mistake_is_named_and_everything_typed_is_kept(
    client: FlaskClient, world: World, field: str, value: str, words: str
) -> None:
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    answer = post(client, path, page, **filled(page, statement="已补设标志。", **{field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#{field}"' in answer.text
    assert "已补设标志。" in answer.text
    assert cases() == 0


def test_too_early_is_told_and_not_blocked(client: FlaskClient, world: World) -> None:
    path = f"/my/records/{make_record(world, **STANDINGS['wait'])}/apply"
    page = client.get(path).text
    assert "还没到可以申请的时间" in page
    assert "2026年11月26日" in page
    assert post(client, path, page, **filled(page)).status_code == 302


def test_what_is_typed_is_kept_and_found_again(client: FlaskClient, world: World) -> None:
    record_id = make_record(world)
    page = client.get(f"/my/records/{record_id}/apply").text
    kept = post(client, f"/my/records/{record_id}/draft", page, statement="写到一半")
    assert kept.status_code == 200
    assert "自动保存" in kept.text
    assert "写到一半" in client.get(f"/my/records/{record_id}/apply").text


def test_files_are_taken_listed_and_removed(client: FlaskClient, world: World) -> None:
    record_id = make_record(world)
    path = f"/my/records/{record_id}"
    page = client.get(f"{path}/apply").text
    data = {"purpose": "performance_proof", "file": (io.BytesIO(PDF), "缴款书.pdf"), "csrf_token": token_in(page)}
    answer = client.post(f"{path}/files", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "缴款书.pdf" in answer.text
    removal = answer.text.split('action="')[1].split('"')[0]
    gone = client.post(removal, data={"csrf_token": token_in(page)}, headers={"HX-Request": "true"})
    assert "缴款书.pdf" not in gone.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("缴款书.pdf", b"<html></html>", "打不开这种格式"),
        ("空.pdf", b"", "空的"),
        ("照片.heic", b"x" * 40, "打不开这种格式"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(
    client: FlaskClient, world: World, name: str, content: bytes, words: str
) -> None:
    path = f"/my/records/{make_record(world)}"
    page = client.get(f"{path}/apply").text
    data = {"purpose": "other", "file": (io.BytesIO(content), name), "csrf_token": token_in(page)}
    answer = client.post(f"{path}/files", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert words in answer.text
    assert name in answer.text


def test_without_script_a_file_leads_back_to_the_form(client: FlaskClient, world: World) -> None:
    path = f"/my/records/{make_record(world)}"
    page = client.get(f"{path}/apply").text
    data = {"purpose": "other", "file": (io.BytesIO(b""), "空.pdf"), "csrf_token": token_in(page)}
    answer = client.post(f"{path}/files", data=data, follow_redirects=True)
    assert "“空.pdf”没有上传" in answer.text


def test_a_form_without_its_token_is_refused(client: FlaskClient, world: World) -> None:
    assert client.post(f"/my/records/{make_record(world)}/apply", data=FILING).status_code == 400
    assert cases() == 0


def query_code_on(page: str) -> str:
    found = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", page.split('id="h-code"')[1])
    return found[0] if found else ""


def asked(app: Flask, number: str, code: str) -> int:
    return int(app.test_client().post("/progress", data={"number": number, "code": code}).status_code)


def test_the_receipt_shows_the_query_code_once(app: Flask, client: FlaskClient, world: World) -> None:
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    address = post(client, path, page, **filled(page)).headers["Location"]
    receipt = client.get(address)
    code, number = query_code_on(receipt.text), "GSXF-2026-000001"
    assert code
    assert receipt.headers["Cache-Control"] == "no-store"
    assert asked(app, number, code) == 200
    again = client.get(address).text
    assert code not in again
    assert not query_code_on(again)
    assert "换一个查询码" in again


def test_a_lost_code_is_replaced_by_a_new_one(app: Flask, client: FlaskClient, world: World) -> None:
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    address = post(client, path, page, **filled(page)).headers["Location"]
    old, number = query_code_on(client.get(address).text), "GSXF-2026-000001"
    page = client.get(address).text
    answer = post(client, f"/my/cases/{number}/query-code", page)
    assert answer.status_code == 302
    new = query_code_on(client.get(answer.headers["Location"]).text)
    assert new not in ("", old)
    assert (asked(app, number, old), asked(app, number, new)) == (422, 200)


def test_the_same_form_sent_twice_shows_the_code_that_is_in_force(
    app: Flask, client: FlaskClient, world: World
) -> None:
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    data = filled(page)
    post(client, path, page, **data)
    address = post(client, path, page, **data).headers["Location"]
    assert asked(app, "GSXF-2026-000001", query_code_on(client.get(address).text)) == 200


def test_a_code_is_shown_on_its_own_receipt_only(client: FlaskClient, world: World) -> None:
    before = file(world, make_record(world))
    path = f"/my/records/{make_record(world)}/apply"
    page = client.get(path).text
    post(client, path, page, **filled(page))
    assert not query_code_on(client.get(f"/my/cases/{before}/receipt").text)


def test_nobody_else_gets_a_code(app: Flask, client: FlaskClient, world: World) -> None:
    number = file(world, make_record(world))
    for login, status in (("waibu", 404), ("jingban", 403)):
        other = client_of(app, login)
        token = token_in(other.get("/password").text)
        assert other.post(f"/my/cases/{number}/query-code", data={"csrf_token": token}).status_code == status
