"""Files that nobody needs any more are removed; what a row names, and what was just put, stays."""

import os
import time

import pytest
from flask import Flask

from tests import papers
from tests import world as w
from tests.actions.test_enrol import CLAIM, PERSON, again, submitted
from workflow_app.actions.add_evidence import add_evidence, remove_evidence
from workflow_app.actions.check_enrolment import check_enrolment
from workflow_app.actions.enrol import add_paper, claim_subject, register_account, remove_paper
from workflow_app.actions.sweep_files import forget_files, naming_columns
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.storage import Storage


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def old(storage: Storage) -> None:
    for digest in storage.digests(older_than_seconds=-10):
        os.utime(storage.path(digest), (time.time() - 90_000,) * 2)


def lies(storage: Storage, content: bytes) -> bool:
    return content in {storage.get(d) for d in storage.digests(older_than_seconds=-10)}


def test_only_what_nobody_names_goes(app: Flask, world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    storage: Storage = app.extensions["storage"]
    record_id = w.make_record(world)
    kept, off, refused, anew = (papers.pdf(padding=n) for n in (b"kept", b"off", b"refused", b"anew"))

    def hand_in(content: bytes) -> int:
        return add_evidence(
            purpose="other", filename="a.pdf", content=content, actor=world.applicant, now=w.NOON, record_id=record_id
        ).id

    hand_in(kept)
    remove_evidence(evidence_id=hand_in(off), actor=world.applicant, now=w.NOON)
    monkeypatch.setattr("workflow_app.actions.add_evidence.MAX_FILES_EVER", 2)
    with pytest.raises(InvalidInput) as caught:
        hand_in(kept)
    assert "移除的也算在内" in caught.value.fields["file"]
    for content in (refused, anew):
        storage.put(content)
    forget_files(w.NOON)
    assert lies(storage, off) and lies(storage, refused), "nothing that was just put goes"
    old(storage)
    storage.put(anew)
    forget_files(w.NOON)
    found = [lies(storage, content) for content in (kept, off, refused, anew)]
    assert found == [True, False, False, True]


def test_what_a_clerk_may_have_looked_at_stays(app: Flask, world: w.World) -> None:
    storage: Storage = app.extensions["storage"]
    newcomer = again(register_account(form=PERSON, address="1", now=w.NOON))
    enrolment = submitted(newcomer)
    form = {"verdict": "ask", "note": "看不清"}
    check_enrolment(enrolment_id=enrolment.id, version=enrolment.row_version, form=form, actor=world.clerk, now=w.NOON)
    seen, unseen = papers.pdf(padding=b"seen"), papers.pdf(padding=b"unseen")
    claim_subject(form=CLAIM, actor=newcomer, now=w.NOON)
    later = w.NOON.replace(hour=w.NOON.hour + 1)
    paper = add_paper(purpose="other", filename="x.pdf", content=unseen, actor=newcomer, now=later).id
    remove_paper(paper_id=paper, actor=newcomer, now=later)
    early = add_paper(purpose="other", filename="x.pdf", content=seen, actor=newcomer, now=w.NOON).id
    remove_paper(paper_id=early, actor=newcomer, now=later)
    old(storage)
    forget_files(w.NOON)
    assert (lies(storage, seen), lies(storage, unseen)) == (True, False)


def test_every_column_that_names_a_file_is_asked() -> None:
    names = {f"{c.table.name}.{c.name}" for c in naming_columns()}
    assert {"evidence.digest", "authority_paper.digest", "enquiry_paper.digest", "letter.file_digest"} <= names
