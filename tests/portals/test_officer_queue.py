"""The lists of the desk: what stands in them, in which order, and taking and giving back."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.world import NOON, World, file, make_record, make_world, task


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def _numbers(page: str) -> list[str]:
    return re.findall(r'class="who"><a href="/desk/cases/(GSXF-\d{4}-\d{6})"', page)


def test_the_most_urgent_case_stands_first(app: Flask, world: World) -> None:
    fresh = file(world, make_record(world))
    old = file(world, make_record(world), now=NOON - timedelta(days=6))
    page = Desk.of(app, "jingban").read("/desk?tab=department")
    assert _numbers(page) == [old, fresh]
    assert "超期" in page and "剩 3 天" in page


def test_claiming_from_the_list_leads_to_the_task(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    desk = Desk.of(app, "jingban")
    answer = desk.send(f"/desk/tasks/{task(number).id}/claim")
    assert answer.location == f"/desk/cases/{number}/tasks/{task(number).id}"
    assert _numbers(desk.read("/desk")) == [number]
    assert "没有等人领取的案件" in desk.read("/desk?tab=department")


def test_who_comes_second_is_told_who_has_it(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    Desk.of(app, "jingban").send(f"/desk/tasks/{task(number).id}/claim")
    slower = Desk.of(app, "jingban2")
    answer = slower.send(f"/desk/tasks/{task(number).id}/claim")
    page = slower.read(answer.location)
    assert "这一步已由他人领取" in page and "已由 <strong>王丽萍</strong> 领取" in page


def test_ticked_cases_are_taken_and_given_back_together(app: Flask, world: World) -> None:
    numbers = [file(world, make_record(world)) for _ in range(3)]
    ids = [task(n).id for n in numbers]
    desk = Desk.of(app, "jingban")
    desk.send("/desk/claim", {"task_ids": ids[:2]})
    assert set(_numbers(desk.read("/desk"))) == set(numbers[:2])
    desk.send("/desk/release", {"task_ids": ids[:2]})
    assert "手上没有待办" in desk.read("/desk")


def test_search_finds_by_name_number_and_document(app: Flask, world: World) -> None:
    wanted = file(
        world, make_record(world, subject_name="兰州䶮昇工程有限公司", document_number="兰建罚决〔2026〕888号")
    )
    file(world, make_record(world))
    desk = Desk.of(app, "jingban")
    for words in ("䶮昇", "888号", wanted):
        assert _numbers(desk.read(f"/desk?tab=department&search={words}")) == [wanted], words
    assert "没有找到“没有的名字”" in desk.read("/desk?tab=department&search=没有的名字")


def test_another_department_sees_nothing_of_it(app: Flask, world: World) -> None:
    number = file(world, make_record(world, department_id=None, department_name="某局"))
    assert "没有等人领取的案件" in Desk.of(app, "jingban").read("/desk?tab=department")
    Desk.of(app, "jingban").read(f"/desk/cases/{number}", status=404)
    assert _numbers(Desk.of(app, "chuangkou").read("/desk?tab=department")) == [number]


def test_an_unknown_list_does_not_exist(app: Flask, world: World) -> None:
    Desk.of(app, "jingban").read("/desk?tab=everything", status=404)


def test_who_oversees_starts_with_the_overview_and_reads_the_list(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    desk = Desk.of(app, "duban")
    assert "监督总览" in desk.client.get("/desk/", follow_redirects=True).text
    page = desk.read("/desk")
    assert number in page and "领取" not in page


def test_what_the_reader_has_not_opened_is_unread_for_him_alone(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    first, second = Desk.of(app, "jingban"), Desk.of(app, "jingban2")
    assert "未读：" in first.read("/desk?tab=department")
    first.read(f"/desk/cases/{number}")
    assert "未读：" not in first.read("/desk?tab=department")
    assert "未读：" in second.read("/desk?tab=department")


def test_a_search_from_anywhere_finds_what_stands_in_another_list(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    desk = Desk.of(app, "jingban")
    page = desk.read(f"/desk?search={number}")
    assert _numbers(page) == [number] and "部门待办 1 件" in page
    assert "办结的也找过了" in desk.read("/desk?search=没有的名字")
