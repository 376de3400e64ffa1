"""Blank forms: one sheet each, made by the worker when their template changes, kept by digest, never made in a request."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.letters.pdf_reading import flat
from tests.portals.clients import Browser
from tests.world import NOON
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import ExternalFault, NotFound
from workflow_app.foundation.labels import label
from workflow_app.jobs.periodic import PERIODIC
from workflow_app.law.guidance import topics
from workflow_app.letters import blank_forms
from workflow_app.letters.blank_forms import (
    BlankForm,
    FormKind,
    FormNotMade,
    blank_form,
    form_kinds,
    made_forms,
    make_blank_forms,
    order_of_form,
)
from workflow_app.letters.render import set_letter, storage

PDF = b"%PDF-1.7 made up"


@pytest.fixture(scope="module")
def pages() -> dict[str, tuple[bytes, int]]:
    """Every form as the press really makes it."""
    return {kind.key: set_letter(**order_of_form(kind)) for kind in form_kinds()}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A press that is quick and remembers what it was asked for."""
    asked: list[str] = []

    def run(**order: Any) -> tuple[bytes, int]:
        asked.append(order["content"]["title"])
        return PDF + order["digest"].encode(), 1

    monkeypatch.setattr(blank_forms, "set_letter", run)
    return asked


def test_the_forms_are_offered_in_order() -> None:
    assert [kind.title for kind in form_kinds()] == ["信用修复申请表", "信用承诺书", "授权委托书", "送达回证"]
    assert all(kind.use for kind in form_kinds())
    assert {topic for kind in form_kinds() for topic in kind.topics} == set(topics())


def test_each_is_one_sheet_with_what_it_must_ask(pages: dict[str, tuple[bytes, int]]) -> None:
    assert {key: count for key, (_, count) in pages.items()} == dict.fromkeys(pages, 1)
    asks = {
        "repair_application": ("统一社会信用代码", "决定书文号", "认定单位", "履行完毕日期", "不需要处罚机关盖章", "全程不收费"),
        "commitment": (*(label(f"repair.commitment.{n}") for n in range(1, 5)), label("repair.breach.1"), "原最长公示期届满"),
        "service_receipt": ("受送达人", "送达方式", "收件人签名", "拒收", "见证人签名", "送达人签名"),
        "authorisation": ("受委托人", "委托期限", "签收文书", "撤回申请"),
    }  # fmt: skip
    for key, words in asks.items():
        text = flat(pages[key][0])
        assert [w for w in words if w.replace(" ", "") not in text] == [], key


def test_they_ask_for_nothing_that_may_not_be_asked(pages: dict[str, tuple[bytes, int]]) -> None:
    """Credit reports and courses belong to rules that have ended (rulebook §1.5)."""
    text = flat(pages["repair_application"][0])
    assert "不要求信用报告、培训证明" in text
    assert text.count("培训") == 1


def test_equal_orders_are_equal_bytes(pages: dict[str, tuple[bytes, int]]) -> None:
    kind = form_kinds()[1]
    assert set_letter(**order_of_form(kind))[0] == pages[kind.key][0]


def test_they_are_whole_pdf_with_embedded_fonts(pages: dict[str, tuple[bytes, int]], tmp_path: Path) -> None:
    for key, (pdf, _) in pages.items():
        path = tmp_path / f"{key}.pdf"
        path.write_bytes(pdf)
        fonts = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
        assert fonts
        assert all(line.split()[-5] == "yes" for line in fonts), key


def test_the_worker_makes_each_once(app: Flask, quick: list[str]) -> None:
    assert PERIODIC["make_blank_forms"].run is make_blank_forms
    assert make_blank_forms(NOON) == len(form_kinds())
    assert make_blank_forms(NOON) == 0
    assert len(quick) == len(form_kinds())
    kind, made = blank_form("commitment")
    assert storage().get(made.file_digest).startswith(PDF)
    assert (kind.title, made.page_count) == ("信用承诺书", 1)


def test_a_changed_template_or_wording_is_made_anew(
    app: Flask, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_blank_forms(NOON)
    before = {key: form.file_digest for key, form in made_forms().items()}
    changed = [_changed(kind) if kind.key == "commitment" else kind for kind in form_kinds()]
    monkeypatch.setattr(blank_forms, "form_kinds", lambda: tuple(changed))
    assert make_blank_forms(NOON) == 1
    db.session.rollback()
    after = {key: form.file_digest for key, form in made_forms().items()}
    assert [key for key in before if before[key] != after[key]] == ["commitment"]


def _changed(kind: FormKind) -> FormKind:
    return replace(kind, sources=dict(kind.sources) | {"letter.html": "other"})


def test_a_lost_file_is_made_again(app: Flask, quick: list[str]) -> None:
    make_blank_forms(NOON)
    _, made = blank_form("authorisation")
    storage().path(made.file_digest).unlink()
    with pytest.raises(FormNotMade):
        blank_form("authorisation")
    assert make_blank_forms(NOON) == 1
    assert blank_form("authorisation")


def test_one_that_fails_stops_none_of_the_others_and_shows(
    app: Flask, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = blank_forms.set_letter

    def broken(**order: Any) -> tuple[bytes, int]:
        if order["content"]["title"] == "信用承诺书":
            raise ExternalFault("press_down")
        return honest(**order)

    monkeypatch.setattr(blank_forms, "set_letter", broken)
    with pytest.raises(ExternalFault):
        make_blank_forms(NOON)
    assert set(made_forms()) == {"repair_application", "authorisation", "service_receipt"}
    with pytest.raises(FormNotMade):
        blank_form("commitment")


def test_an_unknown_form_is_not_there(app: Flask) -> None:
    with pytest.raises(NotFound):
        blank_form("nothing")


def test_a_request_makes_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blank_forms, "set_letter", lambda **_: pytest.fail("the press in a request"))
    app.test_client_class = Browser
    client = app.test_client()
    assert "正在制作" in client.get("/forms").text
    answer = client.get("/forms/commitment.pdf")
    assert answer.status_code == 503
    assert "正在制作" in answer.text
    assert answer.headers["Retry-After"]
    assert client.get("/forms/nothing.pdf").status_code == 404


def test_a_made_form_is_downloaded_and_kept_by_caches(app: Flask) -> None:
    content = b"%PDF-1.7 x"
    with transaction():
        db.session.add(
            BlankForm(
                key="commitment",
                order_digest="0" * 64,
                file_digest=storage().put(content),
                page_count=1,
                size=len(content),
                made_at=NOON,
            )
        )
    app.test_client_class = Browser
    client = app.test_client()
    answer = client.get("/forms/commitment.pdf")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, content, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get("/forms/commitment.pdf", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert "Set-Cookie" not in answer.headers
