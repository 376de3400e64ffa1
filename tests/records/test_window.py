"""The last day of a record's publication: there for every public record, right after every change, never passed again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.files import row, write_csv
from tests.records.imports import published, with_departments
from tests.world import NOON, World, make_record, make_world
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.law.facts import CreditClass
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle, marks
from workflow_app.records.classification import propose_class, settle_class
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.record_tasks import RecordTask

SYSTEM = Actor.system()
MARKET = {"sector": "市场监管", "credit_class": None}
OPEN = {"credit_class": None, "determination_date": date(2023, 6, 1), "publication_date": date(2023, 6, 10)}


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def load(record_id: int) -> CreditRecord:
    return db.session.get_one(CreditRecord, record_id, populate_existing=True)


def kinds() -> list[str]:
    return list(db.session.scalars(sa.select(RecordTask.kind).order_by(RecordTask.kind)))


def correct(record_id: int, **changes: Any) -> CreditRecord:
    with transaction():
        lifecycle.correct(load(record_id), changes=changes, basis="更正决定", actor=SYSTEM, now=NOON)
    return load(record_id)


@pytest.mark.parametrize(
    ("changes", "status", "stops_on", "tasks"),
    [
        (OPEN, "EXPIRED", date(2026, 6, 1), []),
        (OPEN | {"determination_date": date(2024, 6, 1)}, "PUBLISHED", date(2027, 6, 1), []),
        (OPEN | {"fully_performed": False}, "PUBLISHED", date(2026, 6, 1), ["unperformed"]),
        (OPEN | MARKET | {"determination_date": date(2021, 10, 1)}, "EXPIRED", date(2026, 6, 10), []),
        (OPEN | MARKET | {"publication_date": date(2024, 1, 10)}, "PUBLISHED", date(2027, 1, 10), ["start_day"]),
    ],
)
def test_every_public_record_has_its_last_day(
    world: World, changes: dict[str, Any], status: str, stops_on: date, tasks: list[str]
) -> None:
    record_id = make_record(world, **changes)
    record_sweep(NOON)
    record = load(record_id)
    assert (record.status, record.stops_on, kinds()) == (status, stops_on, tasks)


def test_market_regulation_of_2021_stops_unperformed_too(world: World) -> None:
    record_id = make_record(
        world, sector="药监", credit_class="serious", fully_performed=False, determination_date=date(2021, 10, 1),
        publication_date=date(2021, 10, 20), penalties=[{"kind": "revoke_permit"}],
    )  # fmt: skip
    record_sweep(datetime(2025, 12, 1, 4, tzinfo=UTC))
    assert (load(record_id).status, load(record_id).stops_on) == ("EXPIRED", date(2024, 10, 20))


@pytest.mark.parametrize(
    ("changes", "ruleset"),
    [
        ({"determination_date": date(2025, 6, 1)}, "NDRC-36-2025"),
        ({"determination_date": date(2023, 6, 1), "sector": "市场监管", "credit_class": "serious"}, "SAMR-2025"),
        ({"determination_date": date(2021, 10, 1), "publication_date": date(2024, 1, 1), **MARKET}, "disclosure.max"),
    ],
)
def test_the_history_names_the_rule_that_gave_the_day(world: World, changes: dict[str, Any], ruleset: str) -> None:
    record_id = make_record(world, **({"publication_date": changes["determination_date"]} | changes))
    record_sweep(NOON)
    last = history_of(record_id)[-1]
    assert (last.what, last.facts["ruleset"], bool(last.basis)) == ("expired", ruleset, True)


def test_an_import_leaves_no_public_record_without_a_last_day(app: Flask, tmp_path: Path) -> None:
    with_departments()
    day = {"CF_JDRQ": "2023/06/01", "EXT_GJRQ": "2023/06/10", "EXT_LXRQ": "2023/07/01", "EXT_XYLB": "", "EXT_FLYJ": ""}
    fine = {"CF_CFLB": "罚款", "CF_NR": "罚款2万元", "CF_NR_FK": "2"}
    rows = [
        row(CF_WSH="1号", **day, **fine),
        row(CF_WSH="2号", **day | {"CF_JDRQ": "2024/06/01", "EXT_LXRQ": "2024/07/01"}, **fine),
        row(CF_WSH="3号", **day | {"EXT_LXZT": "未履行", "EXT_LXRQ": ""}, **fine),
        row(CF_WSH="4号", EXT_HYLY="市场监管", **day, **fine),
        row(CF_WSH="5号", EXT_HYLY="市场监管", **day | {"EXT_GJRQ": ""}, **fine),
    ]
    published(write_csv(tmp_path / "open.csv", rows))
    found = db.session.execute(
        sa.select(CreditRecord.status, CreditRecord.stops_on, CreditRecord.publication_date).order_by(CreditRecord.id)
    )
    assert list(found) == [
        ("EXPIRED", date(2026, 6, 1), date(2023, 6, 10)),
        ("PUBLISHED", date(2027, 6, 1), date(2023, 6, 10)),
        ("PUBLISHED", date(2026, 6, 1), date(2023, 6, 10)),
        ("EXPIRED", date(2026, 6, 10), date(2023, 6, 10)),
        ("PUBLISHED", date(2028, 6, 1), None),  # nobody knows when market regulation showed it: the absolute limit
    ]
    record_sweep(NOON)
    assert kinds() == ["classify"] * 3 + ["start_day", "unperformed"]  # none for what is off the page for good


def test_a_determined_class_brings_its_own_last_day(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    record_sweep(NOON)
    assert load(record_id).stops_on == date(2029, 8, 10)
    with transaction():
        propose_class(load(record_id), credit_class=CreditClass.GENERAL, basis="第3条", actor=world.officer, now=NOON)
        settle_class(load(record_id), approve=True, actor=world.approver, now=NOON)
    assert load(record_id).stops_on == date(2027, 8, 10)


def test_a_corrected_date_moves_the_last_day_and_the_history_shows_it(world: World) -> None:
    record = correct(make_record(world, stops_on=date(2027, 8, 10)), determination_date=date(2026, 3, 10))
    assert record.stops_on == date(2027, 3, 10)
    facts = history_of(record.id)[-1].facts
    assert facts["before"] == {"determination_date": "2026-08-10", "stops_on": "2027-08-10"}
    assert facts["after"] == {"determination_date": "2026-03-10", "stops_on": "2027-03-10"}


def test_a_graver_penalty_and_another_procedure_move_it_too(world: World) -> None:
    record_id = make_record(world, stops_on=date(2027, 8, 10))
    assert correct(record_id, penalties=[{"kind": "revoke_permit"}]).stops_on == date(2029, 8, 10)
    assert correct(record_id, procedure="summary").stops_on == date(2029, 8, 10)  # no permit is revoked that way
    small = [{"kind": "fine", "amount_yuan": 3000}]
    assert correct(record_id, penalties=small).stops_on == date(2026, 11, 10)


def test_a_class_that_a_table_gave_is_asked_of_the_table_again(world: World) -> None:
    table = {"class_basis": "国家分类框架", "stops_on": date(2029, 8, 10), "credit_class": "serious"}
    record_id = make_record(world, penalties=[{"kind": "revoke_permit"}], **table)
    lighter = correct(record_id, penalties=[{"kind": "suspend_permit"}])
    assert (lighter.credit_class, lighter.stops_on, kinds()) == ("general", date(2027, 8, 10), [])
    nobody = correct(record_id, penalties=[{"kind": "fine", "amount_yuan": 38000}])
    assert (nobody.credit_class, nobody.stops_on, kinds()) == (None, date(2029, 8, 10), ["classify"])


def test_a_table_that_would_take_it_off_the_page_leaves_that_to_a_person(world: World) -> None:
    table = {"class_basis": "国家分类框架", "credit_class": "serious"}
    record_id = make_record(world, penalties=[{"kind": "revoke_permit"}], **table)
    record = correct(record_id, penalties=[{"kind": "warning"}])
    assert (record.credit_class, record.status, kinds()) == (None, "PUBLISHED", ["classify"])


def test_a_determined_class_stands_and_a_corrected_fine_moves_the_field(world: World) -> None:
    record_id = make_record(world, sector="应急", special_field="work_safety", class_basis="行业标准第3条")
    record = correct(record_id, fine_yuan=99_999, penalties=[{"kind": "fine", "amount_yuan": 99_999}])
    assert (record.credit_class, record.special_field) == ("general", None)


RULING = marks.Ruling(
    court_case_no="（2026）甘01破3号", ruling_no="1号", ruling_date=date(2025, 1, 20), plan_end_date=date(2027, 1, 1),
    administrator="某律师事务所",
)  # fmt: skip


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(("determined", "status"), [(date(2025, 1, 10), "EXPIRED"), (date(2026, 1, 10), "PUBLISHED")])
@pytest.mark.parametrize("verb", ["resume", "unshield", "revoke_repair"])
def test_nothing_brings_a_record_back_beyond_its_longest_period(
    world: World, verb: str, determined: date, status: str, stored: bool
) -> None:
    before = {"resume": "SUSPENDED", "unshield": "TEMP_SHIELDED", "revoke_repair": "REPAIRED"}[verb]
    last = determined + timedelta(days=365) if stored else None
    record_id = make_record(world, determination_date=determined, status=before, published=False, stops_on=last)
    with transaction():
        record = load(record_id)
        if verb == "resume":
            lifecycle.resume(record, basis="已核实", actor=SYSTEM, now=NOON)
        elif verb == "unshield":
            marks.unshield(record, case_no=None, basis="终止重整", actor=SYSTEM, now=NOON)
        else:
            lifecycle.revoke_repair(record, case_no="G1", basis="L10", actor=SYSTEM, now=NOON)
    assert (load(record_id).status, load(record_id).published) == (status, status == "PUBLISHED")


def test_what_goes_public_has_its_last_day_and_none_that_has_passed(world: World) -> None:
    draft = {"status": "DRAFT", "published": False, "publication_date": None}
    fresh = make_record(world, **draft)
    with transaction():
        lifecycle.publish(load(fresh), actor=SYSTEM, now=NOON)
    assert (load(fresh).stops_on, load(fresh).publication_date) == (date(2027, 8, 10), date(2026, 11, 24))
    old = make_record(world, determination_date=date(2025, 1, 10), **draft)
    with pytest.raises(RuleViolation, match="period_over"), transaction():
        lifecycle.publish(load(old), actor=SYSTEM, now=NOON)
    assert load(old).status == "DRAFT"


def test_a_record_that_is_not_public_is_never_called_repaired(world: World) -> None:
    record_id = make_record(world, status="NOT_PUBLISHED", published=False)
    with pytest.raises(RuleViolation, match="record_cannot"), transaction():
        lifecycle.mark_repaired(load(record_id), case_no="G1", receipts=[{"id": 1}], actor=SYSTEM, now=NOON)
