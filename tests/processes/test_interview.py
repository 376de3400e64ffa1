"""Interviews by the law (rulebook §5): who is called, when, with whom, what counts as having come, what may follow."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes import interviews as i
from tests.processes.roads import happen, quashed
from workflow_app.actions.open_case import open_case
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.cases.appointments import Appointment
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.histories import case_history
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Account, Role
from workflow_app.records import history
from workflow_app.records.credit_record import CreditRecord


@pytest.fixture
def town(app: Flask) -> i.Town:
    return i.make_town()


@pytest.fixture
def record(town: i.Town) -> int:
    return w.make_record(town)


def codes(number: str) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Letter.code).where(Letter.case_no == number).order_by(Letter.id)))


def letter(number: str, code: str) -> dict[str, Any]:
    query = sa.select(Letter).where(Letter.case_no == number, Letter.code == code).order_by(Letter.id.desc())
    return db.session.scalars(query).first().context  # type: ignore[union-attr]


def refused(step: str, number: str, actor: Any, values: dict[str, Any], **more: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as found:
        i.do(number, step, actor, values, **more)
    return found.value.fields


def test_a_failed_rectification_begins_one_with_ten_working_days(town: i.Town, record: int) -> None:
    number = i.failed(town, record) or ""
    case = w.case(number)
    clock = db.session.scalars(sa.select(Deadline).where(Deadline.case_id == case.id)).one()
    assert (clock.key, clock.value, clock.due_on, clock.confidence) == ("interview.start", 10, date(2026, 12, 8), "D")
    assert (case.stage, case.assignee_id, case.details["failed_case"]) == ("propose", None, "GSZG-2026-000009")
    assert case.details["seen"] == "reminder"
    assert i.failed(town, record) == number, "one open interview on a record"
    assert i.failed(town, w.make_record(town), outcome="IMPOSSIBLE") is None, "what cannot be done is no ground"
    other = i.failed(town, w.make_record(town), outcome="REFUSE") or ""
    assert [row["rule"] for row in w.case(other).details["findings"]] == ["refused"]


def test_an_officer_opens_one_only_on_a_rectification_that_failed(town: i.Town, record: int) -> None:
    for form, field in (
        ({"ground": "case", "failed_case": "GSZG-2026-000009"}, "failed_case"),
        ({"ground": "case", "failed_case": ""}, "failed_case"),
        ({"paper_number": ""}, "paper_number"),
        ({"ground": ""}, "ground"),
    ):
        with pytest.raises(InvalidInput) as found:
            i.opened(town, record, **form)
        assert field in found.value.fields
    with transaction():
        row = db.session.get_one(CreditRecord, record)
        facts = {"outcome": "REFUSE", "notice": "兰建信整通〔2026〕8号", "failed_before": 1}
        history.write(row, "rectification_failed", before=row.status, actor=town.officer, now=w.NOON,
                      case_no="GSZG-2026-000001", facts=facts)  # fmt: skip
    number = i.opened(town, record, ground="case", failed_case="GSZG-2026-000001")
    assert {r["rule"] for r in w.case(number).details["findings"]} == {"refused", "failed_twice"}


def test_no_32_another_department_is_told_who_is_competent(town: i.Town, record: int) -> None:
    def begin(actor: Any) -> None:
        open_case(record_id=record, kind_key="interview", form=i.PAPER, idempotency_key=None, actor=actor, now=w.NOON)

    with transaction():
        elsewhere = db.session.scalar(sa.select(w.Department.id).where(w.Department.code == "11620200MBY780889C"))
        lead = Account(login="fagai", name="发改", role=Role.OFFICER, password_hash="!", created_at=w.NOON,
                       department_id=elsewhere)  # fmt: skip
        db.session.add(lead)
        db.session.flush()
        actor = lead.actor()
    with pytest.raises(NotPermitted) as found:
        begin(actor)
    assert (found.value.code, found.value.facts["department"]) == ("interview_not_competent", "兰州市住房和城乡建设局")
    for stranger, error in ((town.applicant, NotPermitted), (town.clerk, NotPermitted), (town.stranger, NotFound)):
        with pytest.raises(error):
            begin(stranger)


@pytest.mark.parametrize(
    ("columns", "changes", "rules"),
    [
        ({"credit_class": "serious"}, {}, {"serious"}),
        ({"on_serious_list": True}, {}, {"listed"}),
        ({}, {"falsified": "yes", "fact_note": "验收照片系伪造"}, {"falsified"}),
        ({}, {"public_interest": "yes", "fact_note": "在建学校"}, {"public_interest"}),
    ],
)
def test_the_table_says_which_kind_with_reasons_and_a_warning_is_the_leaders_to_approve(
    town: i.Town, columns: dict[str, Any], changes: dict[str, str], rules: set[str]
) -> None:
    number = i.opened(town, w.make_record(town, **columns))
    if changes:
        assert "fact_note" in refused("propose", number, town.officer, i.PROPOSAL | changes | {"fact_note": ""})
    case = i.do(number, "propose", town.officer, i.PROPOSAL | changes)
    assert (case.details["level"], case.stage) == ("warning", "approve_warning")
    assert {row["rule"] for row in case.details["findings"]} == rules
    twin = replace(town.leader, account_id=town.officer.account_id)
    with pytest.raises(RuleViolation, match="same_person_decides"):
        i.do(number, "approve_warning", twin, i.YES)
    with pytest.raises(NotPermitted):
        i.do(number, "approve_warning", town.approver, i.YES)
    assert i.do(number, "approve_warning", town.leader, i.YES).stage == "schedule"


def test_a_second_one_within_twelve_months_is_a_warning(town: i.Town, record: int) -> None:
    i.held(town, record)
    later = i.MEETING + timedelta(days=200)
    number = i.opened(town, w.make_record(town), now=later)
    assert [row["rule"] for row in w.case(number).details["findings"]] == ["repeated"]
    much_later = i.opened(town, w.make_record(town), now=i.MEETING + timedelta(days=380))
    assert w.case(much_later).details["seen"] == "reminder"


def test_the_head_may_find_that_none_is_needed_or_send_it_back(town: i.Town, record: int) -> None:
    number = i.opened(town, record)
    i.do(number, "propose", town.officer, {"outcome": "drop", "drop_reasons": "当事人已补设到位。"})
    assert "note" in refused("approve", number, town.approver, {"verdict": "returned"})
    i.do(number, "approve", town.approver, {"verdict": "returned", "note": "请附照片。"})
    i.do(number, "propose", town.officer, {"outcome": "drop", "drop_reasons": "当事人已补设到位，附照片。"})
    case = i.do(number, "approve", town.approver, i.YES)
    assert (case.outcome, case.stage, codes(number)) == ("interview_dropped", "closed", [])


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"day": "2026-11-26"}, "day"),  # two working days: too late announced
    ({"day": "2026-11-28"}, "day"),  # Saturday
    ({"day": "2026-12-16"}, "day"),  # more than fifteen working days ahead
    ({"begins": "12:00", "ends": "13:00"}, "begins"),
    ({"begins": "10:30", "ends": "09:30"}, "begins"),
    ({"begins": "25:00"}, "begins"),
    ({"officer_1": "self"}, "officer_1"),  # the host alone is one
    ({"recorder": "self"}, "recorder"),
    ({"officer_1": "999"}, "officer_1"),
    ({"host": "x1"}, "host"),
)


def test_a_meeting_is_announced_in_time_on_a_working_day_in_office_hours_with_enough_people(
    town: i.Town, record: int
) -> None:
    number = i.decided(town, record)
    for more, field in WRONG:
        given = {k: str(town.officer.account_id) if v == "self" else v for k, v in more.items()}
        assert field in refused("schedule", number, town.officer, i.notice(town) | given), more
    assert codes(number) == []


def test_make_up_days_count_and_holidays_do_not(town: i.Town) -> None:
    before = w.NOON.replace(month=9, day=30)
    number = i.decided(town, w.make_record(town), now=before)
    assert "国庆" in refused("schedule", number, town.officer, i.notice(town, day="2026-10-05"), now=before)["day"]
    i.do(number, "schedule", town.officer, i.notice(town, day="2026-10-10"), now=before)  # Saturday, worked
    assert letter(number, "L20")["met_on"] == "2026-10-10"


def test_neither_room_nor_people_meet_twice_at_a_time(town: i.Town, record: int) -> None:
    i.invited(town, record)
    other = i.decided(town, w.make_record(town))
    fields = refused("schedule", other, town.officer, i.notice(town, begins="10:00", ends="11:00"))
    assert {"room", "officer_1"} <= set(fields)
    assert "王丽萍" in fields["officer_1"]
    i.do(other, "schedule", town.officer, i.notice(town, begins="10:30", ends="11:30"))  # right behind it
    uids = db.session.scalars(sa.select(Appointment.uid)).all()
    assert len(set(uids)) == 2


def test_the_notice_says_all_that_it_must(town: i.Town, record: int) -> None:
    number = i.invited(town, record)
    said = letter(number, "L20")
    assert (said["title"], said["level"], said["failed_notice"]) == (
        "提示约谈通知书",
        "提示约谈",
        "兰建整通〔2026〕3号",
    )
    assert (said["met_on"], said["met_hours"], said["host"], said["recorder"]) == (
        "2026-12-01", "09:30–10:30", "王丽萍", "赵敏",
    )  # fmt: skip
    assert "申请改期" in said["rights"]
    assert "回避" in said["rights"]
    assert said["number"].startswith("兰建信约提〔2026〕")
    with pytest.raises(InvalidInput):
        i.do(i.decided(town, w.make_record(town)), "schedule", town.officer,
             i.notice(town, day="2026-12-02") | {"materials": "逾期处以罚款"})  # fmt: skip


def test_the_party_has_it_moved_once_and_in_time(town: i.Town, record: int) -> None:
    number = i.invited(town, record)
    i.do(
        number,
        "reply",
        town.applicant,
        {"choice": "confirm", "attendee_name": "马珺玥", "attendee_title": "法定代表人"},
    )
    moving = {"choice": "reschedule", "move_reason": "当日出庭"}
    with pytest.raises(RuleViolation, match="interview_move_late"):
        i.do(number, "change_reply", town.applicant, moving, now=i.MEETING)
    last = i.MEETING - timedelta(days=1)
    assert i.do(number, "change_reply", town.applicant, moving, now=last).stage == "rearrange"
    late = i.slot(town, day="2026-12-16") | {"move_note": "同意改期"}  # ten working days after the old day: 12-15
    assert "day" in refused("rearrange", number, town.officer, late, now=last)
    i.do(number, "rearrange", town.officer, late | {"day": "2026-12-15"}, now=last)
    meeting = db.session.scalars(sa.select(Appointment)).unique().one()
    assert (meeting.uid, meeting.sequence, meeting.local_day) == (f"{number}-1", 1, "2026年12月15日")
    assert codes(number) == ["L20", "L21"]
    with pytest.raises(RuleViolation, match="interview_moved_already"):
        i.do(number, "reply", town.applicant, moving, now=last)


def test_no_29_an_employee_without_authority_has_not_come(town: i.Town, record: int) -> None:
    number = i.invited(town, record)
    with pytest.raises(RuleViolation, match="interview_not_yet"):
        i.do(number, "attend", town.officer, i.MISSED)
    employee = i.CAME | {"who": "employee", "absence_note": "只有一名职员到场，没有授权。", "after": ""}
    assert "没有授权" in refused("attend", number, town.officer, employee, now=i.MEETING)["after"]
    i.do(number, "attend", town.officer, employee | {"after": "again"}, now=i.MEETING)
    case = w.case(number)
    assert (case.stage, case.details["attendance"]["absent_for"]) == ("rearrange", "no_authority")
    assert history.last_of(record, "interview_missed") is not None
    i.do(number, "rearrange", town.officer, i.slot(town, day="2026-12-08") | {"move_note": "另行安排"}, now=i.MEETING)
    again = i.MISSED | {"after": "again"}
    assert "after" in refused("attend", number, town.officer, again, now=i.MEETING + timedelta(days=7))


def test_a_delegate_comes_to_a_reminder_with_authority_and_to_a_warning_by_approval(town: i.Town, record: int) -> None:
    sends = {
        "choice": "delegate",
        "attendee_name": "陈斌",
        "attendee_title": "副总经理",
        "delegate_reason": "法定代表人住院",
    }
    came = i.CAME | {"who": "delegate", "came_name": "陈斌", "authority_paper": "授权委托书2026-12-01"}
    number = i.invited(town, record)
    assert "choice" in refused("reply", number, town.applicant, sends)
    i.hand_in(town, number, "interview_authority")
    i.do(number, "reply", town.applicant, sends)
    assert i.do(number, "attend", town.officer, came, now=i.MEETING).stage == "talk"
    warned = i.decided(town, w.make_record(town, credit_class="serious"))
    i.do(warned, "schedule", town.officer, i.notice(town, day="2026-12-02"))
    i.hand_in(town, warned, "interview_authority")
    assert i.do(warned, "reply", town.applicant, sends).stage == "permit_delegate"
    unpermitted = came | {"absence_note": "委托没有经过批准。", "after": "escalate"}
    tomorrow = i.MEETING + timedelta(days=1)
    assert "after" in refused("attend", warned, town.officer, came | {"absence_note": "x"}, now=tomorrow)
    i.do(warned, "permit_delegate", town.leader, i.YES)
    assert i.do(warned, "attend", town.officer, unpermitted, now=tomorrow).stage == "talk"


def test_no_31_a_refused_signature_leaves_the_record_valid_with_two_signatures(town: i.Town, record: int) -> None:
    number = i.invited(town, record)
    assert "rights_told" in refused("attend", number, town.officer, i.CAME | {"rights_told": ""}, now=i.MEETING)
    i.do(number, "attend", town.officer, i.CAME, now=i.MEETING)
    unsigned = i.TALK | {"signature": "refused", "refusal_note": "认为事实不清，拒绝签字。"}
    me, two = str(town.officer.account_id), str(town.officer_two.account_id)
    assert "witness_1" in refused("talk", number, town.officer, unsigned, now=i.MEETING)
    assert "witness_2" in refused("talk", number, town.officer, unsigned | {"witness_1": me, "witness_2": me},
                                  now=i.MEETING)  # fmt: skip
    case = i.do(number, "talk", town.officer, unsigned | {"witness_1": me, "witness_2": two}, now=i.MEETING)
    said = letter(number, "L22")
    assert (case.stage, said["witnesses"], said["recording"]) == ("minutes", "王丽萍、李建国", "执法记录仪1201")
    assert said["identity"] == "居民身份证，号码620***********0018"
    kept = history.last_of(record, "interviewed")
    assert kept is not None
    assert kept.facts["refused"] is True
    assert "620102198001010018" not in str(w.case(number).details)


def test_minutes_name_each_commitment_and_go_out_in_five_working_days(town: i.Town, record: int) -> None:
    number = i.held(town, record)
    clock = db.session.scalars(sa.select(Deadline).where(Deadline.key == "interview.minutes")).one()
    assert (clock.value, clock.due_on) == (5, date(2026, 12, 8))
    for wrong in ({"person": ""}, {"due_on": "2026-11-01"}, {"due_on": "2027-06-01"}, {"what": "处以罚款"}):
        rows = {"commitments": [i.commitment(**wrong)], "basis_article": "参照"}
        assert "commitments" in refused("minutes", number, town.officer, rows, now=i.MEETING)
    rows = {"commitments": [i.commitment()], "basis_article": "参照"}
    assert i.do(number, "minutes", town.officer, rows, now=i.MEETING).stage == "plan"
    assert letter(number, "L23")["commitments"] == [i.commitment()]


def test_what_is_put_right_is_closed_by_two_officers_and_nothing_of_it_is_public(town: i.Town, record: int) -> None:
    number = i.reported(town, record)
    row = [{"key": "1", "state": "met", "text": "现场核查"}]
    assert "conclusion" in refused("verify", number, town.officer, i.VERIFIED | {"checked": row, "conclusion": "escalate"},
                                   now=i.MEETING)  # fmt: skip
    i.do(number, "verify", town.officer, i.VERIFIED | {"checked": row}, now=i.MEETING)
    assert w.case(number).assignee_id is None
    with pytest.raises(RuleViolation, match="same_person_decides"):
        i.do(number, "confirm", town.officer, i.YES, now=i.MEETING)
    case = i.do(number, "confirm", town.officer_two, i.YES, now=i.MEETING)
    assert (case.outcome, case.stage) == ("interview_closed", "closed")
    assert codes(number) == ["L20", "L22", "L23", "L19Y"]
    found = db.session.get_one(CreditRecord, record)
    assert (found.status, found.published) == ("PUBLISHED", True)
    assert {h.what for h in history.history_of(record)} >= {"interviewed", "interview_closed"}
    meeting = case_history(w.case(number))["appointments"][0]
    assert (meeting["state"], meeting["host"], meeting["uid"]) == ("held", ["王丽萍"], f"{number}-1")


def test_a_reminder_that_leads_to_nothing_becomes_a_warning_in_the_same_case_and_that_to_measures_of_the_list(
    town: i.Town, record: int
) -> None:
    number = i.reported(town, record)
    i.verified(town, number, state="unmet", conclusion="escalate")
    case = w.case(number)
    assert (case.stage, [r["rule"] for r in case.details["findings"]]) == ("propose", ["reminder_failed"])
    i.propose(town, number, now=i.MEETING)
    i.do(number, "schedule", town.officer, i.notice(town, day="2026-12-08"), now=i.MEETING)
    later = i.MEETING + timedelta(days=7)
    i.do(number, "attend", town.officer, i.MISSED, now=later)
    assert w.case(number).stage == "verify", "who misses a warning is followed up"
    given = i.VERIFIED | {"conclusion": "measures", "checked": []}
    for rows in ([], [{"key": "fine", "on": "1"}]):
        assert "followup" in refused("verify", number, town.officer, given | {"followup": rows}, now=later)
    assert "reasons" in refused(
        "verify", number, town.officer, given | {"reasons": "予以罚款", "followup": []}, now=later
    )
    chosen = [{"key": "key_supervision", "on": "1"}, {"key": "more_checks", "on": "1"}]
    i.do(number, "verify", town.officer, given | {"followup": chosen}, now=later)
    i.do(number, "confirm", town.officer_two, i.YES, now=later)
    twin = replace(town.leader, account_id=town.officer_two.account_id)
    with pytest.raises(RuleViolation, match="same_person_decides"):
        i.do(number, "approve_end", twin, i.YES, now=later)
    case = i.do(number, "approve_end", town.leader, i.YES, now=later)
    assert (case.outcome, case.stage) == ("interview_measures", "closed")
    assert codes(number) == ["L20", "L22", "L23", "L19Y", "L20W", "L19Y"]
    assert letter(number, "L19Y")["measures"] == ["列为重点监管对象", "提高抽查频次"]
    assert db.session.get_one(CreditRecord, record).status == "PUBLISHED"


def test_who_stays_silent_is_verified_when_the_time_has_passed(town: i.Town, record: int) -> None:
    number = i.minuted(town, record)
    deadline_sweep(i.MEETING + timedelta(days=8))
    assert w.case(number).stage == "perform"
    clock = db.session.scalars(sa.select(Deadline).where(Deadline.key == "interview.rectify")).one()
    assert clock.due_on == date(2027, 1, 7)
    assert w.case(number).office_due_on is None, "while the party has its time nothing is late in the office"
    deadline_sweep(w.NOON + timedelta(days=50))
    assert w.case(number).stage == "verify"


def test_a_quashed_decision_ends_it_at_every_stage_and_frees_the_room(town: i.Town) -> None:
    for reached in (i.opened, i.decided, i.minuted, i.invited):
        number = reached(town, w.make_record(town))
        happen(number, quashed)
        case = w.case(number)
        assert (case.outcome, case.stage) == ("ended", "closed")
        if reached is i.minuted:  # nobody meets the party twice in the same hour
            with transaction():
                db.session.execute(sa.update(Appointment).values(starts_at=w.NOON - timedelta(days=900)))
    last = db.session.scalars(sa.select(Appointment.state).order_by(Appointment.id.desc())).first()
    assert last == "cancelled"
    i.invited(town, w.make_record(town))
