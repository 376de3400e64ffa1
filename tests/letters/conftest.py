"""A department, a party and an officer for the letters to be written by and to, and one way to issue."""

from typing import Any

import pytest
from flask import Flask

from tests.letters.making import Issue, make_department
from tests.letters.samples import COMMON, sample
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation


@pytest.fixture
def department(app: Flask, clock: FixedClock) -> Department:
    with transaction():
        found = make_department()
        db.session.add(found)
    return found


@pytest.fixture
def officer(department: Department, clock: FixedClock) -> Actor:
    with transaction():
        account = Account(
            login="jingban",
            name="李明",
            role="officer",
            password_hash="-",
            department_id=department.id,
            created_at=clock.now(),
        )
        db.session.add(account)
    return account.actor()


@pytest.fixture
def organisation(app: Flask, clock: FixedClock) -> Organisation:
    with transaction():
        found = Organisation(code=COMMON["addressee_code"], name=COMMON["addressee_name"], created_at=clock.now())
        db.session.add(found)
    return found


@pytest.fixture
def issue(department: Department, officer: Actor, organisation: Organisation, clock: FixedClock) -> Issue:
    """Issue one letter in a transaction of its own."""

    def run(code: str = "L02", *, by: Department | None = None, now: Any = None, **changes: Any) -> Letter:
        with transaction():
            return issue_letter(
                code=code,
                case_id=7,
                case_no=COMMON["case_no"],
                department=by or department,
                addressee_name=organisation.name,
                addressee_code=organisation.code,
                organisation_id=organisation.id,
                context=sample(code, **changes),
                actor=officer,
                now=now or clock.now(),
            )

    return run
