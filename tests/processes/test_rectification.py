"""Rectification (rulebook §6, §12.1 整改约谈 1–4, §12.2 no. 32): notice, report, extension, verification by two, what follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.rectifications import (
    OPENING,
    PLAN,
    REPORT,
    ROWS,
    concluded,
    noticed,
    opened,
    proposed,
    reported,
    unperformed,
    verification,
    verified,
)
from tests.processes.roads import deleted, disputed, happen, letters, quashed, record_status
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.extend_deadline import request_extension, settle_extension
from workflow_app.actions.open_case import NotCompetent, open_case
from workflow_app.actions.open_several import open_several
from workflow_app.actions.rehearse_letter import rehearse_letter
from workflow_app.actions.stay_case import request_resumption, request_stay, settle_resumption, settle_stay
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.take_over_cases import succession_sweep
from workflow_app.cases import kinds
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import ProcessKind, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.views import case_view
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AppError, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Role
from workflow_app.people.departments import Department, Succession
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import last_of

TODAY = date(2026, 11, 24)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def row(record_id: int) -> CreditRecord:
    db.session.rollback()
    return db.session.get_one(CreditRecord, record_id)


@contextmanager
def wrong(field: str) -> Iterator[None]:
    with pytest.raises(InvalidInput) as refused:
        yield
    assert field in refused.value.fields


def letter(number: str, code: str) -> Letter:
    query = sa.select(Letter).where(Letter.case_no == number, Letter.code == code).order_by(Letter.id.desc()).limit(1)
    return db.session.scalars(query).one()


def term(number: str) -> Deadline:
    case = w.case(number)
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.key == "rectification.default")
    return db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).one()


def beside(number: str, step: str) -> CaseTask:
    case = w.case(number)
    query = sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.step == step, CaseTask.closed_at.is_(None))
    return db.session.scalars(query).one()


def told(world: w.World) -> set[str]:
    return {notice.key for notice in inbox(world.applicant)}


def test_the_notice_says_duties_days_and_standards_and_marks_the_record_for_staff_alone(world: w.World) -> None:
    record = unperformed(world)
    number = proposed(world, record)
    assert (letters(number), row(record).rectification_case_no) == ([], None)
    w.answer(number, world.approver, w.APPROVED)
    said = letter(number, "L17").context
    assert [r["due"] for r in said["obligations"]] == ["2026年12月24日"] * 2
    assert (said["due_on"], said["performance_ended_on"]) == ("2026-12-24", "2026-08-25")
    assert any("谁认定、谁约谈" in line for line in said["consequences"])
    clock = term(number)
    assert (clock.value, clock.unit, clock.due_on, clock.confidence) == (30, "calendar_days", date(2026, 12, 24), "D")
    found = row(record)
    assert (found.rectification_case_no, found.status, found.published) == (number, "PUBLISHED", True)
    assert "rectification_noticed" in told(world)
    assert w.case(number).office_due_on is None, "while the party performs nothing is late in the office"


def test_a_day_the_decision_names_goes_before_the_period_of_the_law(world: w.World) -> None:
    rows = [ROWS[0] | {"due_on": "2027-01-13"}, ROWS[1]]
    with pytest.raises(InvalidInput) as refused:
        proposed(world, unperformed(world), obligations=rows)
    assert set(refused.value.fields) == {"term_basis"}
    number = noticed(world, unperformed(world), obligations=rows, term_basis="处罚决定书第二项载明")
    assert (term(number).due_on, term(number).basis) == (date(2027, 1, 13), "处罚决定书第二项载明")
    assert [r["due"] for r in letter(number, "L17").context["obligations"]] == ["2027年1月13日", "2026年12月24日"]


@pytest.mark.parametrize("text", ["逾期不缴的，处以罚款", "逾期的，责 令 停\n产"])
def test_no_word_of_a_penalty_gets_into_a_letter(world: w.World, text: str) -> None:
    number = opened(world, unperformed(world))
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.officer, PLAN | {"obligations": [ROWS[0] | {"standard": text}]})
    assert "不是处罚" in refused.value.fields["obligations"]
    other = reported(world, unperformed(world))
    with wrong("reasons"):
        w.answer(other, world.officer, verification("NONE", reasons=text))


def test_a_notice_wants_whole_rows_days_ahead_and_another_person(world: w.World) -> None:
    number = opened(world, unperformed(world))
    for wrong in ([ROWS[0] | {"standard": ""}], [ROWS[0] | {"due_on": "2026-11-24"}], [ROWS[0]] * 11, []):
        with pytest.raises(InvalidInput) as refused:
            w.answer(number, world.officer, PLAN | {"obligations": wrong, "term_basis": "第二项"})
        assert "obligations" in refused.value.fields
    w.answer(number, world.officer, PLAN)
    twin = replace(world.approver, account_id=world.officer.account_id)
    with pytest.raises(RuleViolation, match="same_person_decides"):
        w.answer(number, twin, w.APPROVED)
    w.answer(number, world.approver, {"verdict": "returned", "note": "写明标准"})
    assert (w.case(number).stage, letters(number)) == ("prepare", [])


def test_a_plan_whose_day_has_passed_meanwhile_goes_back(world: w.World) -> None:
    number = proposed(
        world, unperformed(world), obligations=[ROWS[0] | {"due_on": "2026-11-26"}], term_basis="第二项载明"
    )
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.approver, w.APPROVED, now=w.NOON + 3 * w.DAY)
    assert set(refused.value.fields) == {"verdict"}


def test_what_needs_no_urging_ends_with_the_heads_word_and_without_a_letter(world: w.World) -> None:
    record = unperformed(world)
    number = proposed(world, record, outcome="drop", reasons="已经缴清，凭证待核。")
    w.answer(number, world.approver, w.APPROVED)
    case = w.case(number)
    assert (case.outcome, case.stage, letters(number)) == ("rectify_dropped", "closed", [])
    assert "rectification_dropped" not in told(world)


def test_done_is_kept_in_the_file_told_and_no_repair(world: w.World) -> None:
    record = unperformed(world)
    number = concluded(world, record)
    found, case = row(record), w.case(number)
    assert (case.outcome, case.stage, letters(number)) == ("rectify_done", "closed", ["L17", "L19"])
    assert (found.status, found.published) == ("PUBLISHED", True)
    assert (found.rectified_on, found.rectification_case_no) == (TODAY, None)
    assert (found.fully_performed, found.performed_on, found.corrected) == (True, TODAY, True)
    said = letter(number, "L19").context
    assert (said["missing"], said["verifiers"]) == (None, "王丽萍、李建国")
    assert "另行申请" in said["outlook"]
    assert "rectification_done" in told(world)
    assert last_of(record, "rectified") is not None


@pytest.mark.parametrize(
    ("conclusion", "outcome"), [("PARTIAL", "rectify_partial"), ("NONE", "rectify_none"), ("REFUSE", "rectify_refused")]
)
def test_what_fails_is_raised_for_whoever_reacts_and_changes_nothing_else(
    world: w.World, monkeypatch: pytest.MonkeyPatch, conclusion: str, outcome: str
) -> None:
    raised: list[Any] = []
    repair, record = kind_of("repair"), unperformed(world)
    hearing = {**repair.reactions, "rectification_failed": lambda _case, event, _actor, _now: raised.append(event)}
    monkeypatch.setitem(kinds._kinds, "repair", replace(repair, reactions=hearing))
    w.file(world, record)
    number = concluded(world, record, conclusion)
    [event] = raised
    assert (event.kind, event.case_no, event.record_id) == ("rectification_failed", number, record)
    assert event.facts["outcome"] == conclusion
    assert event.facts["verified_by"] == ["王丽萍", "李建国"]
    assert event.facts["conclusion"] == letter(number, "L19").number
    assert event.facts["missing"] == letter(number, "L19").context["missing"]
    found = row(record)
    assert (found.status, found.published, found.fully_performed, found.rectification_case_no) == (
        "PUBLISHED", True, False, None,
    )  # fmt: skip
    assert w.case(number).outcome == outcome
    history = last_of(record, "rectification_failed")
    assert history is not None and history.case_no == number


def test_a_second_failure_says_that_it_is_one(world: w.World) -> None:
    record = unperformed(world)
    concluded(world, record, "NONE")
    number = concluded(world, record, "PARTIAL")
    history = last_of(record, "rectification_failed")
    assert history is not None and (history.case_no, history.facts["failed_before"]) == (number, 1)


def test_what_cannot_be_done_goes_back_to_another_plan(world: w.World) -> None:
    record = unperformed(world)
    number = concluded(world, record, "IMPOSSIBLE")
    case = w.case(number)
    assert (case.stage, case.outcome, letters(number)) == ("prepare", None, ["L17", "L19"])
    assert row(record).rectification_case_no == number
    w.answer(number, world.officer, PLAN | {"obligations": [ROWS[0]]})
    w.answer(number, world.approver, w.APPROVED)
    assert (letters(number), w.case(number).stage) == (["L17", "L19", "L17"], "perform")
    assert "reports" not in w.case(number).details


def test_a_conclusion_follows_from_its_findings(world: w.World) -> None:
    number = reported(world, unperformed(world))
    others = [
        verification("PARTIAL") | {"conclusion": "DONE", "performed_on": "2026-11-24"},
        verification("DONE") | {"conclusion": "NONE"},
        verification("NONE") | {"conclusion": "PARTIAL"},
    ]
    for answer in others:
        with wrong("conclusion"):
            w.answer(number, world.officer, answer)
    with wrong("findings"):
        w.answer(number, world.officer, verification("NONE") | {"findings": verification()["findings"][:1]})
    with wrong("performed_on"):
        w.answer(number, world.officer, verification(performed_on="2026-11-25"))


def test_on_site_takes_two_and_a_third_party_its_paper(world: w.World) -> None:
    number = reported(world, unperformed(world))
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.officer, verification(way="on_site", on_site_officers="王丽萍、王丽萍"))
    assert "至少 2 人" in refused.value.fields["on_site_officers"]
    with wrong("third_party_paper"):
        w.answer(number, world.officer, verification(way="third_party"))
    w.answer(number, world.officer, verification(way="on_site", on_site_officers="王丽萍, 李建国"))
    w.answer(number, world.officer_two, w.APPROVED)
    assert letter(number, "L19").context["way"] == "现场核查（现场核查人员：王丽萍、李建国）"


def test_two_officers_verify_and_the_first_cannot_even_take_the_second_step(world: w.World) -> None:
    number = verified(world, unperformed(world))
    assert (w.case(number).stage, w.task(number).assignee_id) == ("confirm", None)
    with pytest.raises(RuleViolation, match="same_person_decides"):
        w.answer(number, world.officer, w.APPROVED)
    with pytest.raises(RuleViolation, match="same_person_decides"):
        claim_task(task_id=w.task(number).id, actor=world.officer, now=w.NOON)
    w.answer(number, world.officer_two, {"verdict": "returned", "note": "请核对缴款书"})
    assert (w.case(number).stage, w.task(number).assignee_id) == ("verify", world.officer.account_id)
    assert letters(number) == ["L17"]


def test_who_reports_nothing_is_verified_all_the_same(world: w.World) -> None:
    number = noticed(world, unperformed(world))
    deadline_sweep(w.NOON + timedelta(days=31))
    case = w.case(number)
    assert (case.stage, case.details["silent"]) == ("verify", True)
    assert "rectification_unreported" in told(world)
    verify = db.session.scalars(sa.select(Deadline).where(Deadline.key == "rectification.verify")).one()
    assert (verify.value, verify.unit, case.office_due_on) == (10, "working_days", verify.due_on)


def test_a_report_answers_every_duty(world: w.World) -> None:
    number = noticed(world, unperformed(world))
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.applicant, REPORT | {"reports": REPORT["reports"][:1]})
    assert "第 2 项" in refused.value.fields["reports"]
    w.answer(number, world.applicant, REPORT)
    assert [r["state"] for r in w.case(number).details["reports"]] == ["done", "partly"]  # type: ignore[union-attr, index]


def test_the_party_asks_once_for_an_extension_before_the_day_and_is_told_in_writing(world: w.World) -> None:
    number = noticed(world, unperformed(world))
    for days in (0, 16):
        with wrong("days"):
            request_extension(case_number=number, reason="采购", days=days, actor=world.applicant, now=w.NOON)
    with pytest.raises(RuleViolation, match="nothing_to_extend"):
        request_extension(case_number=number, reason="采购", actor=world.officer, now=w.NOON)
    request_extension(case_number=number, reason="采购需要时间", days=12, actor=world.applicant, now=w.NOON)
    task = beside(number, "approve_extension")
    settle_extension(task_id=task.id, granted=True, note="", basis_article="第九条", actor=world.approver, now=w.NOON)
    assert term(number).due_on == date(2027, 1, 5)
    said = letter(number, "L18").context
    assert (said["original_due_on"], said["new_due_on"], said["result_kinds"]) == (
        "2026-12-24", "2027-01-05", ["granted"],
    )  # fmt: skip
    assert {r["until"] for r in w.case(number).details["obligations"]} == {"2027-01-05"}  # type: ignore[union-attr, index]
    with pytest.raises(RuleViolation, match="extension_used"):
        request_extension(case_number=number, reason="再延", actor=world.applicant, now=w.NOON)


def test_a_refused_extension_leaves_the_days_and_is_told_too(world: w.World) -> None:
    number = noticed(world, unperformed(world))
    late = w.NOON + timedelta(days=31)
    with pytest.raises(RuleViolation, match="extension_late"):
        request_extension(case_number=number, reason="采购", actor=world.applicant, now=late)
    request_extension(case_number=number, reason="采购需要时间", actor=world.applicant, now=w.NOON)
    task = beside(number, "approve_extension")
    settle_extension(task_id=task.id, granted=False, note="理由不充分", actor=world.approver, now=w.NOON)
    assert (term(number).due_on, letters(number)) == (date(2026, 12, 24), ["L17", "L18"])
    assert letter(number, "L18").context["refusal"] == "理由不充分"
    assert "rectification_not_extended" in told(world)


@pytest.mark.parametrize("road", [opened, proposed, noticed, reported, verified])
def test_a_quashed_decision_ends_it_at_every_stage(world: w.World, road: Any) -> None:
    record = unperformed(world)
    number = road(world, record)
    happen(number, quashed)
    case, found = w.case(number), row(record)
    assert (case.outcome, case.stage, found.status) == ("ended", "closed", "REVOKED_SRC")
    assert (found.rectification_case_no, found.rectified_on) == (None, None)
    entry = next(e for e in case_view(number, world.officer, w.NOON).timeline if e.key == "rectification_ended")
    assert entry.facts["reason"] == "原决定撤销"
    assert ("rectification_ended" in told(world)) is (road in (noticed, reported, verified))


def test_an_objection_does_not_stop_it_but_is_told(world: w.World) -> None:
    number = noticed(world, unperformed(world))
    happen(number, disputed)
    assert case_view(number, world.applicant, w.NOON).party_step == "perform"
    assert "rectification_disputed" in {n.key for n in inbox(world.officer)}
    happen(number, deleted)
    assert (w.case(number).outcome, record_status(number)) == ("ended", "DELETED")


def test_a_decision_to_stop_the_execution_stays_it_and_the_days_left_run_on(world: w.World) -> None:
    number = noticed(world, unperformed(world))
    request_stay(
        case_number=number, ground="execution_stopped", facts="法院裁定停止执行", paper="（2026）甘01行停1号",
        actor=world.officer, now=w.NOON,
    )  # fmt: skip
    task = beside(number, "approve_stay")
    settle_stay(task_id=task.id, granted=True, note="", basis_article="第七十三条", actor=world.approver, now=w.NOON)
    assert (term(number).due_on, letters(number)) == (None, ["L17", "L11R"])
    with pytest.raises(RuleViolation, match="case_stays"):
        w.answer(number, world.applicant, REPORT)
    later = w.NOON + timedelta(days=40)
    deadline_sweep(later)
    assert w.case(number).stage == "perform", "what stands still does not run out"
    request_resumption(
        case_number=number, reason="裁定失效", paper="（2026）甘01行停2号", actor=world.officer, now=later
    )
    settle_resumption(
        task_id=beside(number, "approve_resumption").id, granted=True, note="", actor=world.approver, now=later
    )
    assert term(number).due_on == date(2027, 2, 1), "all thirty days were left, the day of resumption is the first"


def test_the_heir_of_a_department_goes_on_with_it_from_receipt(world: w.World) -> None:
    number = verified(world, unperformed(world))
    there = db.session.scalars(sa.select(Department).where(Department.id != world.department_id)).one()
    with transaction():
        merger = Succession(code=w.HOUSING, kind="merged", effective_on=TODAY, successor_code=there.code)
        db.session.add(merger)
    assert succession_sweep(w.NOON) == 1
    heir = replace(world.officer_two, department_id=there.id)
    w.answer(number, heir, {"verdict": "returned", "note": "承接以后重新核对"})
    assert (w.case(number).department_id, w.task(number).assignee_id) == (there.id, heir.account_id)
    assert "taken_over" in told(world)


def test_no_32_only_the_recognising_department_opens_and_others_are_told_which_one_it_is(world: w.World) -> None:
    record = unperformed(world)
    there = db.session.scalar(sa.select(Department.id).where(Department.id != world.department_id))
    lead = replace(world.officer, department_id=there)
    with pytest.raises(NotCompetent) as refused:
        opened(world, record, actor=lead)
    assert (refused.value.code, refused.value.facts["department"]) == (
        "rectification_not_competent", "兰州市住房和城乡建设局",
    )  # fmt: skip
    hidden = unperformed(world, status="SUSPENDED", published=False)
    with pytest.raises(NotFound):
        opened(world, hidden, actor=lead)
    with pytest.raises(NotPermitted):
        opened(world, record, actor=world.approver)
    with pytest.raises(NotCompetent):
        opened(world, record, actor=replace(lead, role=Role.SUPERVISOR))


@pytest.mark.parametrize(
    "columns",
    [
        {"fully_performed": True, "corrected": True, "performed_on": date(2026, 9, 2)},
        {"determination_date": date(2026, 11, 9)},
        {"status": "REPAIRED", "published": False},
        {"source_in_force": False},
    ],
)
def test_there_must_be_something_whose_time_has_passed(world: w.World, columns: dict[str, Any]) -> None:
    record = unperformed(world, **columns)
    with pytest.raises(RuleViolation, match="kind_does_not_suit"):
        open_case(
            record_id=record, kind_key="rectification", form={"unperformed": "没有缴纳"}, idempotency_key=None,
            actor=world.officer, now=w.NOON,
        )  # fmt: skip


def test_the_period_of_performance_lies_behind_the_decision_and_before_today(world: w.World) -> None:
    record = unperformed(world)
    for day in ("2026-08-09", "2026-11-24"):
        with wrong("performance_ended_on"):
            open_case(
                record_id=record, kind_key="rectification", form=OPENING | {"performance_ended_on": day},
                idempotency_key=None, actor=world.officer, now=w.NOON,
            )  # fmt: skip
    number = opened(world, record)
    assert w.case(number).number.startswith("GSZG-2026-")
    with pytest.raises(RuleViolation, match="application_open"):
        opened(world, record)


def test_many_are_opened_at_once_each_a_case_of_its_own(world: w.World) -> None:
    first, taken, done = unperformed(world), unperformed(world), w.make_record(world)
    opened(world, taken)
    ask: dict[str, Any] = {
        "record_ids": [first, taken, done, first], "kind_key": "rectification", "idempotency_key": "batch-1",
        "form": {"unperformed": "没有查到缴款记录"}, "actor": world.officer, "now": w.NOON,
    }  # fmt: skip
    results = open_several(**ask)
    codes = [line.refusal.code if isinstance(line.refusal, AppError) else "" for line in results]
    assert codes == ["", "application_open", "kind_does_not_suit"]
    assert w.case(results[0].number).details["performance_ended_on"] == "2026-08-25"
    assert open_several(**ask)[0].number == results[0].number, "sent again it opens nothing twice"
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 2
    for ids in ([], list(range(1, 52))):
        with wrong("records"):
            open_several(**ask | {"record_ids": ids})


def test_the_letters_can_be_read_before_they_are_sent_and_nothing_stays_of_it(world: w.World) -> None:
    number = opened(world, unperformed(world))
    seen = rehearse_letter(task_id=w.task(number).id, answer=PLAN, actor=world.officer, now=w.NOON)
    assert seen is not None and (seen.code, seen.content["due_on"]) == ("L17", "2026-12-24")
    assert "obligations" not in w.case(number).details
    other = verified(world, unperformed(world), "PARTIAL")
    seen = rehearse_letter(task_id=w.task(other).id, answer=w.APPROVED, actor=world.officer_two, now=w.NOON)
    assert seen is not None and (seen.code, seen.content["verifiers"]) == ("L19", "王丽萍、李建国")


def test_an_answer_sent_twice_is_one(world: w.World) -> None:
    number = proposed(world, unperformed(world))
    task, version = w.task(number), w.case(number).row_version
    for _ in range(2):
        complete_task(
            task_id=task.id, case_version=version, answer=w.APPROVED, idempotency_key="k", actor=world.approver,
            now=w.NOON,
        )  # fmt: skip
    assert letters(number) == ["L17"]


def test_the_kind_is_plugged_in_with_what_others_rely_on() -> None:
    kind: ProcessKind = kind_of("rectification")
    assert (kind.prefix, kind.withdrawal, kind.offered) == ("GSZG", None, None)
    assert set(kind.stays) == {"execution_stopped", "appraisal", "impossible"}
