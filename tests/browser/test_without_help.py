"""The enterprise's road without script, on paper, in forced colours and with the longest names."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.papers import pdf
from tests.portals.clients import PASSWORD
from tests.portals.records import LONG_NAME
from tests.world import World, file, make_record
from workflow_app.foundation.database import db, transaction
from workflow_app.people.organisations import Organisation

pytestmark = pytest.mark.browser
LONG = "未按照规定在施工现场的危险部位设置明显的安全警示标志，也未按照国家有关规定在施工现场设置消防通道、消防水源" * 2


def test_without_script_one_can_apply_and_see_a_ledger(
    chromium: Browser, served: tuple[str, Flask, World], tmp_path: Path
) -> None:
    address, app, world = served
    with app.app_context():
        record_id = make_record(world)
    context = chromium.new_context(java_script_enabled=False)
    reader = Reader(context.new_page(), address)
    reader.sign_in("qiye", PASSWORD)
    page = reader.go(f"/my/records/{record_id}/apply")
    paper = tmp_path / "proof.pdf"
    paper.write_bytes(pdf())
    page.set_input_files("#file", paper)
    page.click("form.drop button[type=submit]")
    assert page.get_by_text("已检查，可以打开").count() == 1
    page.check("#commitment")
    page.check("#publish_commitment")
    page.click("main >> text=提交申请")
    assert page.get_by_text("已收到您的申请").count() == 1
    page.click("text=看办理过程")
    page.click("text=怎么算的")
    assert page.locator(".ledger-days").count() == 1
    context.close()


def test_long_names_and_texts_stay_inside(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        with transaction():
            firm = db.session.get(Organisation, world.organisation_id)
            assert firm is not None
            firm.name = LONG_NAME
        record_id = make_record(world, violation_type=LONG[:200], facts=LONG, department_name=LONG_NAME)
        number = file(world, make_record(world, violation_type=LONG[:200], department_name=LONG_NAME))
    for path, name in (
        ("/my/records", "long-records"),
        (f"/my/records/{record_id}", "long-record"),
        (f"/my/records/{record_id}/apply", "long-apply"),
        (f"/my/cases/{number}", "long-case"),
        ("/my/cases", "long-cases"),
    ):
        applicant.go(path)
        applicant.look(name, widths=(1440, 390))


def test_print_shows_what_counts(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        record_id = make_record(world)
    page = applicant.go(f"/my/records/{record_id}")
    page.emulate_media(media="print")
    assert page.locator(".ledger-days").is_visible()
    for hidden in (".top nav", ".sizes", ".person", "main .btn >> nth=0"):
        assert not page.locator(hidden).is_visible(), hidden


def test_forced_colours_keep_every_mark(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    applicant.page.emulate_media(forced_colors="active")
    applicant.go("/my/records")
    applicant.look("forced-colours", widths=(1440,))
