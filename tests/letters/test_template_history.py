"""Which template letters were set with, and since when."""

from flask import Flask

from tests.letters.making import Issue
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.letter import LetterTemplate
from workflow_app.letters.template import template_set
from workflow_app.letters.template_history import history, installed_since


def test_a_template_nobody_has_used_is_installed_without_a_day(app: Flask) -> None:
    (only,) = history("L02")
    assert (only.installed, only.since, only.letters, only.digest) == (True, None, 0, template_set("L02").digest)
    assert "L02" not in installed_since()


def test_each_revision_says_since_when_and_for_how_many_letters(app: Flask, issue: Issue, clock: FixedClock) -> None:
    issue("L02")
    issue("L02")
    with transaction():
        old = LetterTemplate(
            digest="0" * 64, code="L02", version=1, sources={}, first_used_at=clock.now().replace(year=2025)
        )
        db.session.add(old)
    newest, older = history("L02")
    assert (newest.installed, newest.letters, newest.since) == (True, 2, clock.now())
    assert (older.installed, older.letters, older.digest) == (False, 0, "0" * 64)
    assert installed_since() == {"L02": clock.now()}
