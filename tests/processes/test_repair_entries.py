"""Leaving a list by repair, and the order between an entry and the penalty behind it (rulebook §1.11, §12.2 no. 23)."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.entries import NAME, make_entry
from tests.processes.roads import confirm_all, letters, to_decision, to_review
from workflow_app.actions.open_case import open_case
from workflow_app.actions.work_on_record import propose_record_delisting, settle_record_task
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import Notice
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import RecordTaskKind, open_tasks_of
from workflow_app.records.write_back import WriteBack

TODAY = date(2026, 11, 24)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def record(record_id: int) -> CreditRecord:
    return db.session.get_one(CreditRecord, record_id, populate_existing=True)


def conditions(record_id: int) -> dict[str, str]:
    return {c.key: str(c.state) for c in assess_record(record(record_id), on=TODAY).conditions}


def delist(world: w.World, record_id: int, *, approved: bool = True, reason: str = "") -> None:
    propose_record_delisting(
        record_id=record_id, record_version=record(record_id).row_version, reason="处罚决定已撤销",
        basis="名单办法第九条", actor=world.officer, now=w.NOON,
    )  # fmt: skip
    settle_record_task(
        record_id=record_id, record_version=record(record_id).row_version, kind=RecordTaskKind.DELIST,
        approved=approved, reason=reason, actor=world.approver, now=w.NOON,
    )  # fmt: skip


def told(record_id: int) -> list[str]:
    return [h.what for h in history_of(record_id)]


def test_no_23_the_penalty_waits_until_its_entry_has_left_by_repair(world: w.World) -> None:
    penalty = w.make_record(world)
    entry = make_entry(world, cause=penalty)
    assert conditions(penalty)["NOT_GROUND_OF_LISTING"] == "unmet"
    number = w.file(world, entry)
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    assert (
        conditions(penalty)["NOT_GROUND_OF_LISTING"] == "unmet"
    )  # decided is not delisted: the platforms have to confirm
    confirm_all(number)
    left = record(entry)
    assert (left.status, left.published, left.left_on) == ("DELISTED", False, TODAY)
    assert (left.repair_case_no, w.case(number).outcome) == (None, "granted")
    assert (record(penalty).on_serious_list, record(penalty).list_basis) == (False, False)
    assert conditions(penalty)["NOT_GROUND_OF_LISTING"] == "met"
    assert told(penalty) == ["listed", "unlisted"]
    notices = set(db.session.scalars(sa.select(Notice.key)))
    assert {"record_unlisted", "result_delisted"} <= notices


def test_the_decision_on_an_entry_says_that_it_leaves_its_list(world: w.World) -> None:
    number = w.file(world, make_entry(world))
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    said = db.session.scalars(sa.select(Letter.context).where(Letter.code == "L07")).one()
    assert NAME in said["effects"]["end_publication"]
    order = db.session.scalars(sa.select(WriteBack.payload)).first()
    assert order is not None and (order["record_type"], order["list_name"]) == ("serious_list", NAME)
    assert letters(number)[-1] == "L07"


def test_an_entry_is_judged_by_its_own_conditions(world: w.World) -> None:
    found = conditions(make_entry(world))
    assert "NOT_GROUND_OF_LISTING" not in found and found["LIST_OWN_RULES"] == "unknown"
    assert (found["PUBLICLY_SHOWN"], found["MIN_PERIOD_REACHED"], found["CLASS_DETERMINED"]) == ("met", "met", "met")


def test_leaving_before_the_year_is_over_is_too_early_with_its_date(world: w.World) -> None:
    entry = make_entry(world, determination_date=date(2026, 4, 10))
    found = assess_record(record(entry), on=TODAY)
    assert (found.verdict, found.earliest_date) == ("too_early", date(2027, 4, 11))
    with pytest.raises(RuleViolation, match="accept_too_early"):
        to_review(world, w.file(world, entry))


def test_an_entry_of_market_regulation_is_guided_to_its_own_portal(world: w.World) -> None:
    abnormal = make_entry(
        world, record_type="abnormal_list", list_name="经营异常名录", sector="市场监管", credit_class=None
    )
    found = assess_record(record(abnormal), on=TODAY)
    assert (found.verdict, found.automatic_stop_on) == ("wrong_authority", None)
    serious = make_entry(
        world, sector="市场监管", document_number="市监列〔2026〕1号", determination_date=date(2026, 3, 2)
    )
    states = conditions(serious)
    assert states["LIST_PERIOD_REACHED"] == "unmet"  # a year, counted from the entry (rulebook §3.2)


def test_leaving_ex_officio_takes_two_persons(world: w.World) -> None:
    entry = make_entry(world)
    with pytest.raises(RuleViolation, match="same_person"):
        _by_one(world, entry)
    assert record(entry).status == "PUBLISHED"


def _by_one(world: w.World, entry: int) -> None:
    propose_record_delisting(
        record_id=entry, record_version=record(entry).row_version, reason="撤销", basis="第九条",
        actor=world.approver, now=w.NOON,
    )  # fmt: skip
    settle_record_task(
        record_id=entry, record_version=record(entry).row_version, kind=RecordTaskKind.DELIST, approved=True,
        reason="", actor=world.approver, now=w.NOON,
    )  # fmt: skip


def test_confirmed_ex_officio_it_leaves_and_an_open_repair_of_it_ends(world: w.World) -> None:
    penalty = w.make_record(world)
    entry = make_entry(world, cause=penalty)
    number = w.file(world, entry)
    to_review(world, number)
    delist(world, entry)
    left = record(entry)
    assert (left.status, left.left_reason) == ("DELISTED", "处罚决定已撤销")
    assert told(penalty) == ["listed", "unlisted"] and not open_tasks_of(entry)
    assert (w.case(number).outcome, letters(number)[-1]) == ("ended", "L11")


def test_sent_back_nothing_changes(world: w.World) -> None:
    entry = make_entry(world)
    delist(world, entry, approved=False, reason="依据不足")
    assert (record(entry).status, open_tasks_of(entry)) == ("PUBLISHED", [])
    assert told(entry)[-1] == "delisting_sent_back"


def test_reason_and_basis_are_named_when_missing(world: w.World) -> None:
    entry = make_entry(world)
    with pytest.raises(InvalidInput) as wrong:
        propose_record_delisting(
            record_id=entry, record_version=record(entry).row_version, reason=" ", basis="", actor=world.officer,
            now=w.NOON,
        )  # fmt: skip
    assert set(wrong.value.fields) == {"reason", "basis"}


def test_a_penalty_is_no_entry_and_an_entry_no_penalty(world: w.World) -> None:
    with pytest.raises(RuleViolation, match="record_no_entry"):
        delist(world, w.make_record(world))


def test_a_repair_under_way_hears_that_its_record_became_the_ground_of_a_listing(world: w.World) -> None:
    penalty = w.make_record(world)
    number = w.file(world, penalty)
    to_decision(world, number)
    make_entry(world, cause=penalty)
    with pytest.raises(RuleViolation, match="grant_no_longer"):
        w.answer(number, world.approver, w.APPROVED)


def test_the_rules_before_the_classes_say_nothing_of_when_an_entry_may_leave(world: w.World) -> None:
    """58号令 left lists to their own rules: its three months for penalties open no list (rulebook §1.11, §2)."""
    entry = make_entry(world, determination_date=date(2026, 1, 10))
    found = assess_record(record(entry), on=TODAY)
    assert (found.verdict, found.earliest_date) == ("too_early", date(2027, 1, 11))
    assert {path.ruleset for path in found.paths} == {"NDRC-36-2025"}


@pytest.mark.parametrize(("reason", "opens"), [("record_left.repaired", True), ("record_left.expired", False)])
def test_an_entry_that_left_by_a_repair_may_have_that_repair_revoked(world: w.World, reason: str, opens: bool) -> None:
    entry = make_entry(
        world, status="DELISTED", published=False, left_on=date(2026, 11, 1), left_reason=label(reason),
        stops_on=date(2028, 5, 20),
    )  # fmt: skip
    form = {"cause": "false_material", "origin": "report", "suspicion": "凭证系伪造。"}

    def opened() -> str:
        return open_case(
            record_id=entry, kind_key="revocation", form=form, idempotency_key=None, actor=world.officer, now=w.NOON
        ).number

    if opens:
        assert w.case(opened()).stage == "notify"
    else:
        with pytest.raises(RuleViolation):
            opened()
