"""The pages of those who oversee: two clicks to a case, acts on many with their outcomes, and files that hold what is shown."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.supervision.places import Places, at, filed, make_places
from workflow_app.actions.claim_task import claim_task
from workflow_app.audit.event import AuditEvent, AuditPayload
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.database import db

LONG = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司" * 3


@pytest.fixture
def places(app: Flask) -> Places:
    made = make_places()
    open_doors()
    return made


def numbers(page: str) -> list[str]:
    return re.findall(r'class="who"><a href="/desk/cases/(GSXF-\d{4}-\d{6})"', page)


def links(page: str) -> list[str]:
    return [href.replace("&amp;", "&") for href in re.findall(r'href="(/supervision/cases\?[^"]+)"', page)]


def test_two_clicks_from_the_overview_to_the_case(app: Flask, places: Places) -> None:
    late = filed(places, "2026-11-16")
    filed(places, "2026-11-24")
    desk = Desk.of(app, "duban")
    assert desk.client.get("/desk/").location == "/supervision"
    tile = next(href for href in links(desk.read("/supervision")) if "bucket=over" in href)
    page = desk.read(tile)
    assert numbers(page) == [late] and "超期 3 天" in page
    assert "办理经过" in desk.read(f"/desk/cases/{late}")


def test_every_number_of_the_overview_leads_to_as_many_cases(app: Flask, places: Places) -> None:
    for day in ("2026-11-16", "2026-11-19", "2026-11-20", "2026-11-24"):
        filed(places, day)
    filed(places, "2026-11-16", department_id=places.neighbour_id)
    desk = Desk.of(app, "sheng")
    tried = 0
    for by in ("department", "kind", "step", "officer"):
        page = desk.read(f"/supervision?by={by}")
        cells = re.findall(r'<td data-k="[^"]+" class="r[^"]*"><a href="([^"]+)">(\d+)</a>', page)
        for href, count in cells:
            tried += 1
            assert len(numbers(desk.read(href.replace("&amp;", "&")))) == int(count), href
    assert tried > 12


def test_what_is_empty_or_nonsense_says_so(app: Flask, places: Places) -> None:
    desk = Desk.of(app, "duban")
    assert "没有在办的案件" in desk.read("/supervision")
    assert "没有已超期的案件" in desk.read("/supervision/cases?bucket=over")
    assert "还没有发过督办单" in desk.read("/supervision/slips?state=all")
    desk.read("/supervision/cases?bucket=everything", status=404)
    desk.read("/supervision/slips?state=lost", status=404)
    for odd in (
        "department=abc",
        "department=-1",
        f"officer={2**63}",
        "page=0",
        "page=999",
        "kind=%27",
        "by=x",
        "step=⁣",
    ):
        desk.read(f"/supervision/cases?{odd}")
        desk.read(f"/supervision?{odd}")


def test_urging_many_tells_who_could_not_be_asked(app: Flask, places: Places) -> None:
    first, second = filed(places, "2026-11-16"), filed(places, "2026-11-17")
    desk = Desk.of(app, "duban")
    compose = f"/supervision/urge?cases={first}&cases={second}&bucket=over"
    assert "发出这 2 张督办单" in desk.read(compose) and "2026年11月26日" in desk.read(compose)
    wrong = desk.send("/supervision/urge", {"cases": [first, second], "text": " "}, page=compose)
    assert wrong.status_code == 422 and "请填写这一项" in wrong.text
    asked = {"cases": [first], "text": "请说明。", "bucket": "over"}
    answer = desk.send("/supervision/urge", asked, page=compose)
    assert answer.location == "/supervision/cases?bucket=over"
    assert "已发出 1 张督办单" in desk.read(answer.location) and "督办</span>" in desk.read(answer.location)
    page = desk.send("/supervision/urge", {"cases": [first, second], "text": "请说明。"}, page=compose).text
    assert "已发督办单 1 件，没有办成 1 件" in page and "本部门已有督办单没有答复" in page
    assert "不发：" in desk.read(compose) and "发出这" not in desk.read(compose)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UrgeSlip)) == 2


def test_a_double_click_issues_one_slip(app: Flask, places: Places) -> None:
    number = filed(places, "2026-11-16")
    desk = Desk.of(app, "duban")
    form = {"cases": [number], "text": "请说明。", "idempotency_key": "k" * 32}
    for _ in range(2):
        assert desk.send("/supervision/urge", form, page="/supervision").status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UrgeSlip)) == 1


def test_the_slip_stands_in_the_officers_queue_and_case_until_it_is_answered(app: Flask, places: Places) -> None:
    number = filed(places, "2026-11-16")
    claim_task(task_id=w.task(number).id, actor=places.world.officer, now=w.NOON)
    lead, officer = Desk.of(app, "duban"), Desk.of(app, "jingban")
    lead.send("/supervision/urge", {"cases": [number], "text": "请说明超期原因。"}, page="/supervision")
    slip = f"/desk/slips/{db.session.scalars(sa.select(UrgeSlip.id)).one()}"
    for page in ("/desk", f"/desk/cases/{number}"):
        assert "1 张督办单等您答复" in officer.read(page) and slip in officer.read(page)
        assert "张督办单等您答复" not in Desk.of(app, "jingban2").read(page)
    assert officer.send(slip, {"text": ""}, page=slip).status_code == 422
    kept = officer.send(slip, {"text": "字" * 1001}, page=slip)
    assert kept.status_code == 422 and "字" * 1001 in kept.text
    assert officer.send(slip, {"text": "明天办结。"}, page=slip).location == f"/desk/cases/{number}"
    assert "张督办单等您答复" not in officer.read("/desk")
    assert "明天办结。" in officer.read(f"/desk/cases/{number}") and "明天办结。" in officer.read(slip)
    assert "明天办结。" in lead.read("/supervision/slips?state=answered")
    assert "答复了督办单" in lead.read("/desk/messages")
    again = officer.send(slip, {"text": "改口"}, page="/desk")
    assert again.status_code == 409
    party = Desk.of(app, "qiye").client.get(f"/my/cases/{number}").text
    assert "督办" not in party and "明天办结" not in party


def test_reassigning_many_leaves_out_what_moved_on(app: Flask, places: Places) -> None:
    world = places.world
    first, second = filed(places, "2026-11-20"), filed(places, "2026-11-20")
    desk = Desk.of(app, "shenpi")
    compose = f"/supervision/reassign?cases={first}&cases={second}&officer=0"
    page = desk.read(compose)
    versions = dict(re.findall(r'name="(version-[^"]+)" value="(\d+)"', page))
    assert len(versions) == 2 and "手上 0 件" in page
    w.answer(second, world.officer, w.ACCEPTED)
    form: dict[str, Any] = {"cases": [first, second], "reason": "外出培训", "officer": "0"} | versions
    far = desk.send("/supervision/reassign", form | {"new_officer": str(2**70)}, page=compose)
    assert far.status_code == 422, "no number is too large to be refused in words"
    wrong = desk.send("/supervision/reassign", form, page=compose)
    assert wrong.status_code == 422 and 'href="#new_officer"' in wrong.text and "外出培训" in wrong.text
    answer = desk.send("/supervision/reassign", form | {"new_officer": world.officer_two.account_id}, page=compose)
    assert "已改派 1 件，没有办成 1 件" in answer.text and "案件已有新的进展" in answer.text
    assert "/supervision/cases?bucket=open&amp;officer=0" in answer.text
    assert w.task(first).assignee_id == world.officer_two.account_id
    assert w.task(second).assignee_id == world.officer.account_id


def test_a_list_with_one_foreign_case_does_nothing_at_all(app: Flask, places: Places) -> None:
    mine, foreign = filed(places, "2026-11-20"), filed(places, "2026-11-20", department_id=places.neighbour_id)
    desk = Desk.of(app, "shenpi")
    officer = places.world.officer_two.account_id
    for path in ("/supervision/urge", "/supervision/reassign"):
        assert desk.client.get(f"{path}?cases={mine}&cases={foreign}").status_code == 404
        form = {"cases": [mine, foreign], "text": "x", "reason": "x", "new_officer": officer}
        assert desk.send(path, form, page="/supervision").status_code == 404
        assert desk.send(path, {"cases": [mine, "GSXF-0000-000000"]}, page="/supervision").status_code == 404
        assert desk.send(path, {}, page="/supervision").location == "/supervision/cases"
        assert desk.send(path, {"cases": [f"X{n}" for n in range(101)]}, page="/supervision").status_code == 422
    assert w.task(mine).assignee_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UrgeSlip)) == 0


def test_from_a_case_back_to_the_case(app: Flask, places: Places) -> None:
    number = filed(places, "2026-11-20")
    desk = Desk.of(app, "shenpi")
    page = desk.read(f"/desk/cases/{number}")
    for act in ("urge", "reassign"):
        assert f"/supervision/{act}?cases={number}&from=case" in page.replace("&amp;", "&")
    assert "supervision/reassign" not in Desk.of(app, "duban").read(f"/desk/cases/{number}")
    assert "supervision/urge" not in Desk.of(app, "jingban").read(f"/desk/cases/{number}")
    form = {"cases": [number], "from": "case", "text": "请说明。"}
    assert desk.send("/supervision/urge", form, page="/supervision").location == f"/desk/cases/{number}"


def exported(desk: Desk, chosen: dict[str, Any]) -> list[dict[str, Any]]:
    answer = desk.send("/supervision/export", chosen, page="/supervision")
    assert answer.status_code == 200, answer.text
    heads, *rows = load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_a_file_holds_exactly_what_the_pages_show(app: Flask, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflow_app.supervision import worklist

    monkeypatch.setattr(worklist, "PAGE_SIZE", 2)
    monkeypatch.setattr(worklist, "SLICE", 2)
    for day in ("2026-11-16", "2026-11-19", "2026-11-20", "2026-11-24", "2026-11-13"):
        filed(places, day)
    filed(places, "2026-11-16", department_id=places.neighbour_id)
    desk = Desk.of(app, "sheng")
    for chosen in (
        {},
        {"bucket": "over"},
        {"bucket": "soon"},
        {"bucket": "stuck", "department": str(places.world.department_id)},
        {"officer": "0", "step": "accept"},
        {"search": "没有的名字"},
    ):
        query = "&".join(f"{k}={v}" for k, v in chosen.items())
        first = desk.read(f"/supervision/cases?{query}")
        pages = int((re.findall(r"第 \d+ 页，共 (\d+) 页", first) or ["1"])[0])
        shown = [n for p in range(1, pages + 1) for n in numbers(desk.read(f"/supervision/cases?{query}&page={p}"))]
        assert [row["案号"] for row in exported(desk, chosen)] == shown, chosen
    assert {row["认定单位"] for row in exported(Desk.of(app, "linshen"), {})} == {"嘉峪关市应急管理局"}


def test_a_file_is_safe_to_open_says_what_the_page_says_and_is_put_down(app: Flask, places: Places) -> None:
    filed(places, "2026-11-16", subject_name="=HYPERLINK('x')", determination_date=date(2026, 6, 1))
    filed(places, "2026-11-20", subject_name="＋张三百货店 13912345678")
    filed(places, "2026-11-24", subject_name=LONG)
    desk = Desk.of(app, "duban")
    rows = exported(desk, {"bucket": "open"})
    assert [row["主体"] for row in rows] == ["'=HYPERLINK('x')", "'＋张三百货店 139****5678", LONG]
    page = desk.read("/supervision/cases")
    assert "13912345678" not in page and "＋张三百货店 139****5678" in page
    assert [(row["剩余工作日"], row["状态"]) for row in rows] == [
        (-3, "超期 3 个工作日"),
        (1, "剩 1 个工作日"),
        (3, "剩 3 个工作日"),
    ]
    assert rows[0]["停滞原因"] == "5 个工作日没有人办理" and rows[0]["承办人"] == "还没有人领取"
    assert [row["到期"].date().isoformat() for row in rows] == ["2026-11-19", "2026-11-25", "2026-11-27"]
    event_row = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "supervision.exported")).one()
    assert '"rows": 3' in db.session.get_one(AuditPayload, event_row.seq).content


def test_pages_ask_the_database_as_often_for_many_cases_as_for_few(app: Flask, places: Places) -> None:
    desk = Desk.of(app, "sheng")
    counter = {"n": 0}

    def count(*_: object) -> None:
        counter["n"] += 1

    def asked(path: str) -> int:
        db.session.rollback()
        db.session.expunge_all()  # a request of its own knows nothing of the one before
        counter["n"] = 0
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            desk.read(path)
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return counter["n"]

    def all_numbers() -> list[int]:
        every = numbers(desk.read("/supervision/cases?bucket=over"))
        urge = "&".join(f"cases={n}" for n in every)
        return [
            asked(p) for p in ("/supervision", "/supervision/cases", "/supervision/slips", f"/supervision/urge?{urge}")
        ]

    def more(count: int) -> None:
        for _ in range(count):
            number = filed(places, "2026-11-16")
            w.answer(number, places.world.officer, w.ACCEPTED, now=at("2026-11-16", 15))
            number = filed(places, "2026-11-13", department_id=places.neighbour_id)
            form = {"cases": [number], "text": "请说明。"}
            assert desk.send("/supervision/urge", form, page="/supervision").status_code == 302

    more(1)
    few = all_numbers()
    more(4)
    assert all_numbers() == few
    assert max(few) <= 40, few
