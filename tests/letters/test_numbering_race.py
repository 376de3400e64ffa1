"""Many acts issue at the same moment: every number once, none left out, on both databases."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from tests.letters.samples import COMMON, sample
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.letters.numbering import gaps
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department

TRIES, THREADS = 200, 8


class _Changed(Exception):
    """Every fifth act fails after it took its number."""


def test_two_hundred_concurrent_issues_leave_no_gap_and_no_double(
    app: Flask, department: Department, officer: Actor, clock: FixedClock
) -> None:
    department_id, now = department.id, clock.now()

    def act(turn: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    issue_letter(
                        code="L02",
                        case_id=turn,
                        case_no=COMMON["case_no"],
                        department=db.session.get_one(Department, department_id),
                        addressee_name=COMMON["addressee_name"],
                        addressee_code=COMMON["addressee_code"],
                        context=sample("L02"),
                        actor=officer,
                        now=now,
                    )
                    if turn % 5 == 0:
                        raise _Changed
            except _Changed:
                return False
            finally:
                db.session.remove()
        return True

    db.session.rollback()
    with ThreadPoolExecutor(THREADS) as pool:
        issued = sum(pool.map(act, range(TRIES)))
    serials = sorted(db.session.scalars(db.select(Letter.serial)))
    assert issued == TRIES * 4 // 5
    assert serials == list(range(1, issued + 1))
    assert gaps(department_id=department_id, kind_word="信修受", year=2026) == []
