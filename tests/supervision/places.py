"""A province in small for those who oversee: two departments of one city, one of another, and who sits where."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from tests import world as w
from workflow_app.foundation.clock import SHANGHAI
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.departments import Department

NEIGHBOUR, FAR, CITY_LEAD, PROVINCE_LEAD = (
    *("11620200MBY780889C", "11620900MBX1374963"),
    *("11620100MBW885142T", "11620000MBW6610509"),
)


@dataclass
class Places:
    """The small world of the tests with its neighbours. `city` and `province` supervise."""

    world: w.World
    neighbour_id: int
    far_id: int
    leader: Actor
    neighbour_head: Actor
    city: Actor
    province: Actor
    auditor: Actor


def make_places() -> Places:
    """Create them. The supervisor of the small world moves to the lead department of the city."""
    world = w.make_world()
    with transaction():
        far = w.department(FAR, "酒泉市应急管理局", short_name="酒泉应急局", city="酒泉市")
        lead = w.department(CITY_LEAD, "兰州市发展和改革委员会", short_name="兰州发改委", lead=True)
        above = w.department(PROVINCE_LEAD, "甘肃省发展和改革委员会", level="province", city="", lead=True)
        db.session.add_all([far, lead, above])
        db.session.flush()
        neighbour = db.session.scalars(sa.select(Department).where(Department.code == NEIGHBOUR)).one()
        people = [
            account("lingdao", Role.LEADER, world.department_id, level=2),
            account("linshen", Role.APPROVER, neighbour.id),
            account("sheng", Role.SUPERVISOR, above.id),
            account("shenji", Role.AUDITOR, None),
        ]
        db.session.add_all(people)
        city = db.session.scalars(sa.select(Account).where(Account.login == "duban")).one()
        city.department_id = lead.id
        db.session.flush()
        leader, head, province, auditor = (p.actor() for p in people)
        return Places(
            world=world,
            neighbour_id=neighbour.id,
            far_id=far.id,
            leader=leader,
            neighbour_head=head,
            city=city.actor(),
            province=province,
            auditor=auditor,
        )


def account(login: str, role: Role, department_id: int | None, **more: object) -> Account:
    """Return a new account."""
    values = {"name": login, "password_hash": "!", "created_at": w.NOON} | more
    return Account(login=login, role=role, department_id=department_id, **values)


def at(day: str, hour: int = 10) -> datetime:
    """An instant of a day by the clock in Shanghai."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=SHANGHAI).astimezone(UTC)


def filed(places: Places, day: str, *, department_id: int | None = None, **record: object) -> str:
    """File an application on a day and return its number; its acceptance is due three working days later."""
    more = dict(record)
    if department_id is not None:
        more |= {"department_id": department_id, "department_code": code_of(department_id)}
    return w.file(places.world, w.make_record(places.world, **more), now=at(day))


def code_of(department_id: int) -> str:
    """The code of a department."""
    return db.session.scalars(sa.select(Department.code).where(Department.id == department_id)).one()
