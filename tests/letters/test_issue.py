"""Issuing: number, frozen content, kept template and the order for the pages, all or nothing."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.letters.making import Issue, make_department
from tests.letters.samples import COMMON, sample
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters import template
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter, LetterTemplate, letters_of_case
from workflow_app.letters.numbering import gaps
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department


def test_the_row_says_who_issued_what_to_whom(issue: Issue, officer: Actor, department: Department) -> None:
    letter = issue("L07")
    assert (letter.number, letter.title, letter.state) == ("甘建信修决〔2026〕1号", "准予信用修复决定书", "issued")
    assert (letter.organ_name, letter.addressee_name) == (department.name, COMMON["addressee_name"])
    assert (letter.issued_by_id, letter.issued_by_name) == (officer.account_id, "李明")


def test_the_content_is_frozen_with_number_day_and_periods(issue: Issue) -> None:
    context = issue("L08").context
    assert context["number"] == "甘建信修不决〔2026〕1号"
    assert (context["issued_on"], context["reapply_condition"]) == ("2026-11-24", "缴清剩余罚款后可以再次提出申请。")
    assert (context["reconsideration_period"], context["litigation_period"]) == ("60日", "6个月")


def test_a_letter_without_remedies_freezes_no_periods(issue: Issue) -> None:
    assert "reconsideration_period" not in issue("L02").context


def test_the_department_answers_for_what_the_caller_left_out(issue: Issue) -> None:
    assert issue("L02", contact_phone="0931-0000000").context["contact_phone"] == "0931-0000000"


def test_the_template_is_kept_once_with_its_files(issue: Issue) -> None:
    first, second = issue("L02"), issue("L02")
    rows = db.session.query(LetterTemplate).all()
    assert first.template_digest == second.template_digest == rows[0].digest
    assert len(rows) == 1
    assert rows[0].sources == template.template_set("L02").sources


def test_the_pages_are_ordered_with_the_commit(app: Flask, issue: Issue) -> None:
    letter = issue("L02")
    assert app.extensions["jobs"].keys("letters") == [f"letter:{letter.id}"]


def test_issue_runs_only_inside_an_act(app: Flask, department: Department, officer: Actor, clock: FixedClock) -> None:
    with pytest.raises(RuntimeError):
        issue_letter(
            code="L02",
            case_id=1,
            case_no="GSXF-2026-000001",
            department=department,
            addressee_name="x",
            addressee_code="y",
            context=sample("L02"),
            actor=officer,
            now=clock.now(),
        )


def test_serials_run_without_gaps_per_kind(issue: Issue) -> None:
    assert [issue(code).serial for code in ("L02", "L02", "L07", "L02")] == [1, 2, 1, 3]


def test_each_department_counts_for_itself(issue: Issue) -> None:
    with transaction():
        other = make_department(code="11620000MBW16699XH", organ_code="甘交运")
        db.session.add(other)
    assert [issue("L02").number, issue("L02", by=other).number] == ["甘建信修受〔2026〕1号", "甘交运信修受〔2026〕1号"]


def test_the_year_is_the_one_in_shanghai(issue: Issue) -> None:
    issue("L02")
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # 00:00 on 1 January 2027 in Shanghai
    assert issue("L02", now=new_year).number == "甘建信修受〔2027〕1号"


def test_a_refused_letter_takes_no_number(issue: Issue, department: Department) -> None:
    with pytest.raises(RuleViolation, match="letter_incomplete"):
        issue("L02", due_on=None)
    assert issue("L02").serial == 1


def test_an_act_that_fails_gives_its_number_back(
    issue: Issue, department: Department, officer: Actor, clock: FixedClock
) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        issue_letter(
            code="L02",
            case_id=1,
            case_no="GSXF-2026-000001",
            department=department,
            addressee_name="甲公司",
            addressee_code="91620000MA7TEST00X",
            context=sample("L02"),
            actor=officer,
            now=clock.now(),
        )
        raise ZeroDivisionError
    letter = issue("L02")
    assert (letter.serial, db.session.query(Letter).count()) == (1, 1)
    assert gaps(department_id=department.id, kind_word="信修受", year=2026) == []


def test_letters_of_a_case_come_in_order(issue: Issue) -> None:
    codes = ["L02", "L06", "L07"]
    for code in codes:
        issue(code)
    assert [letter.code for letter in letters_of_case(7)] == codes
