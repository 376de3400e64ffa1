"""Hostile content: applicant text fetches nothing, opens nothing, hides nothing and prints as what it is."""

import http.server
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from tests.letters.making import set_sample
from tests.letters.pdf_reading import flat
from tests.letters.samples import sample
from tests.letters.test_press import _job
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters import pdf_child
from workflow_app.letters.catalogue import LETTERS
from workflow_app.letters.child import PressDown, Presses
from workflow_app.letters.content import freeze

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
    "<style>p{{mask:url({u}/mask);filter:url({u}/filter);cursor:url({u}/cursor)}}</style>",
    '<style>@import "{u}/layer" layer(x);</style>',
    "<style>p{{background:image-set('{u}/set' 1x)}}</style>",
    "<style>@page{{@top-left{{content:url({u}/margin)}}}}</style>",
    '<a href="{u}/link" download rel="attachment">x</a>',
]
PICTURES = [
    '<image href="{u}/image" width="9" height="9"/>',
    '<image xlink:href="{u}/xlink" width="9" height="9"/>',
    '<image href="file:///etc/passwd" width="9" height="9"/>',
    '<use href="{u}/use.svg#a"/>',
    '<filter id="f"><feImage href="{u}/fe"/></filter><rect width="9" height="9" filter="url(#f)"/>',
    '<style>@import "{u}/import";</style>',
    '<style>@font-face{{font-family:x;src:url({u}/font)}} text{{font-family:x}}</style><text y="9">x</text>',
    '<rect width="9" height="9" fill="url({u}/fill#a)"/>',
    '<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{u}/foreign"/></foreignObject>',
    '<script href="{u}/script"/>',
    '<a href="{u}/a"><rect width="9" height="9"/></a>',
    '<image href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{u}/in%22/%3E%3C/svg%3E"/>',
]
PROLOGUES = [
    '<!DOCTYPE svg SYSTEM "{u}/dtd">',
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE svg [<!ENTITY % x SYSTEM "{u}/entity">%x;]>',
    '<?xml-stylesheet href="{u}/sheet"?>',
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


@pytest.mark.parametrize("vector", [*PICTURES, *PROLOGUES])
def test_a_picture_that_names_a_resource_fetches_nothing(vector: str, trap: Trap, presses: Presses) -> None:
    """As the letter's own picture, and as the seal of a signature."""
    address, seen = trap
    named = vector.replace("{{", "{").replace("}}", "}").replace("{u}", address)
    head, inside = (named, "<text y='9'>&x;</text>") if vector in PROLOGUES else ("", named)
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    svg = f'{head}<svg {spaces} width="9" height="9">{inside}</svg>'
    page = '<html><body><p>x</p><img src="asset:evil.svg" alt="x"></body></html>'
    for question in (_job(page, assets={"evil.svg": svg}), {"seal": svg}):
        try:
            answer, pdf = presses.ask(question)
        except PressDown:
            continue
        assert b"root:" not in pdf and b"/URI" not in pdf
        assert answer["ok"] or answer["code"] in ("letter_fetches", "letter_badly_set", "letter_press_failed")
    assert seen == []


def test_no_text_becomes_a_link_an_action_or_a_file(trap: Trap) -> None:
    """Addresses, scripts and the marks of metadata in every text: the file has one attachment, no action, sound metadata."""
    address, seen = trap
    nasty = f"{address}/x javascript:alert(1) </rdf:Description><x:y/> ]]> /Launch (calc) %EOF"
    fields = ("reason", "addressee_name", "organ_name", "record_facts", "record_document_number")
    pdf = set_sample("L06", **dict.fromkeys(fields, nasty))
    with pikepdf.Pdf.open(BytesIO(pdf)) as document:
        assert list(document.attachments) == ["data.json"]
        assert "/OpenAction" not in document.Root and "/AA" not in document.Root
        assert not any("/A" in note for page in document.pages for note in page.get("/Annots", []))
        with document.open_metadata() as metadata:
            assert nasty[:20] in str(metadata.get("dc:creator"))
        found = pdf_child._dictionaries(
            document
        )  # what the house refuses in a file that comes in, but for the attachment
        assert not any(pdf_child._acts(d) for d in found if "/EF" not in d)
    assert seen == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("长" * 20_001, "letter_item_too_long"),
        ("A" * 400, "letter_item_too_long"),
        ("行\n" * 201 + "行", "letter_item_too_long"),
        ("隐\u200b藏", "letter_unprintable"),
        ("倒\u202e序", "letter_unprintable"),
        ("私\ue000用", "letter_unprintable"),
        ("标\U000e0041签", "letter_unprintable"),
        ("选\ufe0f择", "letter_unprintable"),
    ],
)
def test_what_no_letter_can_carry_is_refused_before_it_takes_a_number(text: str, code: str) -> None:
    with pytest.raises(RuleViolation, match=code):
        freeze(LETTERS["L06"], sample("L06", reason=text))


def test_a_letter_of_many_long_passages_is_refused_before_it_takes_a_number() -> None:
    with pytest.raises(RuleViolation, match="letter_too_long"):
        freeze(LETTERS["L06"], sample("L06", reason="长" * 19_000, record_facts="长" * 19_000))


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
