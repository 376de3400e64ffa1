"""Many letters as one file: what is in it, that it can be verified, that a killed job begins anew and files go after a week."""

import io
import os
import zipfile
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from flask import Flask

from tests.letters.making import Issue
from tests.letters.test_seal import CODE, certified, key  # noqa: F401
from workflow_app.actions.bundle_letters import bundle_letters
from workflow_app.foundation.clock import FixedClock, legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import ExternalFault, InvalidInput, RuleViolation
from workflow_app.letters import bundles
from workflow_app.letters.bundles import LetterBundle, bundle_by_id, make_bundle, sweep_bundles
from workflow_app.letters.pages import page_images
from workflow_app.letters.render import render_letter
from workflow_app.letters.verification import verify_file
from workflow_app.people.accounts import Actor


def _order(actor: Actor, clock: FixedClock, form: str) -> int:
    made = bundle_letters(day=legal_day(clock.now()), form=form, actor=actor, now=clock.now())
    return made.id


def _again(bundle_id: int) -> LetterBundle:
    db.session.expire_all()
    return bundle_by_id(bundle_id)


def test_the_archive_holds_the_files_as_they_are(issue: Issue, officer: Actor, clock: FixedClock) -> None:
    made, unmade = issue("L02"), issue("L02")
    render_letter(made.id)
    bundle_id = _order(officer, clock, "zip")
    make_bundle(bundle_id)
    make_bundle(bundle_id)
    bundle = _again(bundle_id)
    assert (bundle.state, bundle.total, bundle.done, bundle.left_out) == ("ready", 2, 1, 1)
    with zipfile.ZipFile(bundle.path) as archive:
        names = archive.namelist()
        assert len(names) == 2
        assert verify_file(archive.read(names[0])).genuine
        listed = archive.read("目录.csv").decode("utf-8-sig")
    assert made.number in listed
    assert unmade.number not in listed


def test_bound_pages_show_the_signed_seal(
    certified: Any,  # noqa: F811
    issue: Issue,
    officer: Actor,
    clock: FixedClock,
) -> None:
    letters = [issue("L02"), issue("L02")]
    for letter in letters:
        render_letter(letter.id)
    bundle_id = _order(officer, clock, "pdf")
    make_bundle(bundle_id)
    content = _again(bundle_id).path.read_bytes()
    with pikepdf.Pdf.open(io.BytesIO(content)) as whole:
        assert len(whole.pages) == 4
        assert "/AcroForm" not in whole.Root
    pages = [_red(image) for image in page_images(content, "application/pdf")]
    assert pages[1] > 1000 and pages[3] > 1000, pages


def _red(png: bytes) -> int:
    """Red points in the right half, where the seal is and nothing else is red."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    right = picture.crop((picture.width // 2, picture.height // 8, picture.width, picture.height * 3 // 4))
    colours = right.getcolors(maxcolors=1 << 24) or []
    return sum(many for many, (r, g, b) in colours if r > 180 and g < 120 and b < 120)


def test_a_killed_job_leaves_nothing_half(
    issue: Issue, officer: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_letter(issue("L02").id)
    bundle_id = _order(officer, clock, "zip")
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(ExternalFault):
            make_bundle(bundle_id)
    bundle = _again(bundle_id)
    assert (bundle.state, list(bundle.path.parent.glob(".tmp-*"))) == ("working", [])
    make_bundle(bundle_id)
    assert _again(bundle_id).state == "ready"
    assert sweep_bundles(clock.now() + timedelta(days=8)) == 1
    bundle = _again(bundle_id)
    assert (bundle.state, bundle.path.exists()) == ("gone", False)


def test_a_day_without_letters_or_with_too_many_is_said_to_be_so(
    app: Flask, issue: Issue, officer: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RuleViolation, match="letter_bundle_empty"):
        _order(officer, clock, "zip")
    issue("L02")
    issue("L02")
    with pytest.raises(InvalidInput):
        _order(officer, clock, "exe")
    monkeypatch.setitem(bundles.MOST, "pdf", 1)
    with pytest.raises(RuleViolation, match="letter_bundle_too_many"):
        _order(officer, clock, "pdf")
    with transaction():
        assert db.session.scalar(db.select(db.func.count(LetterBundle.id))) == 0
