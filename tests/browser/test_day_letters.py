"""A day's letters: the list, an empty day, the file that is ready and the one being made."""

import pytest
from flask import Flask

from tests import world as w
from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from workflow_app.actions.bundle_letters import bundle_letters
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.letters.bundles import make_bundle

pytestmark = pytest.mark.browser


def test_a_days_letters(reader: Reader, served: tuple[str, Flask, w.World]) -> None:
    _address, app, world = served
    with app.app_context():
        for _ in range(3):
            number = w.file(world, w.make_record(world))
            w.answer(number, world.officer, w.ACCEPTED)
        made = bundle_letters(day=legal_day(w.NOON), form="zip", actor=world.officer, now=w.NOON)
        make_bundle(made.id)
        db.session.remove()
    reader.sign_in("jingban", PASSWORD)
    page = reader.go("/desk/letters")
    reader.look("day-letters")
    page.check("#form-pdf")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_selector("text=0 / 3 份")
    reader.look("day-letters-working", widths=(390,))
    reader.go("/desk/letters?day=2026-11-01")
    reader.look("day-letters-empty", widths=(1440,))
