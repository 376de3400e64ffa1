"""An enterprise's records: the verdict of the law on each card, one's own only."""

from datetime import date

import pytest
from flask import Flask

from tests.portals.clients import client_of, open_doors
from tests.portals.records import make_records
from tests.world import World, make_record, make_world


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def test_each_standing_says_what_can_be_done(app: Flask, world: World) -> None:
    make_records(world)
    page = client_of(app, "qiye").get("/my/records").text
    for words in (
        "现在可以申请",
        "正在办理",
        "还差 2 天",
        "还不能申请",
        "先认定类别",
        "到别处办理",
        "不用申请",
        "已修复",
    ):
        assert words in page, words
    assert "1 条现在可以申请修复" in page


def test_what_can_be_done_now_comes_first(app: Flask, world: World) -> None:
    make_records(world)
    page = client_of(app, "qiye").get("/my/records").text
    order = [page.index(f">{words}<") for words in ("现在可以申请", "正在办理", "还差 2 天", "先认定类别", "已修复")]
    assert order == sorted(order)


def test_a_record_without_a_class_shows_what_each_would_mean(app: Flask, world: World) -> None:
    record_id = make_records(world)["classify"]
    page = client_of(app, "qiye").get(f"/my/records/{record_id}").text
    assert "认定为一般" in page
    assert "2026年12月3日" in page
    assert "2027年9月3日" in page


def test_both_rulesets_are_shown_where_the_law_changed(app: Flask, world: World) -> None:
    record_id = make_record(world, determination_date=date(2026, 1, 10), publication_date=date(2026, 1, 12))
    page = client_of(app, "qiye").get(f"/my/records/{record_id}").text
    assert "第36号" in page
    assert "第58号" in page
    assert "采用" in page


def test_a_record_of_others_does_not_exist(app: Flask, world: World) -> None:
    record_id = make_record(world)
    stranger = client_of(app, "waibu")
    for path in ("", "/apply", "/ledger"):
        assert stranger.get(f"/my/records/{record_id}{path}").status_code == 404


def test_staff_have_no_business_here(app: Flask, world: World) -> None:
    assert client_of(app, "jingban").get("/my/records").status_code in (403, 404)


def test_nobody_sees_records_without_signing_in(app: Flask, world: World) -> None:
    answer = app.test_client().get("/my/records")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


def test_the_ledger_opens_in_place(app: Flask, world: World) -> None:
    record_id = make_record(world)
    page = client_of(app, "qiye").get(f"/my/records/{record_id}/ledger").text
    assert "<html" not in page
    assert "满3个月" in page
    assert "2026年11月11日" in page
