"""The file of a letter is checked in the browser: only its digest leaves it."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from tests import world as w
from tests.browser.pages import Reader
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.letter import Letter, letters_of_case

pytestmark = pytest.mark.browser
BYTES = b"%PDF-1.7 the pages of a letter"


def test_only_the_digest_of_a_file_is_sent(reader: Reader, served: tuple[str, Flask, w.World], tmp_path: Path) -> None:
    _address, app, world = served
    with app.app_context():
        number = w.file(world, w.make_record(world))
        w.answer(number, world.officer, {"outcome": "accepted"})
        with transaction():
            letter: Letter = letters_of_case(w.case(number).id)[0]
            letter.file_digest, letter.state = hashlib.sha256(BYTES).hexdigest(), "rendered"
            printed = letter.number
        db.session.remove()
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(BYTES)
    bad.write_bytes(BYTES + b" ")
    sent: list[str] = []
    page = reader.go("/verify")
    page.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data or ''}"))
    reader.look("verify-file")
    page.set_input_files("#letter-file", good)
    page.wait_for_selector(f"text={printed}")
    assert "文件是原件" in page.inner_text("main")
    reader.look("verify-file-genuine", widths=(1440, 390))
    page.set_input_files("#letter-file", bad)
    page.wait_for_selector("text=不是本平台签发的原件")
    reader.look("verify-file-strange", widths=(390,))
    assert all(line.startswith("GET ") for line in sent)
    assert not any("good.pdf" in line or "PDF-1.7" in line for line in sent)
    assert any(hashlib.sha256(BYTES).hexdigest() in line for line in sent)
