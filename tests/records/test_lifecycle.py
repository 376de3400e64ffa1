"""The life of a record: what may follow what, what is written down, and what comes first where two things happen to it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.files import DATA
from tests.world import NOON, World, make_record, make_world
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.law.facts import CreditClass
from workflow_app.people.accounts import Actor
from workflow_app.people.department_import import import_departments
from workflow_app.people.departments import Department
from workflow_app.records import lifecycle, marks
from workflow_app.records.classification import propose_class, settle_class
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.lifecycle import FINAL, MOVES, Status
from workflow_app.records.record_tasks import RecordTask

SYSTEM = Actor.system()
RULING = marks.Ruling(
    court_case_no="（2026）甘01破3号", ruling_no="（2026）甘01破3号之二", ruling_date=date(2026, 10, 8),
    plan_end_date=date(2027, 10, 8), administrator="某律师事务所",
)  # fmt: skip
VERBS = {
    "publish": lambda r: lifecycle.publish(r, actor=SYSTEM, now=NOON),
    "withhold": lambda r: lifecycle.withhold(r, actor=SYSTEM, now=NOON, basis="依职权"),
    "repaired": lambda r: lifecycle.mark_repaired(r, case_no="G1", receipts=[{"id": 1}], actor=SYSTEM, now=NOON),
    "revoke_repair": lambda r: lifecycle.revoke_repair(r, case_no="G1", basis="L10", actor=SYSTEM, now=NOON),
    "expire": lambda r: lifecycle.expire(r, basis="最长期", actor=SYSTEM, now=NOON),
    "delete": lambda r: lifecycle.delete(r, basis="异议成立", actor=SYSTEM, now=NOON),
    "revoke_source": lambda r: lifecycle.revoke_source(r, basis="复议决定", actor=SYSTEM, now=NOON),
    "delist": lambda r: lifecycle.delist(r, basis="移出", reason="整改到位", actor=SYSTEM, now=NOON),
    "suspend": lambda r: lifecycle.suspend(r, basis="无法核实", actor=SYSTEM, now=NOON),
    "resume": lambda r: lifecycle.resume(r, basis="已核实", actor=SYSTEM, now=NOON),
    "shield": lambda r: marks.shield(r, ruling=RULING, case_no=None, basis="裁定", actor=SYSTEM, now=NOON),
    "unshield": lambda r: marks.unshield(r, case_no=None, basis="终止重整", actor=SYSTEM, now=NOON),
    "dispute": lambda r: marks.mark_in_dispute(r, case_no="Y1", actor=SYSTEM, now=NOON),
    "settle": lambda r: marks.clear_in_dispute(r, case_no="Y1", outcome="维持", actor=SYSTEM, now=NOON),
}


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def load(record_id: int) -> CreditRecord:
    return db.session.get_one(CreditRecord, record_id, populate_existing=True)


def do(record_id: int, *verbs: str) -> CreditRecord:
    for verb in verbs:
        with transaction():
            VERBS[verb](load(record_id))
    return load(record_id)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(VERBS)), max_size=12))
def test_any_walk_keeps_to_the_moves_of_the_law(app: Flask, walk: list[str]) -> None:
    if db.session.scalar(sa.select(CreditRecord.id).limit(1)) is None:
        make_world()
    department_id = db.session.scalars(sa.select(Department.id)).first() or 0
    record_id = make_record(World(department_id, 0, *[SYSTEM] * 7))
    for verb in walk:
        before = load(record_id)
        state, length = Status(before.status), len(history_of(record_id))
        disputed = before.dispute_case_no
        try:
            after = do(record_id, verb)
        except RuleViolation:
            after = load(record_id)
            assert (after.status, len(history_of(record_id))) == (state.value, length)
            continue
        assert Status(after.status) in MOVES[state] | {state}
        assert after.published is (after.status == Status.PUBLISHED)
        assert not (after.status == Status.REPAIRED and disputed and verb == "repaired")
        assert len(history_of(record_id)) == length + (0 if verb == "settle" and not disputed else 1)


@pytest.mark.parametrize("final", sorted(FINAL - {Status.REPAIRED}))
def test_an_ended_record_is_not_published_or_repaired_again(world: World, final: Status) -> None:
    record_id = make_record(world, status=final.value, published=False)
    for verb in ("publish", "repaired", "expire", "suspend", "dispute"):
        with pytest.raises(RuleViolation):
            do(record_id, verb)


def test_a_quashed_decision_is_withdrawn_and_never_called_repaired(world: World) -> None:
    record = do(make_record(world), "revoke_source")
    assert (record.status, record.published, record.source_in_force) == ("REVOKED_SRC", False, False)
    with pytest.raises(RuleViolation, match="source_revoked"):
        do(record.id, "repaired")


def test_a_dispute_comes_before_a_repair(world: World) -> None:
    record_id = make_record(world)
    do(record_id, "dispute")
    with pytest.raises(RuleViolation, match="dispute_open"):
        do(record_id, "repaired")
    assert do(record_id, "settle", "repaired").status == "REPAIRED"


def test_one_repair_and_one_dispute_at_a_time(world: World) -> None:
    record_id = make_record(world)
    with transaction():
        lifecycle.mark_in_repair(load(record_id), case_no="G1", actor=SYSTEM, now=NOON)
    with pytest.raises(RuleViolation, match="application_open"), transaction():
        lifecycle.mark_in_repair(load(record_id), case_no="G2", actor=SYSTEM, now=NOON)
    do(record_id, "dispute")
    with pytest.raises(RuleViolation, match="dispute_open"), transaction():
        marks.mark_in_dispute(load(record_id), case_no="Y2", actor=SYSTEM, now=NOON)


@pytest.mark.parametrize(("stops_on", "status"), [(date(2027, 8, 10), "PUBLISHED"), (date(2026, 11, 23), "EXPIRED")])
def test_a_revoked_repair_is_public_until_the_original_end_only(world: World, stops_on: date, status: str) -> None:
    record_id = make_record(world, stops_on=stops_on)
    assert do(record_id, "repaired", "revoke_repair").status == status


def test_a_shield_keeps_the_ruling_and_ends_with_it(world: World) -> None:
    record = do(make_record(world), "shield")
    assert (record.status, record.published) == ("TEMP_SHIELDED", False)
    assert record.shield is not None and record.shield["plan_end_date"] == "2027-10-08"
    assert do(record.id, "unshield").shield is None


def test_a_natural_person_is_never_published(world: World) -> None:
    record_id = make_record(world, subject_type="natural_person", subject_code=None, status="DRAFT", published=False)
    with pytest.raises(RuleViolation, match="person_not_published"):
        do(record_id, "publish")


def test_a_correction_keeps_what_stood_there(world: World) -> None:
    record_id = make_record(world)
    with transaction():
        changes = {"violation_type": "未设置警示标志"}
        lifecycle.correct(load(record_id), changes=changes, basis="更正决定", actor=SYSTEM, now=NOON)
    assert history_of(record_id)[-1].facts["before"] == {"violation_type": "未按规定设置安全警示标志"}
    with pytest.raises(RuleViolation), transaction():
        lifecycle.correct(load(record_id), changes={"status": "DELETED"}, basis="", actor=SYSTEM, now=NOON)


@pytest.mark.parametrize(
    ("changes", "status", "tasks"),
    [
        ({"stops_on": date(2026, 11, 23)}, "EXPIRED", []),
        ({"stops_on": date(2026, 11, 24)}, "PUBLISHED", []),
        ({"stops_on": date(2026, 11, 23), "fully_performed": False}, "PUBLISHED", ["unperformed"]),
        ({"stops_on": date(2026, 11, 23), "fully_performed": None}, "PUBLISHED", ["unperformed"]),
        ({"stops_on": date(2026, 11, 23), "corrected": False}, "PUBLISHED", ["unperformed"]),
        ({"determination_date": date(2025, 11, 23)}, "EXPIRED", []),
    ],
)
def test_the_longest_period_ends_by_itself_or_asks_a_person(
    world: World, changes: dict[str, object], status: str, tasks: list[str]
) -> None:
    record_id = make_record(world, **changes)
    record_sweep(NOON)
    record_sweep(NOON + timedelta(hours=1))
    assert load(record_id).status == status
    assert db.session.scalars(sa.select(RecordTask.kind)).all() == tasks


def test_a_performance_that_comes_late_lets_publication_end(world: World) -> None:
    record_id = make_record(world, stops_on=date(2026, 11, 1), fully_performed=False)
    record_sweep(NOON)
    with transaction():
        lifecycle.report_performance(
            load(record_id), fully_performed=True, performed_on=date(2026, 11, 20), basis="", actor=SYSTEM, now=NOON
        )
    record_sweep(NOON)
    assert load(record_id).status == "EXPIRED"


def test_the_sweep_moves_records_of_ended_departments(app: Flask) -> None:
    import_departments(DATA / "departments.csv")
    import_departments(DATA / "succession.csv")
    ids = dict(db.session.execute(sa.text("SELECT name, id FROM department")).all())  # type: ignore[arg-type]
    world = World(ids["通渭县水务局"], 0, *[SYSTEM] * 7)
    record_id = make_record(
        world, department_name="通渭县水务局", department_code="11621121MBX1374963", stops_on=date(2027, 1, 1)
    )
    record_sweep(NOON)
    assert load(record_id).department_id == ids["通渭县农业农村局"]
    assert history_of(record_id)[-1].what == "rerouted"


def test_two_persons_determine_a_class(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    with transaction():
        propose_class(
            load(record_id), credit_class=CreditClass.SERIOUS, basis="行业标准第3条", actor=world.officer, now=NOON
        )
    with pytest.raises(RuleViolation, match="same_person"), transaction():
        settle_class(load(record_id), approve=True, actor=world.officer, now=NOON)
    with transaction():
        settle_class(load(record_id), approve=True, actor=world.approver, now=NOON)
    record = load(record_id)
    assert (record.credit_class, record.stops_on) == ("serious", date(2029, 8, 10))
    assert db.session.scalar(sa.select(RecordTask.closed_by_name)) == "陈建军"


def test_a_minor_record_nobody_found_necessary_leaves_the_page(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    with transaction():
        propose_class(load(record_id), credit_class=CreditClass.MINOR, basis="第2条", actor=world.officer, now=NOON)
        settle_class(load(record_id), approve=True, actor=world.approver, now=NOON)
    assert load(record_id).status == "NOT_PUBLISHED"


@pytest.mark.parametrize(
    ("credit_class", "necessary", "status"),
    [("serious", False, "PUBLISHED"), ("minor", True, "PUBLISHED"), ("minor", False, "NOT_PUBLISHED")],
)
def test_a_record_kept_off_by_a_slip_goes_on_the_page_when_its_class_is_determined(
    world: World, credit_class: str, necessary: bool, status: str
) -> None:
    slip = {"procedure": "summary", "penalties": [{"kind": "fine", "amount_yuan": 500_000}], "class_basis": "国家框架"}
    record_id = make_record(
        world, status="NOT_PUBLISHED", published=False, publication_date=None, stops_on=None, credit_class="minor",
        determination_date=date(2026, 10, 8), **slip,
    )  # fmt: skip
    with transaction():
        propose_class(
            load(record_id), credit_class=CreditClass(credit_class), basis="第3条", publication_necessary=necessary,
            actor=world.officer, now=NOON,
        )  # fmt: skip
        event = settle_class(load(record_id), approve=True, actor=world.approver, now=NOON)
    shown = status == "PUBLISHED"
    assert (load(record_id).status, load(record_id).published) == (status, shown)
    assert (event.kind if event else None) == ("published" if shown else None)


def test_what_has_had_its_longest_period_is_not_shown_after_all(world: World) -> None:
    record_id = make_record(
        world, status="NOT_PUBLISHED", published=False, credit_class="minor", procedure="summary",
        determination_date=date(2024, 3, 1), penalties=[{"kind": "fine", "amount_yuan": 500_000}],
    )  # fmt: skip
    with transaction():
        propose_class(load(record_id), credit_class=CreditClass.GENERAL, basis="第3条", actor=world.officer, now=NOON)
        assert settle_class(load(record_id), approve=True, actor=world.approver, now=NOON) is None
    assert load(record_id).status == "NOT_PUBLISHED"


def test_a_proposal_sent_back_changes_nothing(world: World) -> None:
    record_id = make_record(world, credit_class=None)
    with transaction():
        propose_class(load(record_id), credit_class=CreditClass.MINOR, basis="第2条", actor=world.officer, now=NOON)
        settle_class(load(record_id), approve=False, actor=world.approver, now=NOON)
    assert load(record_id).credit_class is None
    with pytest.raises(RuleViolation, match="record_nothing_proposed"), transaction():
        settle_class(load(record_id), approve=True, actor=world.approver, now=NOON)
