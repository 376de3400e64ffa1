"""An interview in a real browser: a reminder that nobody comes to, a warning, its talk, its end; pages in three widths with axe."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD, open_doors
from tests.processes import interviews as i
from tests.world import World, make_record
from workflow_app.foundation.database import db

Served = tuple[str, Flask, World]
WARNED = i.MEETING + timedelta(days=7)


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


def test_reminder_no_show_warning_done(served: Served, seat: Callable[[str], Reader]) -> None:
    _address, app, world = served
    with app.app_context():
        town = i.grown(world)
        open_doors()
        record = make_record(world)
    officer = seat("jingban")
    page = officer.go(f"/desk/records/{record}/open/interview")
    page.check("#ground-paper")
    page.fill("#paper_number", i.PAPER["paper_number"])
    page.check("#failure-PARTIAL")
    page.fill("#missing", i.PAPER["missing"])
    page.click("main form.two button[type=submit]")
    page.wait_for_url("**/desk/cases/GSYT-*")
    number = page.url.rsplit("/", 1)[1]

    with app.app_context():
        i.propose(town, number)
        arranging = i.path_of(number, "schedule")
    page = officer.go(arranging)
    for name, value in (("day", "2026-12-01"), ("begins", "09:30"), ("ends", "10:30"), ("room", "三楼约谈室"),
                        ("basis_article", "参照《条例》有关条款")):  # fmt: skip
        page.fill(f"#{name}", value)
    for name, who in (("officer_1", "李建国"), ("recorder", "赵敏")):
        page.select_option(f"#{name}", label=who)
    officer.look("interview-schedule", widths=(1440, 390))
    page.click("button.btn-primary")
    page.wait_for_url(f"**/desk/cases/{number}")
    officer.complaints.clear()  # sending may overtake a draft that is being kept
    officer.go("/desk/appointments?on=2026-12-01")
    officer.look("interview-calendar")

    party = seat("qiye")
    page = party.go(f"/my/cases/{number}/correct")
    page.check("#choice-confirm")
    page.fill("#attendee_name", "马珺玥")
    page.fill("#attendee_title", "法定代表人")
    party.look("interview-reply", widths=(390,))
    page.click("form[data-draft] button.btn-primary")
    page.wait_for_url(f"**/my/cases/{number}")
    party.complaints.clear()

    with app.app_context():
        i.do(number, "attend", town.officer, i.MISSED, now=i.MEETING)  # nobody came
        i.propose(town, number, now=i.MEETING)
        i.do(number, "schedule", town.officer, i.notice(town, day="2026-12-08"), now=i.MEETING)
        i.do(number, "attend", town.officer, i.CAME, now=WARNED)
        i.do(number, "talk", town.officer, i.TALK, now=WARNED)
        row = i.commitment(due_on="2026-12-25")
        i.do(number, "minutes", town.officer, {"commitments": [row], "basis_article": "参照"}, now=WARNED)
        i.do(number, "plan", town.applicant, {"rectify_plan": "按期完成。", "truthful": "1"}, now=WARNED)
        report = [{"key": "1", "state": "done", "text": "已全部补设。"}]
        i.do(number, "perform", town.applicant, {"progress": report, "truthful": "1"}, now=WARNED)
        i.verified(town, number, now=WARNED)
        db.session.rollback()
    officer.go(f"/desk/cases/{number}")
    assert "整改到位" in page_text(officer)
    officer.look("interview-case", widths=(1440, 390))


def page_text(reader: Reader) -> str:
    return reader.page.locator("main").inner_text()
