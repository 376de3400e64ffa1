"""May I apply? Both keys must match; foreign, hidden and missing are one answer after one query; nothing of a person."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import world as w
from tests.portals.public import plain, ratio_of_times, reader, statements
from tests.portals.records import LONG_NAME, STANDINGS
from workflow_app.foundation.database import db, transaction
from workflow_app.law.citations import Citation, Confidence
from workflow_app.people import look_ups
from workflow_app.people.look_ups import LookUp
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.repair_bar import bar

OTHER = "91620402MAY018786N"
MINOR = {
    "credit_class": "minor",
    "publication_found_necessary": True,
    "penalties": [{"kind": "public_criticism"}],
    "determination_date": date(2026, 10, 10),
}
NOWHERE = "兰建罚决字〔2026〕99999号"


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def client(app: Flask, world: w.World) -> FlaskClient:
    return reader(app)


def number_of(record_id: int) -> str:
    found = db.session.get_one(CreditRecord, record_id).document_number
    db.session.rollback()
    return found


def ask(client: FlaskClient, document: str, code: str = w.SUBJECT) -> TestResponse:
    return client.get("/check", query_string={"document": document, "code": code})


def record(world: w.World, **more: Any) -> str:
    return number_of(w.make_record(world, **more))


@pytest.fixture
def hidden(world: w.World) -> dict[str, tuple[str, str]]:
    """Everything that must look like nothing at all: number and code as somebody asks for them."""
    mine = record(world)
    theirs = record(world, subject_code=OTHER, subject_name="白银某某有限公司")
    person = record(world, subject_type="natural_person", subject_name="张三")
    return {
        "neither exists": (NOWHERE, OTHER),
        "no such number": (NOWHERE, w.SUBJECT),
        "another's number": (theirs, w.SUBJECT),
        "another's code": (mine, OTHER),
        "never published": (record(world, **STANDINGS["not_needed"]), w.SUBJECT),
        "repaired": (record(world, **STANDINGS["repaired"]), w.SUBJECT),
        "off the page": (record(world, status="EXPIRED", published=False), w.SUBJECT),
        "a person": (person, w.SUBJECT),
    }


def test_both_keys_open_one_record(client: FlaskClient, world: w.World) -> None:
    number, beside = record(world), record(world, violation_type="另一条")
    page = ask(client, number).text
    assert "时间已到" in page
    assert number in page
    assert beside not in page
    assert "另一条" not in page
    assert "2026年12月8日" in page, "the day of the answer"
    assert "0931-1234567" in page, "whom to ask"
    assert "怎么算的" in page


@pytest.mark.parametrize(
    "spelling", ["兰建罚决字[2026]{n}号", "兰建罚决字（2026）第{n}号", " 兰建罚决字 〔２０２６〕 {n} "]
)
def test_the_number_may_be_written_as_people_write_it(client: FlaskClient, world: w.World, spelling: str) -> None:
    number = record(world)
    serial = re.search(r"〕(\d+)号", number)
    assert serial is not None
    assert "时间已到" in ask(client, spelling.format(n=serial[1]), w.SUBJECT.lower()).text


def test_hidden_foreign_and_missing_are_one_answer(client: FlaskClient, hidden: dict[str, tuple[str, str]]) -> None:
    answers = {why: ask(client, *keys) for why, keys in hidden.items()}
    assert {a.status_code for a in answers.values()} == {200}
    pages = {why: plain(answer) for why, answer in answers.items()}
    assert "没有查到同时符合这两项的公示记录" in pages["no such number"]
    assert [why for why, page in pages.items() if page != pages["neither exists"]] == []
    heads = [{k: v for k, v in a.headers.items() if k not in ("X-Request-ID",)} for a in answers.values()]
    assert [h for h in heads if {**h, "Content-Length": ""} != {**heads[0], "Content-Length": ""}] == []


def test_hidden_foreign_and_missing_are_one_query(client: FlaskClient, hidden: dict[str, tuple[str, str]]) -> None:
    ask(client, NOWHERE)  # the counter of the limit exists from now on
    asked = {}
    for why, keys in hidden.items():
        with statements() as found:
            ask(client, *keys)
        asked[why] = found
    assert sum("FROM credit_record" in s for s in asked["neither exists"]) == 1
    assert [why for why, found in asked.items() if found != asked["neither exists"]] == []


def test_hidden_and_missing_take_the_same_time(
    client: FlaskClient, hidden: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(look_ups.MOST, LookUp.RECORD, 10_000)
    ratio = ratio_of_times(lambda: ask(client, *hidden["a person"]), lambda: ask(client, *hidden["neither exists"]))
    assert 0.7 < ratio < 1.4


def test_how_others_have_performed_is_not_told(client: FlaskClient, world: w.World) -> None:
    """Number and code of a published record stand on the public site: they prove nothing about who asks."""
    same: dict[str, Any] = {"violation_type": "同一种行为"}
    done = record(world, **same)
    owing = record(world, **same, fully_performed=False, performed_on=None, corrected=False)
    listed = record(world, **same, on_serious_list=True, list_basis=True)
    pages = {n: plain(ask(client, n), n) for n in (done, owing, listed)}
    ids = re.compile(r"/my/records/\d+|ledger-record-\d+")
    assert {ids.sub("", page) for page in pages.values()} == {ids.sub("", pages[done])}
    assert "2026年9月2日" not in pages[done], "the day of performance"


def test_no_day_inside_a_bar_is_shown(client: FlaskClient, world: w.World) -> None:
    number = record(world)
    with transaction():
        found = db.session.scalars(sa.select(CreditRecord).where(CreditRecord.document_number == number)).one()
        bar(
            found, case_no="GSCX-2026-000001", begins_on=date(2026, 6, 1), ends_on=date(2029, 6, 1),
            basis=Citation("某条", Confidence.UNSURE), now=w.NOON,
        )  # fmt: skip
    text = plain(ask(client, number))
    assert "还不能申请" in text and "2029年6月1日以前" in text and "现在可以申请" not in text


def test_that_an_application_is_open_is_not_told(client: FlaskClient, world: w.World) -> None:
    record_id = w.make_record(world)
    number = number_of(record_id)
    before = plain(ask(client, number))
    w.file(world, record_id)
    assert plain(ask(client, number)) == before


def test_nothing_of_a_person_is_shown(client: FlaskClient, world: w.World) -> None:
    number = record(world, violation_type="经营者11010519491231002X未办证，电话13900000001")
    page = ask(client, number).text
    assert "110***********002X" in page
    assert "139****0001" in page
    for word in ("11010519491231002X", "13900000001", "马珺玥", "安全警示标志"):
        assert word not in page, word


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (STANDINGS["wait"], ("还差 2 天", "2026年11月26日")),
        (STANDINGS["classify"], ("先认定类别", "2026年12月3日", "2027年9月3日")),
        (STANDINGS["elsewhere"], ("到别处办理", "国家企业信用信息公示系统")),
        (MINOR, ("时间已到", "履行完毕即可申请")),
        (MINOR | {"publication_found_necessary": False}, ("不用申请", "不应公示", "提出异议")),
        ({"source_in_force": False}, ("不用申请", "已被撤销", "提出异议")),
        ({"subject_name": LONG_NAME, "department_name": LONG_NAME}, (LONG_NAME,)),
    ],
)
def test_each_answer_says_what_can_be_done(
    client: FlaskClient, world: w.World, values: dict[str, Any], words: tuple[str, ...]
) -> None:
    page = ask(client, record(world, **values)).text
    assert [word for word in words if word not in page] == []


def test_both_rulesets_count_where_the_law_changed(client: FlaskClient, world: w.World) -> None:
    number = record(world, determination_date=date(2026, 1, 10), publication_date=date(2026, 1, 12))
    assert "2026年4月11日" in ask(client, number).text


SLIPS = [
    ("", w.SUBJECT, "document", "请填写决定书文号"),
    ("\u3000", w.SUBJECT, "document", "请填写决定书文号"),
    ("兰\u202e建", w.SUBJECT, "document", "看不见"),
    ("长" * 121, w.SUBJECT, "document", "最多 120 个字"),
    ("x", "", "code", "请填写统一社会信用代码"),
    ("x", w.SUBJECT[:-1], "code", "18 位"),
    ("x", w.SUBJECT[:-1] + "A", "code", "校验位"),
    ("x", w.SUBJECT[:-1] + "O", "code", "没有 I、O、S、V、Z"),
    ("x", "张" * 18, "code", "没有 I、O、S、V、Z"),
    ("x", "1" * 5000, "code", "18 位"),
]


def test_a_mistake_is_named_and_costs_no_look_up(client: FlaskClient) -> None:
    for document, code, field, words in SLIPS:
        with statements() as asked:
            answer = ask(client, document, code)
        assert answer.status_code == 422, words
        assert words in answer.text
        assert f'href="#{field}"' in answer.text
        assert [s for s in asked if "credit_record" in s or "sign_in_counter" in s] == []


def test_half_a_question_gets_no_record(client: FlaskClient, world: w.World) -> None:
    record(world)
    for query in ("document=x", "code=x", "document=x&document=y&code=", "q=张三", f"code={w.SUBJECT}"):
        answer = client.get(f"/check?{query}")
        assert answer.status_code in (200, 422), query
        assert "时间已到" not in answer.text, query


def test_what_is_typed_is_only_text(client: FlaskClient, world: w.World) -> None:
    record(world)
    for text in ("<script>alert(1)</script>", "{{7*7}}", "' OR 1=1--", '"><img onerror=x>', "%", "_"):
        answer = ask(client, text)
        assert answer.status_code == 200, text
        assert "没有查到" in answer.text, text
        assert "<script>alert" not in answer.text
        assert "<img onerror" not in answer.text


def test_the_limit_holds_says_when_and_is_of_one_address(
    client: FlaskClient, world: w.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(look_ups.MOST, LookUp.RECORD, 5)
    number = record(world)
    for _ in range(5):
        assert ask(client, NOWHERE).status_code == 200
    refused = ask(client, number)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1800"
    assert "查询次数太多，请约 30 分钟后再查" in refused.text
    assert "时间已到" not in refused.text
    assert number in refused.text, "what was typed is kept"
    elsewhere = client.get("/check", query_string={"document": number, "code": w.SUBJECT},
                           environ_overrides={"REMOTE_ADDR": "203.0.113.9"})  # fmt: skip
    assert "时间已到" in elsewhere.text
    spoofed = client.get("/check", query_string={"document": number, "code": w.SUBJECT},
                         headers={"X-Forwarded-For": "203.0.113.10"})  # fmt: skip
    assert spoofed.status_code == 429, "an address that the request gives itself is not believed"


def test_an_answer_is_kept_nowhere(client: FlaskClient, world: w.World) -> None:
    answer = ask(client, record(world))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
