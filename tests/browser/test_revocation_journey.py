"""A revocation in a real browser: opened on the record, noticed, answered by the party, decided, seen by all; every page in
three widths with axe."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from tests.processes.revocations import NOTICE, OPENING, PROPOSAL, repaired
from tests.processes.roads import confirm_all
from tests.world import DAY, NOON, World, make_record, task
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.foundation.database import db

Served = tuple[str, Flask, World]
LONG_NAME = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司"


@pytest.fixture
def seat(chromium: Browser, served: Served) -> Iterator[Callable[[str], Reader]]:
    """Browsers of their own for whoever signs in."""
    contexts = []

    def of(login: str) -> Reader:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.set_default_timeout(40_000)
        contexts.append(context)
        found = Reader(context.new_page(), served[0])
        found.sign_in(login, PASSWORD)
        return found

    yield of
    for context in contexts:
        context.close()


def _path(served: Served, number: str) -> str:
    with served[1].app_context():
        db.session.rollback()
        return f"/desk/cases/{number}/tasks/{task(number).id}"


def refused(reader: Reader, name: str) -> None:
    """Look at a page that answers 422, which the browser logs as an error."""
    reader.page.locator(".errors").wait_for()
    reader.page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look(name)


def test_a_commitment_to_be_looked_at(served: Served, seat: Callable[[str], Reader]) -> None:
    """Before the revocation, which bars the enterprise from the repair this begins with."""
    _address, app, world = served
    tomorrow = NOON + DAY
    with app.app_context():
        record = repaired(world, subject_name=LONG_NAME)
        make_record(world, determination_date=tomorrow.date(), violation_type="未按规定办理施工许可" * 8)
        record_sweep(tomorrow)
    officer, head = seat("jingban"), seat("shenpi")
    officer.go(f"/desk/records/{record}")
    officer.look("commitment-record")
    officer.go(f"/desk/records/{record}/commitment")
    officer.look("commitment-check")
    officer.page.click("main button[type=submit]")
    refused(officer, "commitment-check-errors")
    officer.page.check("#finding-kept")
    officer.page.fill("#basis", "核对新处罚决定书，与承诺事项无关")
    officer.page.click("main button[type=submit]")
    officer.page.wait_for_url(f"**/desk/records/{record}")
    head.go(f"/desk/records/{record}/commitment")
    head.look("commitment-confirm")


def test_a_revocation_from_its_opening_to_its_end(served: Served, seat: Callable[[str], Reader]) -> None:
    _address, app, world = served
    with app.app_context():
        record = repaired(world, subject_name=LONG_NAME)
    officer, party, head = seat("jingban"), seat("qiye"), seat("shenpi")
    officer.go(f"/desk/records/{record}")
    officer.look("revocation-record")
    officer.page.click("text=撤销信用修复立案")
    officer.page.click("main button[type=submit]")
    refused(officer, "revocation-open-errors")
    officer.page.check("#cause-false_material")
    officer.page.select_option("#origin", "report")
    officer.page.fill("#suspicion", OPENING["suspicion"])
    officer.look("revocation-open")
    officer.page.click("main button[type=submit]")
    officer.page.wait_for_url("**/desk/cases/**")
    number = officer.page.url.rsplit("/", 1)[-1]
    officer.look("revocation-case")
    officer.go(_path(served, number))
    officer.page.check("#outcome-notify")
    officer.page.click("main button.btn-primary")
    refused(officer, "revocation-notify-errors")
    officer.page.check("#outcome-notify")
    for name in ("found", "evidence", "basis_article"):
        officer.page.fill(f"#{name}", NOTICE[name])
    officer.page.click("text=预览告知书")
    officer.look("revocation-notice-preview")
    officer.go(_path(served, number))
    officer.page.click("main button.btn-primary")
    officer.page.wait_for_url("**/desk**")
    party.go(f"/my/cases/{number}")
    party.look("revocation-my-case")
    party.page.click("text=去陈述申辩")
    party.page.click("main form[data-draft] button[type=submit]")
    refused(party, "revocation-state-errors")
    party.page.check("#position-object")
    party.page.fill("#defence", "凭证由代理机构提供，我单位不知情。\n" + "已经报案。" * 60)
    party.look("revocation-state")
    party.page.click("main form[data-draft] button[type=submit]")
    party.page.wait_for_url(f"**/my/cases/{number}")
    party.look("revocation-my-case-stated")
    officer.go(_path(served, number))
    officer.page.check("#recommendation-revoke")
    officer.page.fill("#response", PROPOSAL["response"])
    officer.page.click("main button.btn-primary")
    refused(officer, "revocation-examine-errors")
    officer.page.check("#recommendation-revoke")
    officer.page.check("#figures_checked")
    officer.page.click("main button.btn-primary")
    officer.page.wait_for_url("**/desk**")
    head.go(_path(served, number))
    head.look("revocation-decide")
    head.page.check("#verdict-approved")
    head.page.click("main button.btn-primary")
    head.page.wait_for_url("**/desk**")
    party.go(f"/my/cases/{number}")
    party.look("revocation-my-case-decided")
    with app.app_context():
        confirm_all(number)
    for reader, path, name in (
        (officer, f"/desk/cases/{number}", "revocation-case-ended"),
        (officer, f"/desk/records/{record}", "revocation-record-ended"),
        (party, f"/my/cases/{number}", "revocation-my-case-ended"),
        (party, f"/my/records/{record}", "revocation-my-record-ended"),
    ):
        reader.go(path)
        reader.look(name)
