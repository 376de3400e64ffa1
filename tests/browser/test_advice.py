"""Letters of advice and guides as people see them: the desk, the record of its enterprise, the pages of help."""

import pytest
from flask import Flask

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from tests.world import NOON, World, make_record
from workflow_app.actions.issue_advice import issue_advice
from workflow_app.actions.prepare_advice import advice_sweep
from workflow_app.foundation.database import db

pytestmark = pytest.mark.browser
LONG = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司第三分公司临夏回族自治州项目部"


def test_an_officer_makes_prints_and_notes_letters(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    reader.sign_in("jingban", PASSWORD)
    reader.go("/desk/advice")
    reader.look("advice-empty")
    with app.app_context():
        for more in ({}, {"subject_name": LONG}, {"credit_class": None}):
            make_record(world, **more)
        advice_sweep(NOON)
    page = reader.go("/desk/advice")
    reader.look("advice-prepared")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.check("input[data-all]")
    page.click("text=制作这些")
    page.wait_for_selector("text=正在排版：0 / 2 份")
    with app.app_context():
        app.extensions["jobs"].drain(app)
    page.wait_for_selector("text=下载这 2 份，合成一个 PDF")
    reader.look("advice-chosen")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.fill("#tried_on", "2026-11-24")
    page.select_option("#attempt", "left:left")
    page.fill("#place", "公司前台")
    page.fill("#reason", "拒绝签收")
    page.fill("#witness", "居委会张某")
    page.click("text=登记这 2 份的送达")
    page.wait_for_selector("text=已登记 2 份告知书的送达")
    reader.look("advice-served")
    reader.go("/desk/advice?tab=unclassified")
    reader.look("advice-unclassified")


def test_an_enterprise_finds_its_letter_on_the_record(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        record_id = make_record(world)
        advice_sweep(NOON)
        issue_advice(record_id=record_id, actor=world.officer, now=NOON)
        app.extensions["jobs"].drain(app)
        db.session.remove()
    reader.sign_in("qiye", PASSWORD)
    page = reader.go(f"/my/records/{record_id}")
    reader.look("advice-enterprise")
    with page.expect_download() as got:
        page.click("text=打开告知书")
    assert got.value.suggested_filename.startswith("信用修复告知书_")


@pytest.mark.parametrize("role", ["enterprise", "officer"])
def test_guides_are_readable_everywhere(reader: Reader, role: str) -> None:
    reader.go(f"/help/{role}")
    reader.look(f"guide-{role}")
