"""How far is it? Number and code open it together; a guess looks like any other; no person, no reason on the page."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import world as w
from tests.cases.test_commitments import repaired
from tests.portals.public import plain, ratio_of_times, reader, statements
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.query_codes import give_query_code, new_query_code
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import transaction
from workflow_app.people import look_ups
from workflow_app.people.look_ups import LookUp

MISSING = "GSXF-2026-999999"


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def client(app: Flask, world: w.World) -> FlaskClient:
    return reader(app)


@pytest.fixture
def number(world: w.World) -> str:
    return w.file(world, w.make_record(world))


@pytest.fixture
def code(number: str) -> str:
    return code_for(number)


def code_for(number: str) -> str:
    code, case = new_query_code(), w.case(number)
    with transaction():
        give_query_code(case, code, now=w.NOON)
    return code


def ask(client: FlaskClient, number: str, code: str, **more: Any) -> TestResponse:
    return client.post("/progress", data={"number": number, "code": code}, **more)


def test_each_step_is_said_in_plain_words_with_its_dates(
    client: FlaskClient, world: w.World, number: str, code: str
) -> None:
    page = ask(client, number, code).text
    assert "兰州市住房和城乡建设局正在看材料，决定是否受理" in page
    assert "2026年11月27日" in page, "acceptance by"
    assert "2026年12月8日" in page, "the answer by"
    w.answer(number, world.officer, w.ACCEPTED)
    page = ask(client, number, code).text
    assert "正在审查" in page
    assert "2026年12月3日" in page
    w.answer(number, world.officer, w.proposal(number))
    assert "正在由负责人作出决定" in ask(client, number, code).text


def test_who_has_to_act_is_told_so(client: FlaskClient, world: w.World, number: str, code: str) -> None:
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    asked = {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"}
    w.answer(number, world.officer, asked)
    page = ask(client, number, code).text
    assert "请您补正材料" in page
    assert "2026年12月1日</time>前" in page
    assert "等您补正" in page
    assert "授权委托书" not in page, "what is missing stands in the letter"


def test_a_passed_deadline_is_not_hidden(client: FlaskClient, world: w.World) -> None:
    number = w.file(world, w.make_record(world), now=w.NOON - timedelta(days=9))
    code = code_for(number)
    while deadline_sweep(w.NOON):
        pass
    assert "已经超过期限" in ask(client, number, code).text


def test_an_end_is_an_end(client: FlaskClient, world: w.World, number: str, code: str) -> None:
    done = repaired(world)
    page = ask(client, done, code_for(done)).text
    assert "已准予修复，公示和共享都已停止" in page
    assert "下一步</h2>" not in page
    case = w.case(number)
    withdraw_application(
        case_number=number, case_version=case.row_version, reason="家里有事", actor=world.applicant, now=w.NOON
    )
    page = ask(client, number, code).text
    assert "已撤回" in page
    assert "家里有事" not in page


def test_no_person_and_no_reason_is_on_the_page(client: FlaskClient, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    code = code_for(number)
    w.answer(number, world.officer, w.ACCEPTED)
    pages = [ask(client, number, code).text]
    w.answer(number, world.officer, w.proposal(number))
    w.answer(number, world.approver, w.APPROVED)
    pages.append(ask(client, number, code).text)
    refused = w.file(world, w.make_record(world))
    w.answer(refused, world.officer, {
        "outcome": "refused", "ground": "out_of_scope", "reasons": "当事人张三的事由另行处理。",
        "basis_article": "《信用修复管理办法》第三条",
    })  # fmt: skip
    pages.append(ask(client, refused, code_for(refused)).text)
    assert "不予受理" in pages[2]
    for page in pages:
        for word in (
            "王丽萍",
            "李建国",
            "陈建军",
            "马珺玥",
            "13900000001",
            "张三",
            "另行处理",
            "泓屹垚",
            w.SUBJECT,
            "安全警示标志",
        ):
            assert word not in page, word


@pytest.fixture
def guesses(world: w.World, number: str, code: str) -> dict[str, tuple[str, str]]:
    other = w.file(world, w.make_record(world))
    return {
        "no such number": (MISSING, code),
        "a wrong code": (number, new_query_code()),
        "another's code": (other, code),
        "no code was given out": (w.file(world, w.make_record(world)), new_query_code()),
    }


def test_every_guess_is_one_answer(client: FlaskClient, guesses: dict[str, tuple[str, str]]) -> None:
    answers = {why: ask(client, *keys) for why, keys in guesses.items()}
    assert {a.status_code for a in answers.values()} == {422}
    pages = {why: plain(answer) for why, answer in answers.items()}
    assert "案号和查询码对不上" in pages["no such number"]
    assert [why for why, page in pages.items() if page != pages["no such number"]] == []
    assert all(keys[1] not in answers[why].text for why, keys in guesses.items()), "a code is not written back"


def test_every_guess_is_one_query(client: FlaskClient, guesses: dict[str, tuple[str, str]]) -> None:
    ask(client, MISSING, new_query_code())  # the counter of the limit exists from now on
    asked = {}
    for why, keys in guesses.items():
        with statements() as found:
            ask(client, *keys)
        asked[why] = found
    assert sum("case_query_code" in s for s in asked["no such number"]) == 1
    assert [why for why, found in asked.items() if found != asked["no such number"]] == []


def test_every_guess_takes_the_same_time(
    client: FlaskClient, guesses: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(look_ups.MOST, LookUp.PROGRESS, 10_000)
    ratio = ratio_of_times(
        lambda: ask(client, *guesses["a wrong code"]), lambda: ask(client, *guesses["no such number"])
    )
    assert 0.7 < ratio < 1.4


def test_both_may_be_typed_as_people_type(client: FlaskClient, number: str, code: str) -> None:
    assert ask(client, f" {number.lower()} ", code.lower().replace("-", " ")).status_code == 200


def test_a_slip_is_named_and_costs_no_try(client: FlaskClient) -> None:
    for number, code, words in (
        ("", "", "请填写案号"),
        (MISSING, "", "请填写"),
        (MISSING, "1234", "12 位"),
        (MISSING, "中" * 12, "12 位"),
        ("x" * 100_000, "1" * 100_000, "12 位"),
    ):
        with statements() as asked:
            answer = ask(client, number, code)
        assert answer.status_code == 422, words
        assert words in answer.text
        assert [s for s in asked if "sign_in_counter" in s or "case_query_code" in s] == []


def test_guessing_ends_and_knowing_does_not(
    client: FlaskClient, number: str, code: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 4
    monkeypatch.setitem(look_ups.MOST, LookUp.PROGRESS, most)
    for _ in range(2 * most):
        assert ask(client, number, code).status_code == 200, "who knows the code is never counted out"
    for _ in range(most):
        assert ask(client, number, new_query_code()).status_code == 422
    refused = ask(client, number, code)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1800"
    assert "查询次数太多" in refused.text
    assert "现在到哪一步" not in refused.text
    assert ask(client, number, code, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
    clock.move_to(w.NOON + timedelta(minutes=31))
    assert ask(client, number, code).status_code == 200


def test_no_cookie_and_no_token_are_needed_and_other_sites_are_refused(
    client: FlaskClient, number: str, code: str
) -> None:
    answer = ask(client, number, code)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "csrf_token" not in client.get("/progress").text
    assert ask(client, number, code, headers={"Origin": "https://evil.example"}).status_code == 400
    assert ask(client, number, code, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_an_answer_is_kept_nowhere_and_stands_in_no_address(client: FlaskClient, number: str, code: str) -> None:
    assert ask(client, number, code).headers["Cache-Control"] == "no-store"
    page = client.get("/progress", query_string={"number": number, "code": code}).text
    assert "现在到哪一步" not in page
