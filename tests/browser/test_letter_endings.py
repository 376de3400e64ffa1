"""Correcting a letter: the officer's form, the approver's question, the letter that has ended."""

import pytest
from flask import Flask

from tests import world as w
from tests.browser.pages import Reader
from tests.portals.clients import PASSWORD
from workflow_app.foundation.database import db
from workflow_app.letters.letter import letters_of_case

pytestmark = pytest.mark.browser


def test_two_persons_correct_a_letter(reader: Reader, served: tuple[str, Flask, w.World]) -> None:
    _address, app, world = served
    with app.app_context():
        number = w.file(world, w.make_record(world))
        w.answer(number, world.officer, w.ACCEPTED)
        letter_id = letters_of_case(w.case(number).id)[0].id
        db.session.remove()
    path = f"/desk/cases/{number}/letters/{letter_id}"
    reader.sign_in("jingban", PASSWORD)
    page = reader.go(f"{path}/end")
    reader.look("letter-end")
    page.check("#act-correct")
    page.click("main button[type=submit]")
    reader.complaints.clear()  # the browser notes the 422
    reader.look("letter-end-wrong", widths=(390,))
    page.fill("#reason", "原文事实表述有误")
    page.fill("#text-record_facts", "未按规定设置施工现场安全警示标志，经责令已经改正。")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=等待确认")
    reader.page.context.clear_cookies()
    reader.sign_in("shenpi", PASSWORD)
    reader.go(path)
    reader.look("letter-ending")
    page.check("#answer-confirmed")
    page.click("main form button[type=submit]")
    page.wait_for_load_state("networkidle")
    reader.go(path)
    reader.look("letter-superseded", widths=(1440,))
