"""What anybody sees: every page in three widths, without a fault of accessibility or of the content policy."""

import pytest
from flask import Flask

from tests.browser.pages import Reader, violations
from tests.portals.records import make_records
from tests.world import SUBJECT, World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/help", "help"),
        ("/accessibility", "accessibility"),
        ("/verify/ABCD", "verify"),
        ("/login", "sign-in"),
    ],
)
def test_pages_are_whole(reader: Reader, path: str, name: str) -> None:
    reader.go(path)
    reader.look(name)


def test_a_missing_page_says_what_to_do(reader: Reader) -> None:
    reader.go("/there/is/nothing")
    reader.complaints.clear()  # the browser itself notes the 404
    reader.look("missing")


def test_anybody_may_look_up_an_enterprise(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        make_records(world)
    page = reader.go("/")
    page.fill("#s", SUBJECT)
    page.press("#s", "Enter")
    page.wait_for_load_state("networkidle")
    assert page.locator("article.record").count() >= 4
    assert page.get_by_text("现在可以申请").count() >= 1
    reader.look("check")


def test_large_text_is_kept_and_still_fits(reader: Reader) -> None:
    page = reader.go("/")
    page.click(".sizes >> text=大字")
    reader.go("/help")
    assert page.locator("html").get_attribute("data-size") == "large"
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    reader.look("help-large", widths=(390,))


def test_the_keyboard_reaches_everything_with_a_visible_ring(reader: Reader) -> None:
    page = reader.go("/")
    stops = []
    for _ in range(40):
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
