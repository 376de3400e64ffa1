"""The pages of a review in a real browser: asked for by the party, examined and decided in the lead department."""

from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD, open_doors
from tests.processes import reviews as r
from tests.world import World, answer, task

Served = tuple[str, Flask, World]


def test_a_review_is_asked_for_and_examined(chromium: Browser, served: Served) -> None:
    address, app, world = served
    with app.app_context():
        officer, _approver = r.lead()
        record, objection = r.concluded(world)
        open_doors()
    seats = {}
    for login in ("qiye", "officer116201", "approver116201"):
        page = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
        seats[login] = Reader(page, address)
        seats[login].sign_in(login, PASSWORD)
    party, desk, head = seats.values()
    party.go(f"/my/cases/{objection}")
    party.look("review-offered")
    page = party.go(f"/my/records/{record}/file/review")
    party.look("review-file")
    page.fill("#disagreement", r.FILING["disagreement"])
    page.fill("#request", r.FILING["request"])
    page.check("#truthful")
    page.click("button:has-text('提交复核申请')")
    page.wait_for_url("**/receipt")
    number = page.url.split("/")[-2]
    party.go(f"/my/cases/{number}")
    party.look("review-party-case")
    with app.app_context():
        path = f"/desk/cases/{number}/tasks/{task(number).id}"
    page = desk.go(path)
    page.check("#finding-changed")
    page.check("#conclusion-corrected")
    desk.look("review-examine")
    desk.go(f"/desk/cases/{number}")
    desk.look("review-case")
    with app.app_context():
        answer(number, officer, r.proposed("changed", **r.TO_18000))
        path = f"/desk/cases/{number}/tasks/{task(number).id}"
    head.go(path)
    head.look("review-decide")
    for seat in seats.values():
        seat.page.context.close()
