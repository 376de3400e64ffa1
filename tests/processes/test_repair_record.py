"""Repair where the record or the law moves: new rules between filing and judging, and a record with nothing to repair."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests import world as w
from tests.processes.test_repair_roads import confirm_all, letters, to_decision
from workflow_app.cases.views import case_view
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.records import lifecycle
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord

FILED = datetime(2026, 3, 30, 4, tzinfo=UTC)
BEFORE = datetime(2026, 3, 31, 4, tzinfo=UTC)
AFTER = datetime(2026, 4, 13, 4, tzinfo=UTC)
REFUSED = {
    "outcome": "refused",
    "ground": "out_of_scope",
    "reasons": "没有公示，不需要修复。",
    "basis_article": "第三条",
}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def safety(world: w.World, monkeypatch: pytest.MonkeyPatch) -> int:
    """A special field's fine of 2026-01-10: a year by the old rules, over on 2026-04-10 by the new ones (rulebook §2.1)."""
    monkeypatch.setitem(w.FILING, "performed_on", "2026-02-01")
    changes = {"special_field": "work_safety", "sector": "应急", "performed_on": date(2026, 2, 1)}
    return w.make_record(world, determination_date=date(2026, 1, 10), publication_date=date(2026, 1, 14), **changes)


def test_an_open_application_is_judged_by_the_new_rules_too_once_they_are_in_force(world: w.World, safety: int) -> None:
    number = w.file(world, safety, now=FILED)
    with pytest.raises(RuleViolation, match="accept_too_early"):
        w.answer(number, world.officer, w.ACCEPTED, now=BEFORE)
    w.answer(number, world.officer, w.ACCEPTED, now=AFTER)
    assert letters(number) == ["L02"]
    view = case_view(number, world.officer, AFTER)
    assert view.eligibility.ruleset == "NDRC-36-2025" and [p.ruleset for p in view.eligibility.paths] == [
        "NDRC-58-2023", "NDRC-36-2025",
    ]  # fmt: skip


def test_what_was_decided_before_the_new_rules_is_shown_as_it_was_judged(world: w.World, safety: int) -> None:
    number = w.file(world, safety, now=FILED)
    w.answer(number, world.officer, REFUSED | {"ground": "too_early"}, now=BEFORE)
    shown = case_view(number, world.officer, AFTER).eligibility
    assert (shown.verdict, shown.earliest_date, shown.ruleset) == ("too_early", date(2027, 1, 11), "NDRC-58-2023")


def test_time_alone_does_not_make_an_early_application_good(world: w.World) -> None:
    record = db.session.get_one(CreditRecord, w.make_record(world, determination_date=date(2026, 8, 24)))
    assert assess_record(record, on=date(2026, 11, 24), judged_on=date(2026, 12, 24)).verdict == "too_early"


def test_the_field_of_a_stored_record_is_as_sure_as_its_criterion(world: w.World, safety: int) -> None:
    found = assess_record(db.session.get_one(CreditRecord, safety), on=date(2026, 11, 24))
    assert [(p.ruleset, p.basis.confidence) for p in found.paths] == [("NDRC-58-2023", "U"), ("NDRC-36-2025", "V")]


def test_a_record_that_is_not_public_is_refused_with_the_way_to_go(world: w.World) -> None:
    record_id = w.make_record(
        world, credit_class="minor", penalties=[{"kind": "warning"}], status="NOT_PUBLISHED", published=False,
        publication_date=None,
    )  # fmt: skip
    number = w.file(world, record_id)
    with pytest.raises(RuleViolation, match="accept_not_needed"):
        w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, REFUSED)
    letter = db.session.query(Letter).filter_by(case_no=number).one()
    assert letter.code == "L03" and "异议" in letter.context["objection_path"]
    assert w.case(number).record.status == "NOT_PUBLISHED" and w.case(number).record.repair_case_no is None


@pytest.mark.parametrize("granted", [False, True])
def test_a_record_withheld_meanwhile_is_not_called_repaired(world: w.World, granted: bool) -> None:
    number = w.file(world, w.make_record(world))
    to_decision(world, number)
    if granted:
        w.answer(number, world.approver, w.APPROVED)
    with transaction():
        record = db.session.get_one(CreditRecord, w.case(number).record_id)
        lifecycle.withhold(record, actor=world.approver, now=w.NOON, basis="属轻微类")
    if granted:
        confirm_all(number)
        found = w.case(number)
        assert (found.record.status, found.record.repair_case_no) == ("NOT_PUBLISHED", None)
        assert found.closed_at is not None
    else:
        with pytest.raises(RuleViolation, match="grant_no_longer"):
            w.answer(number, world.approver, w.APPROVED)
