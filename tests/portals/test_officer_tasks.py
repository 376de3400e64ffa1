"""The task pages: the three outcomes of acceptance, review and decision, drafts, extensions, and what each refuses."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.portals.clients import open_doors
from tests.portals.desk import Desk, review_form, task_path
from tests.world import ACCEPTED, World, answer, case, file, make_record, make_world, proposal, task
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db
from workflow_app.letters.letter import letters_of_case

EARLY = {"determination_date": date(2026, 8, 25), "publication_date": date(2026, 8, 28)}


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def _codes(number: str) -> list[str]:
    return [letter.code for letter in letters_of_case(case(number).id)]


def test_accepting_issues_the_letter_and_opens_the_review(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answered = Desk.of(app, "jingban").do(number, ACCEPTED)
    assert answered.location == f"/desk/cases/{number}"
    assert (task(number).step, _codes(number)) == ("review", ["L02"])


def test_too_early_is_refused_with_the_exact_date(app: Flask, world: World) -> None:
    number = file(world, make_record(world, **EARLY))
    desk = Desk.of(app, "jingban")
    page = desk.read(task_path(number))
    assert "还不能受理：没有到最短公示期" in page and "2026年11月26日" in page
    assert 'value="refused" checked' in page and 'value="too_early" selected' in page
    answered = desk.do(number, ACCEPTED)
    assert answered.status_code == 422 and "起才可以受理" in answered.text
    assert (task(number).step, _codes(number)) == ("accept", [])
    desk.do(
        number,
        {"outcome": "refused", "ground": "too_early", "reasons": "未到期", "basis_article": "《信用修复管理办法》"},
    )
    letter = letters_of_case(case(number).id)[0]
    assert (letter.code, letter.context["earliest_date"]) == ("L03", "2026-11-26")


def test_a_correction_names_every_paper_at_once(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    desk = Desk.of(app, "jingban")
    empty = desk.do(number, {"outcome": "correct"})
    assert empty.status_code == 422 and 'href="#missing_items"' in empty.text
    desk.do(
        number,
        {
            "outcome": "correct",
            "basis_article": "第八条",
            "missing_items-0-name": "授权委托书",
            "missing_items-0-requirement": "加盖公章",
            "missing_items-4-name": "缴款书",
            "missing_items-4-requirement": "写明金额",
        },
    )
    assert [i["name"] for i in case(number).details["missing_items"]] == ["授权委托书", "缴款书"]
    assert _codes(number) == ["L04"]


def test_the_review_asks_for_a_finding_on_every_condition(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    desk = Desk.of(app, "jingban")
    page = desk.read(task_path(number))
    for words in ("条件逐项审查", "达到最短公示期", "不能另行认定", "系统判为还不清楚", "条号待核原文"):
        assert words in page, words
    values = review_form(number, **{"conditions-OTHER_LEGAL_REQUIREMENTS-remark": ""})
    unknown = next(k for k in values if k.startswith("conditions-OTHER") and k.endswith("-remark"))
    refused = desk.do(number, values | {unknown: ""})
    assert refused.status_code == 422 and "请写明依据" in refused.text
    assert "经审查，当事人已履行全部义务。" in refused.text
    assert desk.do(number, review_form(number)).status_code == 302
    assert task(number).step == "decide"


def test_a_denial_needs_an_unmet_condition(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    refused = Desk.of(app, "jingban").do(number, review_form(number, "deny"))
    assert refused.status_code == 422 and "全部条件都符合" in refused.text


def test_the_approver_sees_the_proposal_and_decides(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    answer(number, world.officer, proposal(number))
    desk = Desk.of(app, "shenpi")
    page = desk.read(task_path(number))
    for words in (
        "审查意见：准予修复",
        "王丽萍",
        "经审查，当事人已履行全部义务。",
        "《信用修复管理办法》第三条",
        "批准，签发",
    ):
        assert words in page, words
    assert desk.do(number, {"verdict": "returned", "note": ""}).status_code == 422
    assert desk.do(number, {"verdict": "approved", "note": ""}).status_code == 302
    assert _codes(number) == ["L02", "L07"]


def test_a_returned_proposal_comes_back_with_the_note(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    answer(number, world.officer, proposal(number))
    Desk.of(app, "shenpi").do(number, {"verdict": "returned", "note": "请核实没收款"})
    assert "陈建军退回了上一次的意见：</strong>请核实没收款" in Desk.of(app, "jingban").read(task_path(number))


def test_what_is_typed_is_kept_and_comes_back(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    desk, path = Desk.of(app, "jingban"), task_path(number)
    said = desk.send(f"{path}/draft", {"reasons": "写到一半", "recommendation": "deny"}, page=path)
    assert "草稿已于" in said.text
    page = desk.read(path)
    assert "写到一半" in page and 'value="deny" checked' in page
    assert "写到一半" not in Desk.of(app, "jingban2").read(path)


def test_a_character_no_letter_can_print_is_named_while_somebody_types(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    desk, path = Desk.of(app, "jingban"), task_path(number)
    strange = desk.send(f"{path}/draft", {"reasons": "示例\U00031350公司", "recommendation": "deny"}, page=path).text
    assert "有文书无法印制的字符：\U00031350（U+31350）" in strange and "草稿已于" in strange
    fine = desk.send(f"{path}/draft", {"reasons": "䶮鎔𠮷野", "recommendation": "deny"}, page=path).text
    assert "无法印制" not in fine


def test_a_task_that_is_done_leads_to_its_case(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    path = task_path(number)
    answer(number, world.officer, ACCEPTED)
    assert Desk.of(app, "jingban").client.get(path).location == f"/desk/cases/{number}"


def test_a_task_of_another_case_is_not_found_and_of_another_lane_refused(app: Flask, world: World) -> None:
    first, second = file(world, make_record(world)), file(world, make_record(world))
    Desk.of(app, "jingban").read(f"/desk/cases/{first}/tasks/{task(second).id}", status=404)
    Desk.of(app, "shenpi").read(task_path(first), status=403)


def test_an_extension_is_asked_for_and_granted_by_another(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    desk = Desk.of(app, "jingban")
    page = desk.read(f"/desk/cases/{number}/extension")
    assert "2026年12月3日" in page and "2026年12月17日" in page
    assert desk.send(f"/desk/cases/{number}/extension", {"reason": " "}).status_code == 422
    desk.send(f"/desk/cases/{number}/extension", {"reason": "需要协查"})
    assert "延期申请正在等负责人批准" in desk.read(f"/desk/cases/{number}")
    query = sa.select(CaseTask.id).where(CaseTask.step == "approve_extension")
    path = f"/desk/cases/{number}/tasks/{db.session.scalars(query).one()}"
    chief = Desk.of(app, "shenpi")
    assert "需要协查" in chief.read(path)
    assert chief.send(f"{path}/extension", {"answer": ""}).status_code == 422
    refused = chief.send(f"{path}/extension", {"answer": "granted", "note": ""})
    assert refused.status_code == 422 and 'href="#basis_article"' in refused.text
    assert chief.send(f"{path}/extension", {"answer": "granted", "basis_article": "第九条"}).status_code == 302
    assert _codes(number) == ["L02", "L06"]
    assert "<ins>" in chief.read(f"/desk/cases/{number}")


def test_the_clerk_forwards_to_the_department(app: Flask, world: World) -> None:
    number = file(world, make_record(world, department_id=None))
    desk = Desk.of(app, "chuangkou")
    assert "兰州市住房和城乡建设局（兰州市）" in desk.read(task_path(number))
    desk.do(number, {"department_code": "11620100MBW381091D", "reason": "由该局认定"})
    assert (task(number).step, case(number).department_id) == ("accept", world.department_id)
