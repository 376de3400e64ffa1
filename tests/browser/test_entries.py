"""Entries in lists, measures and minor records in a real browser: every new page looked at in three widths with axe."""

from datetime import date

import pytest
from flask import Flask

from tests.browser.pages import Reader
from tests.entries import make_entry
from tests.portals.clients import PASSWORD
from tests.processes.test_measures import granted, measured, notices
from tests.world import World, make_record

Served = tuple[str, Flask, World]


@pytest.fixture
def officer(reader: Reader) -> Reader:
    reader.sign_in("jingban", PASSWORD)
    return reader


def test_the_enterprise_sees_the_entry_that_comes_first(applicant: Reader, served: Served) -> None:
    _address, app, world = served
    with app.app_context():
        penalty = make_record(world)
        entry = make_entry(world, cause=penalty)
        left = make_entry(
            world, document_number="兰建信列〔2024〕9号", status="DELISTED", published=False, left_on=date(2026, 10, 9),
            left_reason="符合提前移出条件",
        )  # fmt: skip
        minor = make_record(
            world, credit_class="minor", penalties=[{"kind": "warning"}], penalty_text="警告",
            determination_date=date(2026, 10, 8),
        )  # fmt: skip
    applicant.go("/my/records")
    applicant.look("entries-list")
    page = applicant.go(f"/my/records/{penalty}")
    assert "先移出名单" in page.inner_text("main")
    applicant.look("entries-penalty")
    page.click("text=看这次列入")
    assert page.url.endswith(f"/my/records/{entry}")
    applicant.look("entries-entry")
    applicant.go(f"/my/records/{left}")
    applicant.look("entries-left")
    applicant.go(f"/my/records/{minor}")
    applicant.look("minor-record")
    applicant.go(f"/my/records/{minor}/apply")
    applicant.look("minor-apply")


def test_the_desk_takes_one_out_and_lifts_measures(officer: Reader, served: Served) -> None:
    _address, app, world = served
    with app.app_context():
        entry = make_entry(world, cause=make_record(world), document_number="兰建信列〔2025〕8号")
        record_id = measured(world)
        number = granted(world, record_id)
        own, outside = (n.id for n in notices(number))
    officer.go(f"/desk/records/{entry}")
    officer.look("desk-entry")
    page = officer.go(f"/desk/records/{entry}/delist")
    officer.look("desk-delist")
    page.click("text=送负责人确认")
    page.wait_for_load_state("networkidle")
    officer.complaints.clear()  # the browser notes the 422 itself
    officer.look("desk-delist-wrong")
    page.fill("#reason", "列入所依据的处罚决定已经撤销")
    page.fill("#basis", "《建筑市场信用管理暂行办法》有关规定")
    page.click("text=送负责人确认")
    officer.go(f"/desk/records/{entry}/delist")
    officer.look("desk-delist-waiting")
    officer.go("/desk/imports")
    officer.look("desk-imports-kinds")
    officer.go("/desk/records?kind=lists")
    officer.look("desk-lists")
    officer.go(f"/desk/records/{record_id}")
    officer.look("desk-measured-record")
    officer.go("/desk/measures")
    officer.look("desk-measures")
    page = officer.go(f"/desk/measures/{outside}")
    officer.look("desk-measure-outside")
    officer.go(f"/desk/measures/{own}")
    page.check("#answered-lifted")
    page.fill("#lifted_on", "2026-11-24")
    page.click("main >> button:has-text('答复')")
    page.wait_for_load_state("networkidle")
    officer.go(f"/desk/cases/{number}")
    officer.look("desk-case-measures")
