"""The policy against its hand-written file, and lists that follow the very rule by which single things are shown."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.authz import policies
from tests.authz.town import PEOPLE, Town
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission, forbid_same_person, in_scope, may, require, scope_filter
from workflow_app.people.reach import in_reach, reach_condition

LISTS = (
    "/desk?tab=mine",
    "/desk?tab=department",
    "/desk?tab=waiting",
    "/desk?tab=done",
    "/desk?search=泓屹垚",
    "/my/cases",
    "/supervision",
    "/supervision/cases",
    "/supervision/slips?state=all",
)


def test_the_policy_is_what_was_written(town: Town) -> None:
    assert policies.faults(town) == []


def test_every_permission_has_its_line() -> None:
    told = policies.document()
    open_to_all = {Permission.PUBLIC, Permission.SIGNED_IN}
    assert {*told["on_a_case"], *told["of_the_house"]} == {p.value for p in Permission if p not in open_to_all}


@pytest.mark.parametrize("column", list(PEOPLE))
def test_lists_name_only_what_may_be_seen(town: Town, column: str) -> None:
    with town.app.app_context():
        actor = policies.actors(town)[column]
        numbers = {c.number: in_scope(actor, c) for c in db.session.scalars(sa.select(Case)).unique()}
        db.session.remove()
    client = town.clients[column]
    client.set_cookie("casework", town.cookies[column])
    shown = "".join(client.get(path).text for path in LISTS)
    assert [number for number, visible in numbers.items() if number in shown and not visible] == []


@pytest.mark.parametrize("role", list(Role))
def test_one_rule_for_lists_and_for_single_things(app: Flask, role: Role) -> None:
    world = w.make_world()
    w.file(world, w.make_record(world))
    with transaction():
        db.session.add(w.department("11620000MBY832837U", "省住建厅", level="province", city=""))
        db.session.add(w.department("11621121MBX1374963", "通渭县住建局", level="county", city="定西市"))
    seats = [None, *db.session.scalars(sa.select(Department.id))]
    cases = list(db.session.scalars(sa.select(Case)).unique())
    for seat in seats:
        for organisation in (None, world.organisation_id, world.organisation_id + 1):
            actor = Actor(account_id=99, name="x", role=role, department_id=seat, organisation_id=organisation)
            condition = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
            listed = set(db.session.scalars(sa.select(Case.id).where(condition)))
            assert listed == {c.id for c in cases if in_scope(actor, c)}, (seat, organisation)
            for department in seats:
                column, other = sa.literal(department, sa.Integer), sa.literal(organisation, sa.Integer)
                matches = sa.select(reach_condition(actor, department=column, organisation=other))
                single = in_reach(actor, department_id=department, organisation_id=organisation)
                assert bool(db.session.scalar(matches)) == single, (seat, department)


def test_a_closed_case_offers_nothing_but_reading(app: Flask) -> None:
    world = w.make_world()
    case = w.case(w.file(world, w.make_record(world)))
    assert may(world.officer, Permission.NOTE_WRITE, case)
    case.closed_at = w.NOON
    assert not may(world.officer, Permission.NOTE_WRITE, case)
    assert may(world.officer, Permission.CASE_VIEW, case)
    require(world.officer, Permission.NOTE_WRITE, case)
    db.session.rollback()


def test_nobody_settles_their_own_proposal(app: Flask) -> None:
    world = w.make_world()
    forbid_same_person(world.officer.account_id, world.approver)
    with pytest.raises(RuleViolation):
        forbid_same_person(world.officer.account_id, world.officer)
    with pytest.raises(RuleViolation):
        forbid_same_person(None, Actor.system())


def test_administrators_and_the_auditor_stand_apart() -> None:
    from workflow_app.people.permissions import READING, TABLE
    from workflow_app.people.reach import REACH, Reach

    changing = {
        p for p in TABLE if p.value.startswith(("case.", "extension.", "note.", "evidence.", "letter.", "record."))
    }
    for permission in changing:
        assert not TABLE[permission] & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
        assert permission in READING or Role.AUDITOR not in TABLE[permission]
    assert REACH[Role.SYSTEM_ADMIN] is REACH[Role.SECURITY_ADMIN] is Reach.NONE
    assert not TABLE[Permission.ACCOUNT_MANAGE] & {Role.SYSTEM_ADMIN, Role.AUDITOR}
    assert Role.AUDITOR not in TABLE[Permission.CHANGE_SETTLE]
