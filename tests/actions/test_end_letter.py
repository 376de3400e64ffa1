"""A letter that went wrong is corrected by a new one or declared void: by two persons, with a reason, and it stays on record."""

import pytest
from flask import Flask

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from workflow_app.actions.end_letter import propose_ending, settle_ending
from workflow_app.cases.timeline import timeline_of
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import (
    AnotherPersonsAct,
    Conflict,
    InvalidInput,
    NotFound,
    NotPermitted,
    RuleViolation,
)
from workflow_app.letters.letter import Letter, letter_by_id, letters_of_case
from workflow_app.letters.verification import verify_code
from workflow_app.notices.inbox import Notice

FACTS = "未按规定设置施工现场安全警示标志，经责令已经改正。"
CORRECT = {"act": "correct", "reason": "原文事实表述有误", "text-record_facts": FACTS}
VOID = {"act": "void", "reason": "误发"}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def letter(world: w.World) -> Letter:
    """A notice of acceptance, issued."""
    number = w.file(world, w.make_record(world))
    w.answer(number, world.officer, w.ACCEPTED)
    return letters_of_case(w.case(number).id)[0]


def _propose(world: w.World, letter: Letter, form: dict[str, str]) -> None:
    propose_ending(letter_id=letter.id, form=form, actor=world.officer, now=w.NOON)


def _settle(world: w.World, letter: Letter, *, confirmed: bool = True, note: str = "") -> Letter:
    return settle_ending(letter_id=letter.id, confirmed=confirmed, note=note, actor=world.approver, now=w.NOON)


def test_a_corrected_letter_takes_the_old_ones_place(world: w.World, letter: Letter) -> None:
    _propose(world, letter, CORRECT)
    assert letter_by_id(letter.id).force == "in_force"
    new = _settle(world, letter)
    old = letter_by_id(letter.id)
    assert (old.force, old.superseded_by_id, old.end_reason) == ("superseded", new.id, "原文事实表述有误")
    assert (new.force, new.serial, new.context["record_facts"]) == ("in_force", old.serial + 1, FACTS)
    assert {k: v for k, v in new.context.items() if old.context[k] != v}.keys() == {
        *("number", "record_facts", "verify_code", "verify_address")
    }
    verdict = verify_code(old.verify_code)
    assert (verdict.genuine, verdict.state, (verdict.letter or {})["superseded_by"]) == (True, "superseded", new.number)
    assert timeline_of(old.case_id or 0, public_only=True)[0].key == "letter_corrected"
    told = [n.key for n in db.session.scalars(db.select(Notice).where(Notice.organisation_id == world.organisation_id))]
    assert "letter_corrected" in told


def test_a_void_letter_keeps_its_number_and_its_reason(world: w.World, letter: Letter) -> None:
    _propose(world, letter, VOID)
    _settle(world, letter)
    old = letter_by_id(letter.id)
    assert (old.force, old.end_reason, verify_code(old.verify_code).state) == ("void", "误发", "void")
    with pytest.raises(RuleViolation, match="letter_already_ended"):
        _propose(world, letter, VOID)


def test_one_person_does_not_do_both_and_others_do_neither(world: w.World, letter: Letter) -> None:
    _propose(world, letter, VOID)
    with pytest.raises(NotPermitted):
        settle_ending(letter_id=letter.id, confirmed=True, note="", actor=world.officer, now=w.NOON)
    with pytest.raises(NotPermitted):
        propose_ending(letter_id=letter.id, form=VOID, actor=world.approver, now=w.NOON)
    with pytest.raises(NotFound):
        settle_ending(letter_id=letter.id, confirmed=True, note="", actor=world.stranger, now=w.NOON)
    with pytest.raises(Conflict):
        _propose(world, letter, VOID)
    ending = db.session.execute(
        db.text("UPDATE letter_ending SET proposed_by_id = :me"), {"me": world.approver.account_id}
    )
    db.session.commit()
    assert ending is not None
    with pytest.raises(AnotherPersonsAct):  # an officer who became the approver meanwhile
        _settle(world, letter)


def test_a_refusal_says_why_and_leaves_the_letter(world: w.World, letter: Letter) -> None:
    _propose(world, letter, CORRECT)
    with pytest.raises(InvalidInput):
        _settle(world, letter, confirmed=False)
    _settle(world, letter, confirmed=False, note="表述没有错误")
    assert letter_by_id(letter.id).force == "in_force"
    with pytest.raises(NotFound):
        _settle(world, letter)
    _propose(world, letter, VOID)  # another proposal may follow


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, {"act", "reason"}),
        ({"act": "shred", "reason": "x"}, {"act"}),
        ({"act": "correct", "reason": "x"}, {"changes"}),
        ({"act": "correct", "reason": "长" * 301, "text-record_facts": ""}, {"reason", "text-record_facts"}),
        ({"act": "correct", "reason": "x", "text-record_facts": "a\u202eb"}, {"text-record_facts"}),
    ],
)
def test_what_is_wrong_is_said_of_its_field(
    world: w.World, letter: Letter, form: dict[str, str], fields: set[str]
) -> None:
    with pytest.raises(InvalidInput) as error:
        _propose(world, letter, form)
    assert set(error.value.fields) == fields


def test_the_pages_of_both_persons(app: Flask, world: w.World, letter: Letter) -> None:
    open_doors()
    path = f"/desk/cases/{letter.case_no}/letters/{letter.id}"
    officer, approver = Desk.of(app, "jingban"), Desk.of(app, "shenpi")
    assert f'href="{path}/end"' in officer.read(path)
    wrong = officer.send(f"{path}/end", {"act": "void"})
    assert (wrong.status_code, "有 1 处需要改" in wrong.text) == (422, True)
    assert officer.send(f"{path}/end", CORRECT).status_code == 302
    assert "更正：等待确认" in officer.read(path)
    assert FACTS in approver.read(path)
    assert "是否同意" not in officer.read(path)
    assert approver.send(f"{path}/ending").status_code == 422
    assert approver.send(f"{path}/ending", {"answer": "confirmed"}).status_code == 302
    assert "这份文书已被替代" in officer.read(path)
    officer.read(f"{path}/end", status=404)
