"""The pages of an issued letter: made once, stored by digest, the same in every process; a failure costs a retry."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from tests.letters.making import Issue, set_sample
from tests.letters.pdf_reading import flat
from workflow_app.audit.event import AuditEvent
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import ExternalFault, RuleViolation
from workflow_app.foundation.storage import FileAltered
from workflow_app.jobs.queue import JOBS
from workflow_app.letters import child, render
from workflow_app.letters.delivery import delivery_of
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.render import letter_file, render_letter, retry_render
from workflow_app.letters.template import template_set


def _again(letter: Letter) -> Letter:
    db.session.expire_all()
    return letter_by_id(letter.id)


def _down(*_args: object, **_kwargs: object) -> None:
    raise child.PressDown(returncode=-9)


def test_the_job_is_registered_for_the_letters_queue() -> None:
    assert JOBS["render_letter"].queue == "letters"


def test_the_pages_are_made_stored_and_registered(app: Flask, issue: Issue, clock: FixedClock) -> None:
    letter = issue("L07")
    app.extensions["jobs"].drain(app)
    letter = _again(letter)
    pdf = letter_file(letter)
    assert (letter.state, letter.page_count, letter.rendered_at) == ("rendered", 3, clock.now())
    assert hashlib.sha256(pdf).hexdigest() == letter.file_digest
    assert "甘建信修决〔2026〕1号" in flat(pdf)


def test_made_pages_are_served_into_the_partys_inbox(issue: Issue, clock: FixedClock) -> None:
    letter = issue("L02")
    assert delivery_of(letter.id) is None
    render_letter(letter.id)
    delivery = delivery_of(letter.id)
    assert delivery is not None
    assert (delivery.organisation_id, delivery.delivered_at) == (letter.organisation_id, clock.now())


def test_a_second_run_makes_nothing(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = issue("L02")
    render_letter(letter.id)
    before = _again(letter).row_version
    monkeypatch.setattr(render, "sealed_pdf", _down)
    render_letter(letter.id)
    assert _again(letter).row_version == before


def test_no_transaction_stays_open_while_the_press_works(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    letter, honest, seen = issue("L02"), render.sealed_pdf, []

    def watched(order: render.Order) -> render.Made:
        seen.append(db.session().in_transaction())
        return honest(order)

    monkeypatch.setattr(render, "sealed_pdf", watched)
    render_letter(letter.id)
    assert seen == [False]


def test_two_workers_at_once_leave_one_set_of_pages(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = issue("L02")
    honest, number = render.sealed_pdf, letter.id

    def while_another_finishes(order: render.Order) -> render.Made:
        monkeypatch.setattr(render, "sealed_pdf", honest)
        made = honest(order)
        render_letter(number)
        return made

    monkeypatch.setattr(render, "sealed_pdf", while_another_finishes)
    render_letter(letter.id)
    assert _again(letter).state == "rendered"


def test_another_process_makes_the_same_bytes() -> None:
    first = set_sample("L07")
    child.presses().close()
    for _ in range(2):
        child.presses().idle.put(None)
    assert set_sample("L07") == first


def test_an_issued_letter_keeps_the_template_it_was_issued_with(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = issue("L02")
    template_set.cache_clear()
    monkeypatch.setattr(
        "workflow_app.letters.template._read", lambda kind: pytest.fail("the installed template was read")
    )
    render_letter(letter.id)
    monkeypatch.undo()
    template_set.cache_clear()
    assert "甘建信修受〔2026〕1号" in flat(letter_file(_again(letter)))


def test_a_dead_press_is_an_outside_fault_and_noted(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = issue("L02")
    monkeypatch.setattr(render, "pressed", _down)
    with pytest.raises(ExternalFault):
        render_letter(letter.id)
    letter = _again(letter)
    assert (letter.state, letter.attempts) == ("issued", 1)
    assert "letter_press_down" in letter.last_fault


def test_after_the_last_attempt_the_letter_shows_failed_and_can_be_retried(
    app: Flask, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = issue("L02")
    with monkeypatch.context() as broken:
        broken.setattr(render, "pressed", _down)
        for _ in range(render.ATTEMPTS):
            app.extensions["jobs"].drain(app)
    assert _again(letter).state == "failed"
    assert list(db.session.scalars(db.select(AuditEvent.action))).count("letter.failed") == 1
    with transaction():
        retry_render(letter_by_id(letter.id))
    app.extensions["jobs"].drain(app)
    assert (_again(letter).state, _again(letter).last_fault) == ("rendered", "")


def test_a_full_disk_costs_a_retry(app: Flask, issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = issue("L02")

    def full(_content: bytes) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(app.extensions["storage"], "put", full)
        with pytest.raises(ExternalFault):
            render_letter(letter.id)
    assert _again(letter).file_digest is None
    render_letter(letter.id)
    assert _again(letter).state == "rendered"


def test_made_pages_are_not_made_again(issue: Issue) -> None:
    letter = issue("L02")
    render_letter(letter.id)
    with pytest.raises(RuleViolation, match="letter_already_rendered"), transaction():
        retry_render(letter_by_id(letter.id))


def test_pages_that_are_not_made_yet_are_said_to_be_coming(issue: Issue) -> None:
    with pytest.raises(RuleViolation, match="letter_not_rendered"):
        letter_file(issue("L02"))


def test_an_altered_file_is_not_handed_out(app: Flask, issue: Issue) -> None:
    letter = issue("L02")
    render_letter(letter.id)
    letter = _again(letter)
    path: Path = app.extensions["storage"].path(str(letter.file_digest))
    path.write_bytes(path.read_bytes().replace(b"%%EOF", b"%%EOX"))
    with pytest.raises(FileAltered):
        letter_file(letter)
    path.unlink()
