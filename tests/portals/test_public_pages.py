"""Pages for everybody: no cookie, right for caches, every figure out of the law with its mark, and ways to everything."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import world as w
from tests.cases.test_commitments import UNTIL, repaired
from tests.portals.clients import client_of, open_doors
from tests.portals.public import reader
from workflow_app.foundation.clock import FixedClock
from workflow_app.law import guidance
from workflow_app.law.parameters import Dated, value_of
from workflow_app.people import look_ups
from workflow_app.portals.public.waiting import class_rows, example, scale_words

PAGES = ("/", "/help", "/guide/repair", "/guide/objection", "/guide/interview", "/accessibility", "/forms", "/progress")
TODAY = date(2026, 11, 24)


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    return made


@pytest.fixture
def client(app: Flask, world: w.World) -> FlaskClient:
    return reader(app)


def test_reading_needs_and_leaves_no_cookie(client: FlaskClient) -> None:
    for path in (*PAGES, "/check", "/verify", "/commitments"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"], path


def test_caches_keep_what_is_the_same_for_everybody(client: FlaskClient) -> None:
    for path in (*PAGES, "/commitments"):
        answer = client.get(path)
        control = set(answer.headers["Cache-Control"].split(", "))
        assert control == {"public", "no-cache" if path == "/commitments" else "max-age=60"}, path
        assert "Cookie" in answer.headers["Vary"], "the size of the text is in a cookie"
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200, path


def test_what_is_somebodys_own_is_kept_nowhere(app: Flask, client: FlaskClient) -> None:
    signed_in = client_of(app, "qiye")
    for path in (*PAGES, "/commitments"):
        assert signed_in.get(path).headers["Cache-Control"] == "no-store", "the name is on the page"
        assert client.get(f"{path}?size=normal").headers["Cache-Control"] == "no-store", "it sets a cookie"


def test_the_home_page_leads_to_everything(client: FlaskClient) -> None:
    page = client.get("/").text
    for path in ("/check", "/my/records", "/guide/repair", "/guide/objection", "/guide/interview", "/progress",
                 "/commitments", "/forms", "/verify", "/help", "/accessibility", "/login"):  # fmt: skip
        assert f'"{path}' in page, path
        assert client.get(path).status_code in (200, 302), path


def test_every_anchor_and_page_that_is_linked_exists(client: FlaskClient) -> None:
    for path in PAGES:
        for link in set(re.findall(r'href="(/[^"]*)"', client.get(path).text)):
            address, _, anchor = link.partition("#")
            if address.startswith("/static/") or "?size=" in address or address.endswith(".pdf"):
                continue
            answer = client.get(address)
            assert answer.status_code in (200, 302), (path, link)
            assert not anchor or f'id="{anchor}"' in answer.text, (path, link)


def test_the_three_matters_say_who_what_and_how_long(client: FlaskClient) -> None:
    page = client.get("/").text
    for words in (
        "谁认定、谁修复",
        "谁认定、谁约谈",
        "平台先自查",
        "10 个工作日",
        "7 个工作日",
        "30 日",
        "任何环节都不收费",
    ):
        assert words in page, words
    assert "待核原文" in page
    assert "本系统口径" in page


@pytest.mark.parametrize("topic", list(guidance.topics()))
def test_every_period_stands_on_its_page_with_basis_and_mark(client: FlaskClient, topic: str) -> None:
    page = client.get(f"/guide/{topic}").text
    for period in guidance.topics()[topic].periods(on=TODAY):
        row = page.split(f">{period.title}</th>")[1].split("</tr>")[0]
        assert period.words in row
        assert period.law.basis in row
        mark = {"V": "已核原文", "D": "本系统口径"}.get(period.law.confidence, "待核原文")
        assert mark in row, period.title


def test_a_changed_law_changes_the_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(key: str, *, on: date) -> Dated:
        return replace(value_of(key, on=on), value=23) if key == "repair.feedback" else value_of(key, on=on)

    monkeypatch.setattr(guidance, "value_of", changed)
    assert "23 个工作日" in client.get("/").text
    assert "23 个工作日" in client.get("/guide/repair").text


def test_the_classes_are_those_of_the_ruleset() -> None:
    rows = {row.title: row for row in class_rows(TODAY)}
    assert list(rows) == ["轻微", "一般", "严重"]
    assert [(r.shortest, r.longest) for r in rows.values()] == [(None, "3个月"), ("3个月", "1年"), ("1年", "3年")]
    assert [(r.wait, r.whole) for r in rows.values()] == [(0, 8.3), (8.3, 33.3), (33.3, 100.0)]
    assert rows["轻微"].if_necessary
    assert "吊销许可证件" in rows["严重"].kinds
    assert "简易程序作出的处罚" in rows["轻微"].kinds
    assert scale_words(TODAY) == ("0", "1年", "2年", "3年")


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2027, 2, 26), date(2027, 5, 30), date(2028, 2, 28)])
def test_the_example_opens_in_a_few_days_whatever_day_it_is(app: Flask, day: date) -> None:
    shown = example(day)
    assert shown is not None
    assert 2 <= (shown.opens - day).days <= 3
    looks = dict(shown.strip)
    assert (looks[day], looks[shown.opens]) == ("here", "first")
    assert shown.determined < day < shown.stops


def test_the_home_page_is_of_today(client: FlaskClient, clock: FixedClock) -> None:
    first = client.get("/")
    clock.move_to(w.NOON.replace(month=12))
    second = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "2026年12月26日" in second.text


def test_an_unknown_matter_is_no_page(client: FlaskClient) -> None:
    assert client.get("/guide/nothing").status_code == 404


def test_commitments_are_public_until_their_day(client: FlaskClient, world: w.World, clock: FixedClock) -> None:
    assert "现在没有公开的承诺" in client.get("/commitments").text
    record = w.case(repaired(world)).record
    name, document = record.subject_name, record.document_number
    answer = client.get("/commitments")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    for words in (name, w.SUBJECT, document, "2026年11月24日", "2027年8月10日", "提交的材料真实、有效"):
        assert words in answer.text, words
    for person in ("马珺玥", "王丽萍", "13900000001"):
        assert person not in answer.text
    clock.move_to(w.NOON.replace(year=UNTIL.year, month=UNTIL.month, day=UNTIL.day))
    assert name in client.get("/commitments").text
    clock.move_to(w.NOON.replace(year=UNTIL.year, month=UNTIL.month, day=UNTIL.day + 1))
    later = client.get("/commitments", headers={"If-None-Match": answer.headers["ETag"]})
    assert later.status_code == 200
    assert name not in later.text


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=999999999999999999999", "q=%25", "q=" + "x" * 500]
)
def test_odd_pages_of_commitments_are_pages(client: FlaskClient, world: w.World, query: str) -> None:
    repaired(world)
    assert client.get(f"/commitments?{query}").status_code == 200


def test_finding_nothing_says_what_to_try(client: FlaskClient, world: w.World) -> None:
    repaired(world)
    page = client.get("/commitments?q=<b>没有这家").text
    assert "没有找到这样的承诺" in page
    assert "&lt;b&gt;没有这家" in page
    assert "没有这一页" in client.get("/commitments?page=7").text


def test_looking_for_commitments_is_counted_and_reading_them_is_not(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(look_ups.MOST, look_ups.LookUp.COMMITMENT, 2)
    for _ in range(2):
        assert "没有找到这样的承诺" in client.get("/commitments?q=甲").text
    refused = client.get("/commitments?q=甲")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0 and 'value="甲"' in refused.text
    assert refused.headers["X-Robots-Tag"] == "noindex" and "没有找到" not in refused.text
    assert client.get("/commitments?page=99999999").status_code == 200
