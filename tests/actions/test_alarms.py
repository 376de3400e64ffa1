"""Whom the clock tells: near, passed, and still not met after some more working days."""

from collections.abc import Iterable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.supervision.places import Places, at, filed, make_places
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.audit.event import AuditEvent
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import timeline_of
from workflow_app.foundation.database import db, transaction
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Account, Actor


@pytest.fixture
def places(app: Flask) -> Places:
    return make_places()


def told(key: str, people: Iterable[Actor]) -> set[str]:
    """The names of those whose inbox has a message of a key, each at most once."""
    db.session.rollback()
    found = {}
    for actor in people:
        keys = [n.key for n in inbox(actor)]
        assert keys.count(key) <= 1, (actor.name, keys)
        found[actor.name] = key in keys
    return {name for name, has in found.items() if has}


def everybody(places: Places) -> list[Actor]:
    world = places.world
    staff = [world.clerk, world.officer, world.officer_two, world.approver, places.leader]
    return [*staff, places.neighbour_head, places.city, places.province, places.auditor, world.applicant]


def test_officer_then_head_then_lead_department(places: Places) -> None:
    number = filed(places, "2026-11-13")  # accepted or not by Wednesday the 18th
    claim_task(task_id=w.task(number).id, actor=places.world.officer, now=at("2026-11-13", 15))
    everyone = everybody(places)
    deadline_sweep(at("2026-11-15"))
    assert told("deadline_near", everyone) == set()
    deadline_sweep(at("2026-11-16"))
    assert told("deadline_near", everyone) == {"王丽萍"}
    deadline_sweep(at("2026-11-18", 23))
    assert told("deadline_passed", everyone) == set()
    deadline_sweep(at("2026-11-19", 0))
    assert told("deadline_passed", everyone) == {"王丽萍", "陈建军"}
    deadline_sweep(at("2026-11-20", 23))
    assert told("deadline_escalated", everyone) == set()
    for _ in range(2):
        deadline_sweep(at("2026-11-21", 0))  # Thursday and Friday have passed
    assert told("deadline_escalated", everyone) == {"lingdao", "督办"}
    entry = next(e for e in timeline_of(w.case(number).id) if e.key == "escalated")
    assert entry.facts["leads"] == "兰州市发展和改革委员会" and not entry.public
    escalated = sa.select(sa.func.count()).where(AuditEvent.action == "deadline.escalated")
    assert db.session.scalar(escalated) == 1


def test_what_was_done_in_time_alarms_nobody(places: Places) -> None:
    number = filed(places, "2026-11-13")
    w.answer(number, places.world.officer, w.ACCEPTED, now=at("2026-11-17"))
    deadline_sweep(at("2026-11-21"))
    assert told("deadline_passed", everybody(places)) == told("deadline_escalated", everybody(places)) == set()


def test_who_holds_the_step_is_reminded_beside_the_officer(places: Places) -> None:
    world = places.world
    number = filed(places, "2026-11-13")
    w.answer(number, world.officer, w.ACCEPTED, now=at("2026-11-13", 15))  # decided by Tuesday the 24th
    w.answer(number, world.officer, w.proposal(number), now=at("2026-11-16"))
    deadline_sweep(at("2026-11-22", 12))
    assert told("deadline_near", everybody(places)) == {"王丽萍", "陈建军"}


def test_unclaimed_work_reminds_all_who_could_take_it(places: Places) -> None:
    filed(places, "2026-11-13")
    deadline_sweep(at("2026-11-16"))
    assert told("deadline_near", everybody(places)) == {"王丽萍", "李建国"}


def test_a_case_without_department_is_the_clerks_and_the_provinces(places: Places) -> None:
    record = w.make_record(places.world, department_id=None, department_name="某局", department_code="")
    number = w.file(places.world, record, now=at("2026-11-13"))
    assert w.task(number).step == "forward"
    deadline_sweep(at("2026-11-17", 0))
    assert told("deadline_passed", everybody(places)) == {"窗口甲"}
    deadline_sweep(at("2026-11-19", 0))
    assert told("deadline_escalated", everybody(places)) == {"sheng"}


def test_without_a_supervisor_in_the_city_the_province_is_told(places: Places) -> None:
    with transaction():
        here = Account.login == "duban"
        db.session.execute(sa.update(Account).where(here).values(disabled_at=w.NOON))
    filed(places, "2026-11-13")
    deadline_sweep(at("2026-11-21", 0))
    assert told("deadline_escalated", everybody(places)) == {"lingdao", "sheng"}


def test_the_partys_deadline_is_the_partys_alone(places: Places) -> None:
    number = filed(places, "2026-11-13")
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(
        number,
        places.world.officer,
        {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"},
        now=at("2026-11-13", 15),
    )
    deadline_sweep(at("2026-11-18", 12))
    assert told("deadline_near", everybody(places)) == {"马珺玥"}


def test_a_deadline_that_was_moved_after_its_escalation_escalates_again(places: Places) -> None:
    filed(places, "2026-11-13")
    deadline_sweep(at("2026-11-21", 0))
    with transaction():
        later = {"due_on": date(2026, 11, 26), "due_at": at("2026-11-27", 0)}
        db.session.execute(sa.update(Deadline).where(Deadline.escalated_at.is_not(None)).values(later))
    deadline_sweep(at("2026-11-30", 23))
    escalated = sa.select(sa.func.count()).where(AuditEvent.action == "deadline.escalated")
    assert db.session.scalar(escalated) == 1
    db.session.rollback()
    for _ in range(2):
        deadline_sweep(at("2026-12-01", 0))  # Friday and Monday have passed
    assert db.session.scalar(escalated) == 2
