"""What the law forbids an officer or an approver of repair to do, and what time does to a case whoever is late."""

import threading
import time
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.test_repair_roads import confirm_all, letters, to_decision, to_review
from workflow_app.actions.extend_deadline import request_extension, settle_extension
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.parameters import value_of
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import Notice
from workflow_app.records import lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.repair_bar import bar

EARLY = {"determination_date": date(2026, 9, 1), "publication_date": date(2026, 9, 8)}
UNPERFORMED = {"fully_performed": False, "performed_on": None}
MISSING = [{"name": "授权委托书", "requirement": "加盖公章"}]


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def refusal(ground: str, **more: str) -> dict[str, str]:
    return {"outcome": "refused", "ground": ground, "reasons": "见上。", "basis_article": "第二条"} | more


def deadline(number: str, key: str) -> Deadline:
    query = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.key == key)
    return db.session.scalars(query.order_by(Deadline.id.desc())).first()  # type: ignore[return-value]


def extend(world: w.World, number: str, *, now: datetime = w.NOON) -> None:
    request_extension(case_number=number, reason="案情复杂", actor=world.officer, now=now)
    waiting = sa.select(CaseTask.id).where(CaseTask.step == "approve_extension", CaseTask.closed_at.is_(None))
    task_id = db.session.scalars(waiting).one()
    settle_extension(task_id=task_id, granted=True, note="", basis_article="第九条", actor=world.approver, now=now)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def test_an_unperformed_obligation_does_not_hide_that_it_is_too_early(world: w.World) -> None:
    number = w.file(world, w.make_record(world, **EARLY, **UNPERFORMED))
    with pytest.raises(RuleViolation, match="accept_too_early"):
        to_review(world, number)
    w.answer(number, world.officer, refusal("too_early"))
    assert db.session.scalars(sa.select(Letter.context)).one()["earliest_date"] == "2026-12-02"


def test_every_refusal_inside_the_shortest_period_states_the_date(world: w.World) -> None:
    number = w.file(world, w.make_record(world, **EARLY))
    w.answer(number, world.officer, refusal("other"))
    context = db.session.scalars(sa.select(Letter.context)).one()
    assert (context["earliest_date"], context["ground_kinds"]) == ("2026-12-02", ["other", "too_early"])


def barred(record_id: int, until: date) -> None:
    with transaction():
        bar(
            db.session.get_one(CreditRecord, record_id), case_no="GSCX-2026-000001", begins_on=date(2026, 6, 1),
            ends_on=until, basis=Citation("某条", Confidence.UNSURE), now=w.NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "until", "day", "kinds"),
    [
        (EARLY, date(2029, 6, 1), "2029-06-02", ["other", "too_early"]),
        (EARLY, date(2026, 11, 30), "2026-12-02", ["other", "too_early"]),
        ({}, date(2029, 6, 1), "2029-06-02", ["other"]),
        ({}, date(2026, 11, 23), None, ["other"]),
    ],
)
def test_a_refusal_promises_no_day_inside_a_bar(
    world: w.World, columns: dict[str, object], until: date, day: str | None, kinds: list[str]
) -> None:
    record_id = w.make_record(world, **columns)
    barred(record_id, until)
    w.answer(w.file(world, record_id), world.officer, refusal("other"))
    context = db.session.scalars(sa.select(Letter.context)).one()
    assert (context["earliest_date"], context["ground_kinds"]) == (day, kinds)
    assert any("曾被撤销" in ground for ground in context["grounds"]) == (until >= date(2026, 11, 24))


def test_the_department_that_recognised_cannot_say_that_it_is_another_ones(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.officer, refusal("wrong_authority", competent_body="某局"))
    assert list(refused.value.fields) == ["ground"]


def test_without_a_class_nothing_is_accepted(world: w.World) -> None:
    number = w.file(world, w.make_record(world, credit_class=None, **EARLY, **UNPERFORMED))
    with pytest.raises(RuleViolation, match="accept_needs_classification"):
        to_review(world, number)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"on_serious_list": True, "list_basis": True}, "NOT_GROUND_OF_LISTING"),
        ({"published": False, "status": "EXPIRED"}, "PUBLICLY_SHOWN"),
        ({"source_in_force": False}, "PUBLICLY_SHOWN"),
        ({"credit_class": None}, "CLASS_DETERMINED"),
    ],
)
def test_no_remark_overrides_what_the_record_says(world: w.World, changes: dict[str, object], key: str) -> None:
    record_id = w.make_record(world)
    number = w.file(world, record_id)
    to_review(world, number)
    with transaction():
        db.session.execute(sa.update(CreditRecord).where(CreditRecord.id == record_id).values(**changes))
    proposal = w.proposal(number) | {"conditions": w.findings(number, "met")}
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.officer, proposal)
    assert f"conditions.{key}" in refused.value.fields


