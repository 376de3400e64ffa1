"""Applying for several records on one page: chosen, told what is known beforehand, filed, told what became of each."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import papers
from tests.portals.clients import client_of, open_doors, token_in
from tests.portals.records import make_records
from tests.world import World, file, make_record, make_world
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db

PDF = papers.pdf()


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    return client_of(app, "qiye")


def address(*records: int) -> str:
    return "/my/filing?" + "&".join(f"record={r}" for r in records)


def typed(page: str, *records: int, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the page: the shared fields and those of every record."""
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    values: dict[str, Any] = {"csrf_token": token_in(page), "idempotency_key": key, "record": list(records)}
    values |= {"applicant_name": "马珺玥", "applicant_phone": "13900000001", "signer_name": "马珺玥"}
    for r in records:
        values |= {f"performed_on-{r}": "2026-09-02", f"statement-{r}": f"第{r}条已整改", f"commitment-{r}": "1"}
        values |= {f"publish_commitment-{r}": "1"}
    return values | changes


def send(client: FlaskClient, *records: int, **changes: Any) -> TestResponse:
    page = client.get(address(*records)).text
    return client.post("/my/filing", data=typed(page, *records, **changes))


def cases() -> int:
    db.session.rollback()
    return db.session.query(Case).count()


def test_what_can_be_chosen_and_what_cannot_and_why(client: FlaskClient, world: World) -> None:
    found = make_records(world)
    page = client.get("/my/filing").text
    for standing, record in found.items():
        offered = f'id="record-{record}" name="record"' in page
        assert offered == (standing in ("can", "wait", "cannot", "classify")), standing
    assert "已有在办的申请" in page and "GSXF-2026-000001" in page
    assert client.get(address(found["can"])).headers["Location"].endswith(f"/my/records/{found['can']}/apply")


def test_two_records_in_one_filing(client: FlaskClient, world: World) -> None:
    first, second = make_record(world), make_record(world)
    answer = send(client, first, second)
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).text
    assert "GSXF-2026-000001" in page and "GSXF-2026-000002" in page and "2026年12月8日" in page
    assert send(client, first, second).status_code == 302
    assert cases() == 2


def test_one_that_fails_is_told_with_its_reason(client: FlaskClient, world: World) -> None:
    first, second = make_record(world), make_record(world)
    form = client.get(address(first, second)).text
    number = file(world, first)
    answer = client.post("/my/filing", data=typed(form, first, second))
    page = client.get(answer.headers["Location"]).text
    assert f"已有在办的申请 {number}" in page and "1 条已收到，1 条没有提交成功" in page and "再提交这 1 条" in page
    again = client.post(answer.headers["Location"] + "/again", data={"csrf_token": token_in(page)})
    assert again.status_code == 302 and cases() == 2


def test_a_mistake_names_its_record_and_nothing_is_lost(client: FlaskClient, world: World) -> None:
    first, second = make_record(world), make_record(world)
    answer = send(client, first, second, **{f"commitment-{second}": "", f"performed_on-{first}": "2026-12-02"})
    assert answer.status_code == 422 and cases() == 0
    assert f'href="#commitment-{second}"' in answer.text and f'href="#performed_on-{first}"' in answer.text
    assert "第 2 条：请确认信用承诺" in answer.text and "第 1 条：不能晚于今天" in answer.text
    assert f"第{first}条已整改" in answer.text and f"第{second}条已整改" in answer.text


def test_what_is_typed_is_kept_for_each_record(client: FlaskClient, world: World) -> None:
    first, second = make_record(world), make_record(world)
    form = typed(client.get(address(first, second)).text, first, second)
    assert "自动保存" in client.post("/my/filing/draft", data=form).text
    assert f"第{second}条已整改" in client.get(f"/my/records/{second}/apply").text


@pytest.mark.parametrize(("wanted", "copies"), [("all", 2), ("second", 1)])
def test_a_file_for_all_or_for_one(client: FlaskClient, world: World, wanted: str, copies: int) -> None:
    first, second = make_record(world), make_record(world)
    token = token_in(client.get(address(first, second)).text)
    data = {"record": [first, second], "for": second if wanted == "second" else "all", "purpose": "authority"}
    sent = data | {"file": (io.BytesIO(PDF), "委托书.pdf"), "csrf_token": token}
    answer = client.post("/my/filing/files", data=sent, headers={"HX-Request": "true"})
    assert answer.text.count("<span>委托书.pdf<small>") == copies
    removal = answer.text.split('action="')[1].split('"')[0]
    left = client.post(removal, data=data | {"csrf_token": token}, headers={"HX-Request": "true"}).text
    assert left.count("<span>委托书.pdf<small>") == copies - 1


def test_a_record_that_is_not_there_is_not_there(client: FlaskClient, world: World) -> None:
    record = make_record(world)
    for chosen, status in (("999999", 404), ("x", 302), ("-1", 404), ("2147483647", 404), ("99999999999", 404)):
        assert client.get(f"/my/filing?record={record}&record={chosen}").status_code == status, chosen


def test_hostile_keys_and_empty_choices_are_refused_in_words(client: FlaskClient, world: World) -> None:
    first, second = make_record(world), make_record(world)
    assert send(client, first, second, idempotency_key="x" * 500).status_code == 422
    nothing = client.post("/my/filing", data={"csrf_token": token_in(client.get("/my/filing").text)})
    assert nothing.status_code == 422
    path = f"/my/records/{first}/apply"
    single = client.post(path, data={"csrf_token": token_in(client.get(path).text), "idempotency_key": "x" * 500})
    assert single.status_code == 422


def test_more_records_than_one_filing_may_name_are_not_even_looked_up(client: FlaskClient, world: World) -> None:
    for path in (address(*range(1, 5000)), address(*range(1, 22))):
        answer = client.get(path)
        assert answer.status_code == 422 and "一次最多申请 20 条" in answer.text
