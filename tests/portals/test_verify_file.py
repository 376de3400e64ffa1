"""A letter's file is checked by its digest alone: the page says genuine or not, in force or not, and names nobody."""

import hashlib

import pytest
from flask import Flask

from tests.letters.conftest import department, issue, officer, organisation  # noqa: F401
from tests.letters.making import Issue
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import transaction
from workflow_app.letters.ending import void
from workflow_app.letters.letter import letter_by_id


@pytest.fixture
def digest(issue: Issue) -> tuple[int, str]:  # noqa: F811
    """A letter whose pages are made: its id and digest."""
    made = issue("L02")
    found = hashlib.sha256(b"a file").hexdigest()
    with transaction():
        letter = letter_by_id(made.id)
        letter.file_digest, letter.state = found, "rendered"
    return made.id, found


def _page(app: Flask, digest: str) -> str:
    answer = app.test_client().get("/verify", query_string={"digest": digest})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_digest_of_a_letter_says_which_and_names_nobody(app: Flask, digest: tuple[int, str]) -> None:
    letter = letter_by_id(digest[0])
    page = _page(app, digest[1].upper())
    assert "是真的，现在有效。" in page
    assert letter.number in page
    assert letter.addressee_name not in page
    assert letter.addressee_code not in page


def test_a_void_letter_is_said_to_be_void(app: Flask, digest: tuple[int, str], clock: FixedClock) -> None:
    with transaction():
        void(letter_by_id(digest[0]), reason="误发", now=clock.now())
    page = _page(app, digest[1])
    assert "已宣布无效" in page
    assert "误发" not in page


@pytest.mark.parametrize("asked", ["0" * 64, "x", "' OR 1=1", "0" * 5000])
def test_any_other_digest_is_no_letter(app: Flask, digest: tuple[int, str], asked: str) -> None:
    assert "不是本平台签发的原件" in _page(app, asked)