def test_nothing_is_granted_that_has_become_impossible(world: w.World) -> None:
    """Rulebook §12.2 no. 11: the decision itself was quashed after the proposal."""
    number = w.file(world, w.make_record(world))
    to_decision(world, number)
    with transaction():
        record = db.session.get_one(CreditRecord, w.case(number).record_id)
        lifecycle.revoke_source(record, basis="复议决定", actor=world.officer, now=w.NOON)
    with pytest.raises(RuleViolation, match="grant_no_longer"):
        w.answer(number, world.approver, w.APPROVED)
    w.answer(number, world.approver, {"verdict": "returned", "note": "原决定已撤销"})
    w.answer(number, world.officer, w.proposal(number, "deny"))
    w.answer(number, world.approver, w.APPROVED)
    assert w.case(number).is_closed and letters(number) == ["L02", "L08"]


@pytest.mark.parametrize("ends", ["EXPIRED", "REVOKED_SRC"])
def test_a_record_that_ends_before_the_receipts_does_not_hold_its_case(world: w.World, ends: str) -> None:
    stops = {"determination_date": date(2025, 11, 24), "performed_on": date(2026, 1, 5), "stops_on": date(2026, 11, 24)}
    number = w.file(world, w.make_record(world, **stops))
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    if ends == "EXPIRED":
        record_sweep(w.NOON + w.DAY)
    else:
        with transaction():
            record = db.session.get_one(CreditRecord, w.case(number).record_id)
            lifecycle.revoke_source(record, basis="复议决定", actor=world.officer, now=w.NOON)
    confirm_all(number)
    case = w.case(number)
    assert (case.is_closed, case.record.status, case.record.repair_case_no) == (True, ends, None)
    told = set(db.session.scalars(sa.select(Notice.key).where(Notice.case_number == number)))
    assert "result_record_ended" in told and "result_granted" not in told


def test_an_application_that_waits_for_its_department_can_be_withdrawn(world: w.World) -> None:
    number = w.file(world, w.make_record(world, department_id=None))
    found = w.case(number)
    assert found.stage == "forward"
    withdraw_application(
        case_number=number, case_version=found.row_version, reason="", actor=world.applicant, now=w.NOON
    )
    case = w.case(number)
    assert (case.outcome, case.is_closed, case.record.repair_case_no) == ("withdrawn", True, None)
    open_here = sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    assert db.session.scalars(open_here).all() == []


