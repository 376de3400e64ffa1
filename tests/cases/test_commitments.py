"""Commitments on the public page: of repaired records only, until their original longest period ends, without a person."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.test_repair_roads import confirm_all
from workflow_app.cases.case import Case
from workflow_app.cases.commitments import Commitment, public_commitments
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle
from workflow_app.records.assessment import original_end
from workflow_app.records.credit_record import CreditRecord

TODAY = w.NOON.date()
UNTIL = date(2027, 8, 10)  # the longest period of the world's record, general, determined on 2026-08-10: one year


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def repaired(world: w.World, **more: Any) -> str:
    number = w.file(world, w.make_record(world, **{"stops_on": UNTIL} | more))
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    w.answer(number, world.approver, w.APPROVED)
    confirm_all(number)
    return number


def shown(on: date = TODAY, words: str = "") -> list[Commitment]:
    db.session.rollback()
    rows, total = public_commitments(on=on, words=words)
    assert total == len(rows)
    return rows


def test_it_appears_when_the_repair_takes_effect_and_not_before(world: w.World) -> None:
    number = w.file(world, w.make_record(world, stops_on=UNTIL))
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    w.answer(number, world.approver, w.APPROVED)
    assert shown() == [], "granted, but no platform has confirmed"
    confirm_all(number)
    (row,) = shown()
    record = w.case(number).record
    assert (row.subject_name, row.subject_code) == (record.subject_name, w.SUBJECT)
    assert (row.document_number, row.department_name) == (record.document_number, record.department_name)
    assert (row.made_on, row.until) == (TODAY, UNTIL)


def test_it_ends_with_the_original_longest_period(world: w.World) -> None:
    repaired(world)
    assert len(shown(UNTIL)) == 1, "the last day is shown"
    assert shown(UNTIL + timedelta(days=1)) == []


def test_what_was_refused_denied_or_withdrawn_is_not_there(world: w.World) -> None:
    number = w.file(world, w.make_record(world, stops_on=UNTIL))
    w.answer(number, world.officer, w.ACCEPTED)
    denied = w.proposal(number, "deny")
    denied["conditions"] = w.findings(number, "unmet")
    denied["conditions"][0]["finding"] = "met"
    time = next(c for c in denied["conditions"] if c["key"] == "MIN_PERIOD_REACHED")
    time["finding"] = "met"
    w.answer(number, world.officer, denied)
    w.answer(number, world.approver, w.APPROVED)
    assert w.case(number).outcome == "denied"
    assert shown() == []


def test_a_revoked_repair_takes_its_commitment_off(world: w.World) -> None:
    number = repaired(world)
    with transaction():
        lifecycle.revoke_repair(w_record(number), case_no="X", basis="x", actor=Actor.system(), now=w.NOON)
    assert shown() == []


def w_record(number: str) -> CreditRecord:
    return db.session.scalars(sa.select(CreditRecord).join(Case).where(Case.number == number)).one()


def test_a_record_repaired_again_is_there_once(world: w.World) -> None:
    first = repaired(world)
    with transaction():
        lifecycle.revoke_repair(w_record(first), case_no="X", basis="x", actor=Actor.system(), now=w.NOON)
    record_id = w.case(first).record_id
    second = w.file(world, record_id, now=w.NOON + timedelta(days=2))
    w.answer(second, world.officer, w.ACCEPTED)
    w.answer(second, world.officer, w.proposal(second))
    w.answer(second, world.approver, w.APPROVED)
    confirm_all(second)
    (row,) = shown()
    assert row.made_on == TODAY + timedelta(days=2)


def test_nothing_of_a_person_is_shown(world: w.World) -> None:
    number = repaired(world)
    with transaction():
        record = w_record(number)
        record.subject_name, record.document_number = "某经营部 11010519491231002X", "兰建罚〔2026〕13900000001号"
    (row,) = shown()
    assert row.subject_name == "某经营部 110***********002X"
    assert "13900000001" not in row.document_number
    assert "马珺玥" not in repr(row), "who signed"
    with transaction():
        w_record(number).subject_type = "natural_person"
    assert shown() == []


def test_it_is_found_by_part_of_a_name_whole_code_and_number(world: w.World) -> None:
    number = repaired(world)
    repaired(world, subject_name="白银锦恒有限公司")
    record = w_record(number)
    document = record.document_number.replace("〔", "[").replace("〕", "]").removesuffix("号")
    assert [r.subject_name for r in shown(words="锦恒")] == ["白银锦恒有限公司"]
    assert len(shown(words=w.SUBJECT.lower())) == 2
    assert [r.document_number for r in shown(words=document)] == [record.document_number]
    for nothing in ("%", "_", "\\", w.SUBJECT[:17], "兰建罚决字"):
        assert shown(words=nothing) == [], nothing


def test_pages_follow_each_other_without_gap(world: w.World) -> None:
    numbers = [repaired(world) for _ in range(3)]
    got = [public_commitments(on=TODAY, offset=n, limit=1) for n in range(3)]
    assert [total for _, total in got] == [3, 3, 3]
    documents = [w.case(number).record.document_number for number in reversed(numbers)]
    assert [rows[0].document_number for rows, _ in got] == documents, "the newest first"


def test_the_end_of_a_record_whose_class_nobody_determined_is_the_mildest(world: w.World) -> None:
    """A burden nobody can compute must not last longer than the shortest that could be meant."""
    day = date(2026, 5, 6)
    record_id = w.make_record(world, credit_class=None, determination_date=day, publication_date=day, stops_on=None)
    open_class = db.session.get_one(CreditRecord, record_id)
    assert original_end(open_class, on=TODAY) == date(2027, 5, 6)
    open_class.credit_class = "serious"
    assert original_end(open_class, on=TODAY) == date(2029, 5, 6)
    open_class.stops_on = date(2026, 12, 31)
    assert original_end(open_class, on=TODAY) == date(2026, 12, 31)
    db.session.rollback()
