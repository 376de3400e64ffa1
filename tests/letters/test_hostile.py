"""Hostile content: applicant text fetches nothing, opens nothing, hides nothing and prints as what it is."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.letters.making import set_sample
from tests.letters.pdf_reading import flat
from tests.letters.test_press import _job
from workflow_app.letters.child import Presses

Trap = tuple[str, list[str]]


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    """A server that notes every request; nothing may ever reach it."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


VECTORS = [
    '<img src="{u}/img">',
    '<img srcset="{u}/srcset 2x">',
    '<link rel="stylesheet" href="{u}/css">',
    '<link rel="attachment" href="{u}/attachment">',
    '<a rel="attachment" href="{u}/a-attachment">x</a>',
    '<style>@import url("{u}/import");</style>',
    "<style>p{{background:url({u}/background)}}</style>",
    "<style>@font-face{{font-family:x;src:url({u}/font)}} p{{font-family:x}}</style>",
    "<style>p::before{{content:url({u}/content)}}</style>",
    "<style>li{{list-style-image:url({u}/list)}}</style><ul><li>x</ul>",
    "<style>@page{{background:url({u}/page)}}</style>",
    "<style>p{{border-image:url({u}/border) 1}}</style>",
    '<object data="{u}/object"></object>',
    '<embed src="{u}/embed">',
    '<iframe src="{u}/iframe"></iframe>',
    '<svg><image href="{u}/svg-image" width="9" height="9"/></svg>',
    '<svg><use href="{u}/svg-use#a"/></svg>',
    '<svg><style>@import "{u}/svg-import";</style></svg>',
    '<video poster="{u}/poster"></video>',
    '<input type="image" src="{u}/input">',
    '<base href="{u}/"><img src="relative">',
    '<meta http-equiv="refresh" content="0;url={u}/refresh">',
    '<p style="background:url({u}/inline)">x</p>',
    '<img src="file:///etc/passwd">',
    '<link rel="attachment" href="file:///etc/passwd">',
]


@pytest.fixture(scope="module")
def presses() -> Iterator[Presses]:
    found = Presses(limit=1)
    yield found
    found.close()


@pytest.mark.parametrize("vector", VECTORS)
def test_even_a_template_that_names_a_resource_fetches_nothing(vector: str, trap: Trap, presses: Presses) -> None:
    address, seen = trap
    answer, pdf = presses.ask(_job(f"<html><body><p>x</p>{vector.format(u=address)}</body></html>"))
    assert seen == []
    assert b"root:" not in pdf
    assert answer["ok"] or answer["code"] in ("letter_fetches", "letter_badly_set", "letter_press_failed")


@pytest.mark.parametrize("vector", VECTORS)
def test_the_same_words_in_a_field_are_printed_as_words(vector: str, trap: Trap) -> None:
    address, seen = trap
    written = vector.format(u=address)
    pdf = set_sample("L06", reason=written)
    assert seen == []
    assert written.replace(" ", "") in flat(pdf)


@pytest.mark.parametrize(
    "written", ["{{7*7}}", "{% include 'x' %}", "${7*7}", "#{7*7}", "<script>alert(1)</script>", '"><b>', "&amp;"]
)
def test_markup_of_any_kind_stays_literal(written: str) -> None:
    assert f"理由{written.replace(' ', '')}。" in flat(set_sample("L06", reason=f"理由{written}"))


@pytest.mark.parametrize(
    "key", ["addressee_name", "record_document_number", "determining_department", "contact_address"]
)
def test_markup_in_every_other_field_stays_literal(key: str) -> None:
    assert "<imgsrc=x>甲" in flat(set_sample("L02", **{key: "<img src=x>甲"}))


def test_five_hundred_lines_are_refused_and_two_hundred_set() -> None:
    assert flat(set_sample("L06", reason="\n".join(["一行理由。"] * 200))).count("一行理由。") == 200