def test_an_extension_moves_the_whole_case_and_is_reminded_of_anew(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    near = sa.select(sa.func.count()).select_from(Notice).where(Notice.key == "deadline_near")
    deadline_sweep(at(date(2026, 12, 2)))
    before = db.session.scalar(near) or 0
    extend(world, number, now=at(date(2026, 12, 2)))
    assert deadline(number, "repair.decide").due_on == date(2026, 12, 17)
    assert deadline(number, "repair.feedback").due_on == date(2026, 12, 22)
    deadline_sweep(at(date(2026, 12, 17)))
    assert deadline(number, "repair.feedback").fired_at is None
    assert (db.session.scalar(near) or 0) > before


def test_what_has_run_out_is_not_extended(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    request_extension(case_number=number, reason="案情复杂", actor=world.officer, now=at(date(2026, 12, 3)))
    late = at(date(2026, 12, 4))
    task_id = db.session.scalars(sa.select(CaseTask.id).where(CaseTask.step == "approve_extension")).one()
    values = {"task_id": task_id, "note": "已过期", "basis_article": "第九条", "actor": world.approver, "now": late}
    with pytest.raises(RuleViolation, match="extension_late"):
        settle_extension(granted=True, **values)
    settle_extension(granted=False, **values)
    with pytest.raises(RuleViolation, match="extension_late"):
        request_extension(case_number=number, reason="再说", actor=world.officer, now=late)


def test_a_request_to_extend_ends_with_the_clock_it_is_about(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    request_extension(case_number=number, reason="x", actor=world.officer, now=w.NOON)
    w.answer(number, world.officer, w.proposal(number))
    w.answer(number, world.approver, w.APPROVED)
    open_here = sa.select(CaseTask.step).where(CaseTask.closed_at.is_(None), CaseTask.role != "applicant")
    assert db.session.scalars(open_here).all() == []


def test_an_extension_rests_on_the_words_of_who_grants_it(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    extend(world, number)
    bases = db.session.scalars(sa.select(Letter).where(Letter.code == "L06")).one().context["legal_bases"]
    assert bases == [{"text": "第九条", "verified": False, "filled_by_clerk": True}]


def test_papers_completed_start_every_clock_anew(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    asked = {"outcome": "correct", "missing_items": MISSING, "basis_article": "第八条"}
    w.answer(number, world.officer, asked, now=at(date(2026, 11, 27)))
    given = {"responses": [{"name": "授权委托书", "response": "已上传"}]}
    w.answer(number, world.applicant, given, now=at(date(2026, 12, 1)))
    assert deadline(number, "repair.accept").due_on == date(2026, 12, 4)
    whole = deadline(number, "repair.feedback")
    assert whole.due_on == date(2026, 12, 15)
    assert any("重新计算" in s.reason for s in whole.suspensions)


def test_time_that_ran_out_ran_out_on_its_day_however_late_that_is_noticed(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    asked = {"outcome": "correct", "missing_items": MISSING, "basis_article": "第八条"}
    w.answer(number, world.officer, asked, now=at(date(2026, 11, 27)))
    assert deadline(number, "repair.correct").due_on == date(2026, 12, 4)
    deadline_sweep(at(date(2026, 12, 10)))
    accept = deadline(number, "repair.accept")
    assert (accept.started_on, accept.due_on) == (date(2026, 12, 4), date(2026, 12, 9))
    assert [s.resumed_on for s in deadline(number, "repair.feedback").suspensions] == [date(2026, 12, 5)]


def test_a_clock_that_is_ended_while_the_sweep_waits_for_the_case_does_not_fire(app: Flask, world: w.World) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: nothing is ended while the sweep waits")
    number = w.file(world, w.make_record(world))
    case_id, late = w.case(number).id, at(date(2026, 12, 10))
    db.session.rollback()

    def sweep() -> None:
        with app.app_context():
            deadline_sweep(late)

    with db.engine.connect() as other:
        other.execute(sa.text("SELECT id FROM case_file WHERE id = :id FOR UPDATE"), {"id": case_id})
        waiting = threading.Thread(target=sweep)
        waiting.start()
        time.sleep(0.4)  # long enough to reach the lock; were it shorter, the test would only ask less
        ended = "UPDATE deadline SET closed_at = :at, closed_as = 'cancelled' WHERE case_id = :id AND arming <> ''"
        other.execute(sa.text(ended), {"at": late, "id": case_id})
        other.commit()
        waiting.join()
    found = deadline(number, "repair.accept")
    assert (found.reminded_at, found.fired_at) == (None, None)


def test_a_grant_and_the_commitment_tell_of_the_bar() -> None:
    """违诺责任: 撤销、恢复公示、N年不得再修复、记入信用记录 (rulebook §7). No figure is promised that nobody has verified."""
    keys = ("repair.false_material_bar", "repair.false_material_publish")
    lines = [label(key) for key in kind_of("repair").breaches]
    assert len(lines) == 4 and "不得再次申请信用修复" in lines[3] and "公示" in lines[3]
    figures = [value_of(key, on=date(2026, 11, 24)) for key in keys]
    if all(figure.verified for figure in figures):
        assert all(f"{figure.value}年" in lines[3] for figure in figures)
    else:
        assert "期限按作出撤销决定时的规定" in lines[3] and "3年" not in lines[3]


def test_a_grant_says_by_which_day_it_is_carried_out(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    to_decision(world, number)
    w.answer(number, world.approver, w.APPROVED)
    said = db.session.scalars(sa.select(Letter).where(Letter.code == "L07")).one().context["execute_by"]
    assert said == "2026年11月27日以前（自本决定作出之日起3个工作日内）"
