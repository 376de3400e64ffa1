"""What anybody sees: every page in three widths, without a fault of accessibility or of the content policy."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.browser.pages import SHOTS, WIDTHS, Reader, violations
from tests.cases.test_commitments import repaired
from tests.portals.records import LONG_NAME, make_records
from workflow_app.cases.query_codes import give_query_code, new_query_code
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.blank_forms import make_blank_forms
from workflow_app.people.lockout import SignInCounter
from workflow_app.people.look_ups import MOST, LookUp
from workflow_app.records.credit_record import CreditRecord

pytestmark = pytest.mark.browser
Served = tuple[str, Flask, w.World]


@pytest.fixture(scope="module")
def town(served: Served) -> dict[str, Any]:
    """Records in every standing, commitments, forms, and cases with their codes."""
    _address, app, world = served
    with app.app_context():
        records = make_records(world)
        make_blank_forms(w.NOON)
        code = new_query_code()
        asked, late = w.file(world, w.make_record(world)), w.file(world, w.make_record(world), now=w.NOON - 9 * w.DAY)
        w.answer(asked, world.officer, {
            "outcome": "correct", "missing_items": [{"name": "授权委托书", "requirement": "加盖公章"}],
            "basis_article": "第八条",
        })  # fmt: skip
        done = repaired(world)
        for name in (LONG_NAME, "白银锦恒有限公司"):
            repaired(world, subject_name=name, department_name="积石山保安族东乡族撒拉族自治县住房和城乡建设局")
        for number in (asked, late, done):
            case = w.case(number)
            with transaction():
                give_query_code(case, code, now=w.NOON)
        query = sa.select(CreditRecord.id, CreditRecord.document_number)
        numbers = {row.id: row.document_number for row in db.session.execute(query)}
        documents = {standing: numbers[record_id] for standing, record_id in records.items()}
        db.session.remove()
    return {"documents": documents, "code": code, "asked": asked, "late": late, "done": done}


@pytest.fixture
def free(served: Served) -> Iterator[None]:
    """The limit on look-ups counts anew."""
    yield
    with served[1].app_context():
        with transaction():
            db.session.execute(sa.delete(SignInCounter))
        db.session.remove()


PHONE = (390,)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/help", "help"),
        ("/guide/repair", "guide-repair"),
        ("/accessibility", "accessibility"),
        ("/check", "check-form"),
        ("/progress", "progress-form"),
        ("/commitments", "commitments"),
        ("/forms", "forms"),
        ("/verify/ABCD", "verify"),
        ("/login", "sign-in"),
    ],
)
def test_pages_are_whole(reader: Reader, town: dict[str, Any], path: str, name: str) -> None:
    reader.go(path)
    reader.look(name)


def test_their_kin_and_empty_ones_are_whole_too(reader: Reader, town: dict[str, Any], served: Served) -> None:
    for path, name in (
        ("/guide/objection", "guide-objection"),
        ("/guide/interview", "guide-interview"),
        ("/commitments?q=没有这家", "commitments-none"),
        ("/verify", "verify-form"),
    ):
        reader.go(path)
        reader.look(name, widths=PHONE)
    clock = served[1].extensions["clock"]
    clock.move_to(w.NOON + timedelta(days=400))
    try:
        page = reader.go("/commitments")
        assert page.get_by_text("现在没有公开的承诺").count() == 1
        reader.look("commitments-empty", widths=PHONE)
    finally:
        clock.move_to(w.NOON)


def test_a_missing_page_says_what_to_do(reader: Reader) -> None:
    reader.go("/there/is/nothing")
    reader.complaints.clear()  # the browser itself notes the 404
    reader.look("missing")


def test_anybody_who_holds_the_decision_may_ask(reader: Reader, town: dict[str, Any], free: None) -> None:
    page = reader.go("/")
    page.fill("#document", town["documents"]["can"])
    page.fill("#code", w.SUBJECT)
    page.press("#code", "Enter")
    page.wait_for_load_state("networkidle")
    assert page.locator("article.record").count() == 1
    assert page.get_by_text("时间已到").count() == 1
    reader.look("check")


def test_every_answer_is_whole(reader: Reader, town: dict[str, Any], free: None) -> None:
    for standing in ("wait", "classify", "elsewhere"):
        reader.go(f"/check?document={quote(town['documents'][standing])}&code={w.SUBJECT}")
        reader.look(f"check-{standing}", widths=PHONE)
    page = reader.go("/check?document=没有这个文号&code=" + w.SUBJECT)
    assert page.get_by_text("没有查到").count() == 1
    reader.look("check-none", widths=PHONE)


def test_a_mistake_gets_the_focus(reader: Reader) -> None:
    page = reader.go(f"/check?document=&code={w.SUBJECT[:-1]}A")
    assert page.title().startswith("错误")
    assert page.evaluate("document.activeElement.className").startswith("errors")
    page.click(".errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "document"
    reader.complaints.clear()  # the browser itself notes the 422
    reader.look("check-mistake", widths=PHONE)


def test_too_many_look_ups_are_told_on_the_page(
    reader: Reader, town: dict[str, Any], served: Served, free: None
) -> None:
    client = served[1].test_client()
    for _ in range(MOST[LookUp.RECORD]):
        client.get("/check", query_string={"document": "x", "code": w.SUBJECT})
    page = reader.go(f"/check?document=x&code={w.SUBJECT}")
    assert page.get_by_text("查询次数太多").count() == 1
    reader.complaints.clear()  # the browser itself notes the 429
    reader.look("check-refused", widths=PHONE)


def test_progress_is_asked_by_keyboard_and_shown(reader: Reader, town: dict[str, Any], free: None) -> None:
    for which, widths in (("asked", WIDTHS), ("late", PHONE), ("done", PHONE)):
        page = reader.go("/progress")
        page.focus("#number")
        page.keyboard.type(town[which])
        page.keyboard.press("Tab")
        page.keyboard.type(town["code"].lower())
        with page.expect_navigation(wait_until="networkidle"):
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == town[which]
        assert town["code"] not in page.url
        reader.look(f"progress-{which}", widths=widths)


def test_a_wrong_code_says_what_to_do(reader: Reader, town: dict[str, Any], free: None) -> None:
    page = reader.go("/progress")
    page.fill("#number", town["asked"])
    page.fill("#code", "0000-0000-0000")
    page.press("#code", "Enter")
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("案号和查询码对不上").count() >= 1
    reader.complaints.clear()  # the browser itself notes the 422
    reader.look("progress-wrong", widths=PHONE)


def test_the_receipt_carries_the_code_to_paper(applicant: Reader, served: Served) -> None:
    with served[1].app_context():
        record_id = w.make_record(served[2])
        db.session.remove()
    page = applicant.go(f"/my/records/{record_id}/apply")
    for name in ("applicant_name", "applicant_phone", "signer_name"):
        page.fill(f"#{name}", w.FILING[name])
    page.check("#commitment")
    page.check("#publish_commitment")
    page.click("main button.btn-lg[type=submit]")
    page.wait_for_load_state("networkidle")
    code = page.locator(".slip-code").inner_text()
    assert page.get_by_role("button", name="打印回执").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".slip-code").is_visible()
    assert not page.get_by_role("button", name="打印回执").is_visible()
    assert not page.locator(".top nav").is_visible()
    page.emulate_media(media="screen")
    applicant.look("receipt")
    page.reload()
    assert page.get_by_text(code).count() == 0
    applicant.look("receipt-again", widths=PHONE)


def test_pages_print_without_what_paper_cannot_do(reader: Reader, town: dict[str, Any], free: None) -> None:
    page = reader.go(f"/check?document={quote(town['documents']['can'])}&code={w.SUBJECT}")
    page.emulate_media(media="print")
    assert page.locator("article.record").is_visible()
    assert page.locator(".ledger").is_visible()
    assert not page.locator(".check-form").is_visible()
    reader.go("/commitments")
    assert page.locator(".pledges").is_visible()
    assert not page.locator("form[role=search]").is_visible()
    page.screenshot(path=SHOTS / "commitments-print.png", full_page=True)


def test_large_text_is_kept_and_still_fits(reader: Reader, town: dict[str, Any]) -> None:
    page = reader.go("/")
    page.click(".sizes >> text=大字")
    page.set_viewport_size({"width": 390, "height": 900})
    for path in ("/", "/guide/repair", "/commitments", "/progress", "/help"):
        reader.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert page.locator("html").get_attribute("data-size") == "large"
    assert violations(page) == []
    reader.look("help-large", widths=PHONE)


@pytest.mark.parametrize("path", ["/", "/commitments"])
def test_the_keyboard_reaches_everything_with_a_visible_ring(reader: Reader, town: dict[str, Any], path: str) -> None:
    page = reader.go(path)
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.textContent.trim().slice(0, 20), parseFloat(s.outlineWidth)]; }"
        )
        if stop[0] == "BODY":
            break
        stops.append(stop)
    assert len(stops) > 10
    assert [s for s in stops if s[2] < 2] == []
