"""Letters of advice on the pages: ticked, made, printed as one file, noted as served; the enterprise opens its own."""

from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.world import NOON, World, make_record, make_world
from workflow_app.actions.prepare_advice import advice_sweep
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.letter import Letter, LetterState
from workflow_app.records.advice import RepairAdvice

SERVED = {
    "attempt": "post:signed",
    "tried_on": "2026-11-24",
    "server": "王丽萍",
    "receiver": "马珺玥",
    "tracking": "EMS1",
}


@pytest.fixture
def world(app: Flask) -> World:
    found = make_world()
    open_doors()
    return found


@pytest.fixture
def ids(world: World) -> list[int]:
    found = [make_record(world) for _ in range(3)]
    advice_sweep(NOON)
    return found


def chosen(ids: list[int]) -> str:
    return "&".join(f"record={n}" for n in ids)


def test_from_ticked_rows_to_one_file_and_a_noted_service(app: Flask, ids: list[int]) -> None:
    desk = Desk.of(app, "jingban")
    assert "待制作 <span>3</span>" in desk.read("/desk/advice")
    answer = desk.send("/desk/advice/issue", {"record": ids[:2]}, page="/desk/advice")
    assert answer.status_code == 302 and answer.location == f"/desk/advice/chosen?{chosen(ids[:2])}"
    assert "正在排版：0 / 2 份" in desk.read(answer.location)
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    assert desk.client.get(f"/desk/advice/chosen/progress?{chosen(ids[:2])}").headers["HX-Refresh"] == "true"
    assert "下载这 2 份，合成一个 PDF" in desk.read(answer.location)
    whole = desk.client.get(f"/desk/advice/chosen.pdf?{chosen(ids[:2])}")
    with pikepdf.Pdf.open(BytesIO(whole.data)) as pdf:
        assert len(pdf.pages) == sum(db.session.scalars(sa.select(Letter.page_count)))  # type: ignore[type-var]
    served = desk.send("/desk/advice/serve", SERVED | {"record": ids[:2]})
    assert served.location == "/desk/advice?tab=served"
    assert "邮寄送达" in desk.read(served.location)
    assert "待制作 <span>1</span>" in desk.read("/desk/advice")


def test_wrong_fields_are_named_and_what_was_typed_stays(app: Flask, ids: list[int]) -> None:
    desk = Desk.of(app, "chuangkou")
    desk.send("/desk/advice/issue", {"record": ids[:1]})
    with transaction():
        db.session.execute(sa.update(Letter).values(file_digest="0" * 64))
    wrong = desk.send("/desk/advice/serve", {"record": ids[:1], "tried_on": "2026-11-25", "receiver": "马珺玥"})
    assert wrong.status_code == 422
    assert "到今天 2026-11-24 之间" in wrong.text and 'value="马珺玥"' in wrong.text
    assert "送达方式和结果：请选择" in wrong.text


@pytest.mark.parametrize("query", ["", "?record=x", "?record=0", "?record=99999999999999999999", "?record=4711"])
def test_a_choice_of_nothing_or_of_what_is_not_there_is_refused(app: Flask, ids: list[int], query: str) -> None:
    assert Desk.of(app, "jingban").client.get(f"/desk/advice/chosen{query}").status_code in (404, 422)


def test_more_than_a_page_at_once_is_refused(app: Flask, ids: list[int]) -> None:
    many = chosen(list(range(1, 40)))
    assert "一次最多处理 30 份" in Desk.of(app, "jingban").read(f"/desk/advice/chosen?{many}", status=422)


def test_one_record_out_of_scope_refuses_the_whole_choice(app: Flask, world: World, ids: list[int]) -> None:
    far = make_record(world, department_id=world.department_id + 1)
    advice_sweep(NOON)
    desk = Desk.of(app, "jingban")
    assert desk.send("/desk/advice/issue", {"record": [ids[0], far]}).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0


def test_who_only_looks_is_offered_nothing_to_do(app: Flask, world: World, ids: list[int]) -> None:
    Desk.of(app, "jingban").send("/desk/advice/issue", {"record": ids[:1]})
    desk = Desk.of(app, "shenpi")
    assert "data-all" not in desk.read("/desk/advice")
    assert "登记送达" not in desk.read(f"/desk/advice/chosen?record={ids[0]}").replace("还没有登记", "")


def test_a_record_without_a_class_says_what_comes_first(app: Flask, world: World) -> None:
    record_id = make_record(world, credit_class=None)
    advice_sweep(NOON)
    desk = Desk.of(app, "jingban")
    assert "先认定类别" in desk.read("/desk/advice?tab=unclassified")
    desk.send("/desk/advice/issue", {"record": [record_id]})
    assert "还没有认定失信类别" in desk.read("/desk/advice")


def test_pages_that_failed_are_said_and_not_waited_for(app: Flask, ids: list[int]) -> None:
    desk = Desk.of(app, "jingban")
    desk.send("/desk/advice/issue", {"record": ids[:1]})
    with transaction():
        db.session.execute(sa.update(Letter).values(state=LetterState.FAILED))
    page = desk.read(f"/desk/advice/chosen?record={ids[0]}")
    assert "没有排版成功" in page and "正在排版" not in page and "下载 PDF" not in page


def test_the_list_asks_as_often_for_thirty_as_for_three(app: Flask, world: World, ids: list[int]) -> None:
    desk = Desk.of(app, "jingban")
    counts = []
    for more in (0, 27):
        for _ in range(more):
            make_record(world)
        advice_sweep(NOON)
        seen: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *a, seen=seen: seen.append(a[2]))
        desk.read("/desk/advice")
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1


def test_its_enterprise_opens_it_on_the_record_and_that_is_no_service(app: Flask, world: World, ids: list[int]) -> None:
    Desk.of(app, "jingban").send("/desk/advice/issue", {"record": ids[:1]})
    firm, path = Desk.of(app, "qiye"), f"/my/records/{ids[0]}"
    assert "正在排版，稍后可以打开" in firm.read(path)
    assert "的信用修复告知书已经发出" in firm.read("/my/messages")
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    assert "打开告知书" in firm.read(path)
    opened = firm.send(f"{path}/advice", page=path)
    assert opened.location == f"{path}/advice" and firm.client.get(opened.location).data.startswith(b"%PDF")
    advice = db.session.get_one(RepairAdvice, ids[0])
    assert (advice.served_on, advice.method) == (None, "")
    assert "已在系统告知" in Desk.of(app, "jingban").read(f"/desk/service/{advice.letter_id}")
    assert "已在系统告知" in firm.read(f"/my/letters/{advice.letter_id}/service")
