"""Service of letters in a real browser: the lists, an attempt, a public notice, the party's pages, in three widths with axe."""

import pytest
from flask import Flask

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from tests.processes.revocations import noticed, repaired
from tests.serving import CONFIRMED, REFUSED, issued, printed, tried
from tests.world import NOON, World
from workflow_app.actions.announce_letter import ask_notice, settle_notice
from workflow_app.foundation.database import db

pytestmark = pytest.mark.browser
LONG = (
    "送达人两次到注册地址，门口挂锁，物业说该单位三个月以前已经搬走，留下的电话是空号，又到法定代表人户籍地址查找，没有找到。"
    * 3
)


def test_an_officer_serves_a_letter(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    reader.sign_in("jingban", PASSWORD)
    reader.go("/desk/service")
    reader.look("service-empty")
    with app.app_context():
        _waiting, announced, asked = issued(world), issued(world), issued(world)
        for each in (announced, asked):
            tried(world, each, REFUSED | {"reason": LONG})
            ask_notice(letter_id=each, ground="tried", reason=LONG, actor=world.officer, now=NOON)
        settle_notice(letter_id=announced, approved=True, note="", actor=world.approver, now=NOON)
        db.session.remove()
    page = reader.go("/desk/service")
    reader.look("service-waiting")
    page.click("tbody a >> nth=0")
    page.wait_for_selector("text=登记一次送达")
    page.click("button:has-text('登记')")
    page.wait_for_selector(".errors")
    reader.complaints.clear()  # the browser calls an answer of 422 an error
    reader.look("service-refused")
    page.select_option("#attempt", "direct:signed")
    page.fill("#tried_on", "2026-11-24")
    page.fill("#receiver", "马珺玥")
    page.select_option("#receiver_identity", "legal_representative")
    page.click("button:has-text('登记')")
    page.wait_for_selector("text=已登记，送达日")
    page.click("summary:has-text('申请行政复议的最后一天')")
    reader.look("service-served")
    reader.go("/desk/service?tab=announced")
    reader.look("service-announced")
    reader.go(f"/desk/service/{announced}")
    reader.look("service-notice")
    reader.go("/desk/service/notices")
    reader.look("service-notices-day")
    reader.go("/notices")
    reader.look("notices-public")
    reader.go("/notices?on=2020-01-01")
    reader.look("notices-public-empty")


def test_a_party_reads_how_it_was_served_and_signs_its_address(
    reader: Reader, served: tuple[str, Flask, World]
) -> None:
    _address, app, world = served
    with app.app_context():
        number = noticed(world, repaired(world))
        letter = printed(number, "L09")
        db.session.remove()
    reader.sign_in("qiye", PASSWORD)
    page = reader.go(f"/my/cases/{number}")
    reader.look("service-case-waits")
    reader.go(f"/my/letters/{letter}/service")
    reader.look("service-party-unserved")
    with app.app_context():
        tried(world, letter)
        db.session.remove()
    page = reader.go(f"/my/letters/{letter}/service")
    page.click("summary >> nth=0")
    reader.look("service-party-served")
    reader.go("/my/letters")
    reader.look("service-party-letters")
    page = reader.go("/my/address")
    reader.look("address-empty")
    for field in ("receiver", "phone", "postal_address", "signer_name"):
        page.fill(f"#{field}", CONFIRMED[field])
    page.check("#electronic")
    page.check("#agreed")
    page.click("main button:has-text('签署')")
    page.wait_for_selector("text=送达地址确认书已经生效")
    reader.look("address-signed")


def test_the_counter_keeps_an_address(reader: Reader, served: tuple[str, Flask, World]) -> None:
    reader.sign_in("chuangkou", PASSWORD)
    reader.go(f"/desk/addresses/{served[2].organisation_id}")
    reader.look("address-counter")
