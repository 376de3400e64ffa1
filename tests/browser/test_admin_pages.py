"""The administrators' pages in three widths, without a fault of accessibility or of the content policy; a year put in
force by two persons in two browsers."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import world as w
from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD, open_doors
from tests.world import NOON, World
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.state import JobState, JobStatus
from workflow_app.people.accounts import Account, Role
from workflow_app.portals.admin.letter_templates import sample_pages

pytestmark = pytest.mark.browser
DUTIES = {"xitong": Role.SYSTEM_ADMIN, "anquan": Role.SECURITY_ADMIN, "shenji": Role.AUDITOR}
NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月20日（周六）上班。"""


@pytest.fixture(scope="module")
def duties(served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        with transaction():
            for login, role in DUTIES.items():
                db.session.add(Account(login=login, name=login, role=role, password_hash="!", created_at=NOON))
        open_doors()
        w.file(world, w.make_record(world))
        sample_pages("L07")  # the first press of a process starts slowly
        app.extensions["jobs"].jobs["letter:x"] = JobState(
            key="letter:x", job="render", queue="letters", args=(), attempt=3, status=JobStatus.FAILED,
            error="RenderFailed: 缺少字形", first_at=NOON, since=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("anquan", "accounts"),
        ("anquan", "accounts/3"),
        ("xitong", "departments"),
        ("xitong", f"departments/{w.HOUSING}"),
        ("xitong", "calendar"),
        ("xitong", "calendar?year=2027"),
        ("xitong", "parameters"),
        ("xitong", "letters"),
        ("xitong", "letters/L07"),
        ("xitong", "jobs"),
        ("xitong", "changes"),
        ("shenji", "audit?verify=1"),
    ],
)
def test_pages_are_whole(reader: Reader, duties: None, login: str, path: str) -> None:
    reader.sign_in(login, PASSWORD)
    reader.go(f"/admin/{path}")
    reader.look("admin-" + path.split("?")[0].replace("/", "-"))


def test_the_page_of_ones_own_password_is_whole(reader: Reader, duties: None) -> None:
    reader.sign_in("xitong", PASSWORD)
    reader.go("/password")
    reader.look("password")


def test_a_year_takes_two_persons(reader: Reader, duties: None, chromium: Browser) -> None:
    reader.sign_in("xitong", PASSWORD)
    page = reader.go("/admin/calendar")
    page.fill("#year", "2027")
    page.fill("#notice", "国办发明电〔2026〕9号")
    page.fill("#text", NOTICE)
    page.click("text=先看读得对不对")
    page.get_by_text("还没有生效").wait_for()
    reader.look("admin-calendar-proposal")
    page.click("text=提出 2027 年日历")
    page.get_by_text("等另一位管理员复核").wait_for()
    context = chromium.new_context(locale="zh-CN")
    second = Reader(context.new_page(), reader.address)
    second.sign_in("anquan", PASSWORD)
    second.go("/admin/changes")
    second.look("admin-changes")
    second.page.click("text=批准，立即生效")
    second.page.get_by_text("已批准").first.wait_for()
    context.close()
    assert reader.go("/admin/calendar?year=2027").get_by_text("国办发明电〔2026〕9号").first.is_visible()
