"""A rectification at the pages of those who have to do with it: officer, batch, head, party; faults keep what was typed."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.papers import pdf
from tests.portals.clients import open_doors, token_in
from tests.portals.desk import Desk
from tests.processes.rectifications import noticed, opened, unperformed
from workflow_app.actions.stay_case import request_stay, settle_stay
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db
from workflow_app.people.departments import Department


@pytest.fixture
def world(app: Flask) -> w.World:
    found = w.make_world()
    open_doors()
    return found


def test_an_officer_opens_it_from_the_record_and_another_department_is_told_whose_it_is(
    app: Flask, world: w.World
) -> None:
    record = unperformed(world)
    officer, place = Desk.of(app, "jingban"), f"/desk/records/{record}/open/rectification"
    assert place in officer.read(f"/desk/records/{record}")
    wrong = officer.send(place, {"unperformed": "没有缴纳", "performance_ended_on": "2026-11-24"}, page=place)
    assert (wrong.status_code, "履行期限还没有届满" in wrong.text, "没有缴纳" in wrong.text) == (422, True, True)
    assert officer.send(place, {"unperformed": "没有缴纳"}, page=place).status_code == 302
    there = db.session.scalars(sa.select(Department.id).where(Department.id != world.department_id)).one()
    theirs = unperformed(world, department_id=there, department_name="嘉峪关市应急管理局")
    told = officer.client.get(f"/desk/records/{theirs}/open/rectification")
    assert (told.status_code, "谁认定谁约谈" in told.text, "嘉峪关市应急管理局" in told.text) == (403, True, True)
    assert "由嘉峪关市应急管理局立项" in Desk.of(app, "duban").read(f"/desk/records/{theirs}")


def test_many_are_opened_from_the_list_and_each_says_what_became_of_it(app: Flask, world: w.World) -> None:
    first, taken, done = unperformed(world), unperformed(world), w.make_record(world)
    officer, place = Desk.of(app, "jingban"), "/desk/openings/rectification"
    assert place in officer.read("/desk/records")
    listed = officer.read(place)
    assert [f'value="{n}"' in listed for n in (first, taken, done)] == [True, True, False]
    opened(world, taken)
    for form in ({"unperformed": "没有缴纳"}, {"record": str(first), "unperformed": ""}):
        assert officer.send(place, form, page=place).status_code == 422
    assert officer.send(place, {"record": "x", "unperformed": "没有缴纳"}, page=place).status_code == 404
    answer = officer.send(place, {"record": [str(first), str(taken)], "unperformed": "没有缴纳"}, page=place)
    assert (answer.status_code, "已立项 1 件，未立项 1 件" in answer.text) == (200, True)
    assert "不能重复申请" in answer.text
    officer.read("/desk/openings/revocation", status=404)


def test_the_party_reports_item_by_item_with_papers_and_asks_for_more_days(app: Flask, world: w.World) -> None:
    number = noticed(world, unperformed(world))
    party = Desk.of(app, "qiye")
    place = f"/my/cases/{number}/correct"
    token = token_in(party.read(place))
    paper = {"csrf_token": token, "purpose": "rectified_2", "back": "correct", "file": (pdf_file(), "整改照片.pdf")}
    party.client.post(f"/my/cases/{number}/files", data=paper, content_type="multipart/form-data")
    assert "整改照片.pdf" in party.read(place)
    version = w.case(number).row_version
    wrong = party.send(
        place,
        {"case_version": version, "reports-1-state": "done", "reports-1-text": "已缴清", "truthful": "1"},
        page=place,
    )
    assert (wrong.status_code, "第 2 项" in wrong.text, "已缴清" in wrong.text) == (422, True, True)
    more = f"/my/cases/{number}/extension"
    assert "最多 15 日" in party.read(more)
    for days in ("16", "0", "-1", "x", ""):
        refused = party.send(more, {"days": days, "reason": "采购"}, page=more)
        assert (refused.status_code, "最多可以延长 15 天" in refused.text) == (422, True)
    assert party.send(more, {"days": "10", "reason": "采购"}, page=more).status_code == 302
    assert "等负责人审批" in party.read(more)
    head = Desk.of(app, "shenpi")
    task = beside(number)
    page = head.read(f"/desk/cases/{number}/tasks/{task.id}/extension".removesuffix("/extension"))
    assert "延长 10 日" in page


def test_what_is_stayed_asks_nothing_of_the_party(app: Flask, world: w.World) -> None:
    number = noticed(world, unperformed(world))
    request_stay(
        case_number=number, ground="execution_stopped", facts="法院裁定停止执行", paper="（2026）甘01行停1号",
        actor=world.officer, now=w.NOON,
    )  # fmt: skip
    waiting = sa.select(CaseTask).where(CaseTask.step == "approve_stay")
    task_id = db.session.scalars(waiting).one().id
    settle_stay(task_id=task_id, granted=True, note="", basis_article="第七十三条", actor=world.approver, now=w.NOON)
    party = Desk.of(app, "qiye")
    page = party.read(f"/my/cases/{number}")
    assert ("督促整改已经中止办理" in page, "去报告整改情况" in page) == (True, False)
    party.read(f"/my/cases/{number}/correct", status=422)
    assert "没有可以延长的期限" in party.read(f"/my/cases/{number}/extension")


def pdf_file() -> BytesIO:
    return BytesIO(pdf())


def beside(number: str) -> CaseTask:
    case = w.case(number)
    query = sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.step == "approve_extension")
    return db.session.scalars(query).one()


def test_the_office_sees_what_it_may_not_write_and_keeps_the_rest(app: Flask, world: w.World) -> None:
    number = opened(world, unperformed(world))
    officer = Desk.of(app, "jingban")
    form = {
        "outcome": "notify", "basis_article": "有关规定", "obligations-0-what": "缴纳罚款",
        "obligations-0-standard": "逾期处以罚款", "obligations-0-acceptance": "核对缴款书",
    }  # fmt: skip
    wrong = officer.do(number, form)
    assert (wrong.status_code, "不能使用“处以”" in wrong.text, "逾期处以罚款" in wrong.text) == (422, True, True)
