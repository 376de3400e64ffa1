"""Objections by the roads of the rulebook (§4.3, §12.1): flag, acceptance, verification, conclusions, what the record becomes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests import world as w
from tests.entries import make_entry
from tests.processes import objections as o
from tests.processes.roads import happen, letters, quashed
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import AnotherPersonsAct, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.law.parameters import value_of
from workflow_app.letters.letter import Letter
from workflow_app.records.history import RecordHistory


@pytest.fixture
def world(app) -> w.World:
    return w.make_world()


def record_of(number: str):
    return w.case(number).record


def clock(number: str, key: str) -> Deadline:
    query = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.key == key)
    return db.session.scalars(query.order_by(Deadline.id.desc())).first()


def test_the_record_is_flagged_at_once_and_stays_public(world: w.World) -> None:
    number = o.file(world, w.make_record(world))
    record = record_of(number)
    assert number.startswith("GSYY-2026-")
    assert (record.dispute_case_no, record.status, record.published) == (number, "PUBLISHED", True)
    flag = clock(number, "objection.flag")
    assert flag.closed_at == w.NOON
    assert flag.due_on == date(2026, 11, 25)
    assert w.case(number).stage == "accept"


def test_corrected_field_by_field_after_the_provider_has_answered(world: w.World) -> None:
    number = o.file(world, w.make_record(world, source_code=o.NEIGHBOUR, fine_yuan=Decimal(38000)))
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, o.CHECKED)
    w.answer(number, world.officer, o.ASKED)
    assert clock(number, "objection.provider_verify").due_on == date(2026, 12, 1)
    o.reply(number, o.provider())
    o.decide(world, number, "corrected", fine_yuan="18000", penalty_text="罚款18000元")
    case = w.case(number)
    assert (case.outcome, case.stage) == ("corrected", "platform_confirmed")
    assert record_of(number).fine_yuan == Decimal(38000), "nothing changes before the platforms have confirmed"
    assert {act for _, act, _ in o.orders(number)} == {"correct_record"}
    o.confirm_all(number)
    record = record_of(number)
    assert (record.fine_yuan, record.penalty_text, record.status) == (Decimal(18000), "罚款18000元", "PUBLISHED")
    assert [p["amount_yuan"] for p in record.penalties] == [18000]
    assert record.dispute_case_no is None
    assert w.case(number).closed_at is not None
    history = db.session.scalars(sa.select(RecordHistory).where(RecordHistory.what == "corrected")).one()
    assert (history.facts["before"]["fine_yuan"], history.facts["after"]["fine_yuan"]) == ("38000.00", "18000")
    assert letters(number) == ["L12", "L14", "L15", "L16"]
    told = db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L16")).one()
    assert (told.title, told.organisation_id) == ("失信信息更正通知书", None)
    assert {"name": "罚款金额（元）", "before": "38000.00", "after": "18000"} in told.context["changes"]
    answer = db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L15")).one()
    assert {"name": "罚款金额（元）", "before": "38000.00", "after": "18000"} in answer.context["changes"]
    asked = db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L14")).one()
    assert (asked.addressee_code, asked.organisation_id) == (o.NEIGHBOUR, None)


ENDS = {
    "stopped": ("NOT_PUBLISHED", "end_publication"),
    "deleted": ("DELETED", "end_publication"),
    "unverifiable": ("SUSPENDED", "end_publication"),
    "supplemented": ("PUBLISHED", "correct_record"),
}


TOLD = {
    "stopped": "失信信息停止公示通知书",
    "deleted": "失信信息撤销通知书",
    "unverifiable": "失信信息停止公示通知书",
    "supplemented": "失信信息更正通知书",
}


@pytest.mark.parametrize("conclusion", ENDS)
def test_each_conclusion_has_its_effect_with_receipts(world: w.World, conclusion: str) -> None:
    number = o.file(world, w.make_record(world))
    o.to_examination(world, number)
    o.decide(world, number, conclusion, **({"permit": "某某许可证"} if conclusion == "supplemented" else {}))
    assert record_of(number).status == "PUBLISHED"
    o.confirm_all(number)
    status, act = ENDS[conclusion]
    assert TOLD[conclusion] in {letter.title for letter in db.session.scalars(sa.select(Letter))}
    assert record_of(number).status == status
    assert {found for _, found, _ in o.orders(number)} == {act}
    assert record_of(number).dispute_case_no is None
    assert w.case(number).closed_at is not None


def test_overdue_publication_is_stopped_as_expired(world: w.World) -> None:
    number = o.file(world, w.make_record(world, determination_date=date(2025, 8, 1)), dispute_ground="OVERDUE")
    o.to_examination(world, number)
    o.decide(world, number, "stopped")
    o.confirm_all(number)
    assert record_of(number).status == "EXPIRED"


def test_delisted_only_where_the_record_is_about_a_list(world: w.World) -> None:
    plain = o.file(world, w.make_record(world))
    o.to_examination(world, plain)
    with pytest.raises(RuleViolation, match="objection_not_listed"):
        w.answer(plain, world.officer, o.concluded("delisted"))
    listed = o.file(world, make_entry(world), dispute_ground="NOT_MEET_LIST")
    o.to_examination(world, listed)
    o.decide(world, listed, "delisted")
    o.confirm_all(listed)
    assert record_of(listed).status == "DELISTED"


def test_upheld_changes_nothing_needs_no_platform_and_tells_the_remedies(world: w.World) -> None:
    number = o.file(world, w.make_record(world))
    o.to_examination(world, number)
    o.decide(world, number, "upheld")
    case = w.case(number)
    assert case.closed_at is not None
    assert (case.record.status, case.record.dispute_case_no, o.orders(number)) == ("PUBLISHED", None, [])
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == "L15")).one()
    assert "15日内" in letter.context["review_path"]
    assert letter.context["reconsideration_body"] == "兰州市人民政府"


def test_the_wrong_subject_is_shielded_first_and_shown_again_when_upheld(world: w.World) -> None:
    number = o.file(world, w.make_record(world), dispute_ground="IDENTITY")
    assert record_of(number).status == "PUBLISHED"
    w.answer(number, world.officer, {"outcome": "accepted"})
    assert record_of(number).status == "SUSPENDED"
    o.confirm_all(number)
    assert w.case(number).stage == "check_platform", "the receipt of a shield ends nothing"
    w.answer(number, world.clerk, o.CHECKED)
    w.answer(number, world.officer, o.OWN)
    o.decide(world, number, "upheld")
    assert record_of(number).status == "SUSPENDED"
    o.confirm_all(number)
    assert (record_of(number).status, w.case(number).closed_at is not None) == ("PUBLISHED", True)
    assert [left for _, _, left in o.orders(number)] == ["ended", "ended", "active", "active"]


def test_withdrawing_after_a_shield_shows_the_record_again_before_the_case_ends(world: w.World) -> None:
    number = o.file(world, w.make_record(world), dispute_ground="IDENTITY")
    w.answer(number, world.officer, {"outcome": "accepted"})
    o.confirm_all(number)
    withdraw(world, number)
    assert (w.case(number).outcome, w.case(number).closed_at) == ("withdrawn", None)
    o.confirm_all(number)
    case = w.case(number)
    assert (case.record.status, case.record.dispute_case_no, case.closed_at is not None) == ("PUBLISHED", None, True)


def withdraw(world: w.World, number: str) -> None:
    version = w.case(number).row_version
    withdraw_application(case_number=number, case_version=version, reason="", actor=world.applicant, now=w.NOON)


STEPS = ("filed", "correct", "check_platform", "transfer", "verify", "await_expert", "examine", "decide")


@pytest.mark.parametrize("step", STEPS)
def test_it_can_be_withdrawn_at_every_stage(world: w.World, step: str) -> None:
    number = o.file(world, w.make_record(world))
    missing = [{"name": "决定书", "requirement": "复印件"}]
    ask = {"outcome": "correct", "missing_items": missing, "basis_article": "本系统口径"}
    w.answer(number, world.officer, ask if step == "correct" else {"outcome": "accepted"}) if step != "filed" else None
    if step in ("transfer", "verify", "await_expert", "examine", "decide"):
        w.answer(number, world.clerk, o.CHECKED)
    if step in ("verify", "await_expert", "examine", "decide"):
        expert = {"road": "expert", "expert_paper": "委鉴〔2026〕1号", "expert_reason": "笔迹存疑"}
        w.answer(number, world.officer, {"verify": o.ASKED, "await_expert": expert}.get(step, o.OWN))
    if step == "decide":
        w.answer(number, world.officer, o.concluded("upheld"))
    assert w.case(number).stage == ("accept" if step == "filed" else step)
    withdraw(world, number)
    case = w.case(number)
    assert (case.outcome, case.record.dispute_case_no, case.record.status) == ("withdrawn", None, "PUBLISHED")
    assert case.closed_at is not None


def test_refused_with_reasons_remedies_and_without_a_trace(world: w.World) -> None:
    number = o.file(world, w.make_record(world))
    refusal = {"outcome": "refused", "ground": "out_of_scope", "reasons": "不属于异议。", "basis_article": "本系统口径"}
    w.answer(number, world.officer, refusal)
    case = w.case(number)
    assert (case.outcome, case.record.dispute_case_no, letters(number)) == ("refused", None, ["L13"])
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number)).one()
    assert "信用修复" in letter.context["repair_path"]
    assert letter.context["reconsideration_period"] == "60日"


def test_nobody_decides_on_their_own_proposal(world: w.World) -> None:
    from dataclasses import replace

    number = o.file(world, w.make_record(world))
    o.to_examination(world, number)
    w.answer(number, world.officer, o.concluded("upheld"))
    twin = replace(world.approver, account_id=world.officer.account_id)
    with pytest.raises(AnotherPersonsAct):
        w.answer(number, twin, o.APPROVED)


def test_what_was_asked_is_seen_by_who_was_asked_and_not_the_case(world: w.World) -> None:
    number = o.file(world, w.make_record(world, source_code=o.NEIGHBOUR))
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, o.CHECKED)
    with pytest.raises(InvalidInput):
        w.answer(number, world.officer, o.ASKED | {"department_code": w.HOUSING})
    w.answer(number, world.officer, o.ASKED)
    for stranger in (world.officer, world.approver, world.applicant):
        with pytest.raises((NotFound, NotPermitted)):
            o.reply(number, stranger)
    o.reply(number, o.provider())
    assert w.case(number).details["provider_answer"]["provider_finding"] == "wrong"
    assert w.case(number).stage == "examine"


def test_time_is_excluded_only_with_its_paper_and_once(world: w.World) -> None:
    number = o.file(world, w.make_record(world))
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, o.CHECKED)
    expert = {"road": "expert", "expert_paper": "", "expert_reason": "笔迹存疑"}
    with pytest.raises(InvalidInput):
        w.answer(number, world.officer, expert)
    w.answer(number, world.officer, expert | {"expert_paper": "委鉴〔2026〕1号"})
    total = clock(number, "objection.total")
    assert (total.due_on, [s.paper for s in total.suspensions]) == (None, ["委鉴〔2026〕1号"])
    later = w.NOON + timedelta(days=7)
    w.answer(number, world.officer, {"result_paper": "鉴〔2026〕9号", "result": "不是本单位的印章。"}, now=later)
    assert clock(number, "objection.total").due_on == date(2026, 12, 9), "the four working days between do not count"
    with pytest.raises(RuleViolation, match="objection_expert_once"):
        w.answer(number, world.officer, expert | {"expert_paper": "委鉴〔2026〕2号"}, now=later)


def test_one_extension_stays_within_the_cap() -> None:
    on = date(2026, 11, 24)
    once = value_of("objection.extend", on=on).value * value_of("objection.extend_times", on=on).value
    assert value_of("objection.total", on=on).value + once <= value_of("objection.extended_total", on=on).value


def test_an_extension_is_granted_by_another_person_and_told_by_letter(world: w.World) -> None:
    from workflow_app.actions.extend_deadline import request_extension, settle_extension
    from workflow_app.cases.tasks import CaseTask

    number = o.file(world, w.make_record(world))
    w.answer(number, world.officer, {"outcome": "accepted"})
    assert clock(number, "objection.total").due_on == date(2026, 12, 3)
    request_extension(case_number=number, reason="要调取原卷。", actor=world.officer, now=w.NOON)
    task = db.session.scalars(sa.select(CaseTask.id).where(CaseTask.step == "approve_extension")).one()
    settle_extension(task_id=task, granted=True, note="", basis_article="本系统口径", actor=world.approver, now=w.NOON)
    assert clock(number, "objection.total").due_on == date(2026, 12, 17)
    assert letters(number) == ["L12", "L15B"]


def test_an_unanswered_letter_is_told_and_nobody_decides_for_anybody(world: w.World) -> None:
    number = o.file(world, w.make_record(world, source_code=o.NEIGHBOUR))
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, o.CHECKED)
    w.answer(number, world.officer, o.ASKED)
    deadline_sweep(w.NOON + timedelta(days=40))
    case = w.case(number)
    assert (case.stage, case.outcome) == ("verify", None)
    assert o.told(number).count("deadline_passed") == 2  # of the letter and of the whole


def test_it_ends_when_its_record_ends_from_elsewhere(world: w.World) -> None:
    number = o.file(world, w.make_record(world))
    w.answer(number, world.officer, {"outcome": "accepted"})
    happen(number, quashed)
    case = w.case(number)
    assert (case.outcome, case.record.status, case.record.dispute_case_no) == ("ended", "REVOKED_SRC", None)
    assert case.closed_at is not None


def test_a_record_off_the_page_for_good_and_a_second_objection_are_refused(world: w.World) -> None:
    with pytest.raises(RuleViolation, match="objection_record_ended"):
        o.file(world, w.make_record(world, status="EXPIRED", published=False))
    record = w.make_record(world)
    o.file(world, record)
    with pytest.raises(RuleViolation, match="application_open"):
        o.file(world, record)


def test_a_clerk_files_on_paper_and_a_stranger_does_not(world: w.World) -> None:
    number = o.file(world, w.make_record(world), actor=world.clerk)
    assert w.case(number).channel == "counter"
    with pytest.raises((NotFound, NotPermitted)):
        o.file(world, w.make_record(world), actor=world.stranger)
