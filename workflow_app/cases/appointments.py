"""Appointments (约谈安排): when and where people of a department meet the party of a case. One row a meeting; a meeting that is
moved keeps its row and its `uid`, so that calendars which took it over follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.foundation.clock import SHANGHAI
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account
from workflow_app.people.departments import Department


class State(StrEnum):
    """What became of an appointment. Only a planned one takes up its room and its people."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Part(StrEnum):
    """What somebody does in a meeting."""

    HOST = "host"
    OFFICER = "officer"
    RECORDER = "recorder"


class Appointment(Model):
    """One meeting. `sequence` counts how often it was changed; times are instants."""

    __tablename__ = "appointment"
    __table_args__ = (sa.Index("ix_appointment_department", "department_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"))
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(sa.String(200))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    room: Mapped[str] = mapped_column(sa.String(60))
    state: Mapped[str] = mapped_column(sa.String(12))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)
    people: Mapped[list[AppointmentPerson]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AppointmentPerson.id"
    )

    @property
    def local_day(self) -> str:
        """The day, as letters say it."""
        day = self.starts_at.astimezone(SHANGHAI)
        return f"{day.year}年{day.month}月{day.day}日"

    @property
    def hours(self) -> str:
        """From when to when, in local time."""
        return f"{self.starts_at.astimezone(SHANGHAI):%H:%M}–{self.ends_at.astimezone(SHANGHAI):%H:%M}"

    def names(self, part: Part) -> list[str]:
        """Return the names of those with a part in it."""
        return [person.account.name for person in self.people if person.part == part]


class AppointmentPerson(Model):
    """Somebody of the department who takes part."""

    __tablename__ = "appointment_person"
    __table_args__ = (sa.UniqueConstraint("appointment_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(sa.ForeignKey("appointment.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    part: Mapped[str] = mapped_column(sa.String(12))
    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A meeting that is wanted: from when to when, where, and who does what (account ids)."""

    starts_at: datetime
    ends_at: datetime
    room: str
    people: Mapping[int, Part]


def clashes(case: Case, slot: Slot, *, but: Appointment | None = None) -> dict[str, str]:
    """Return by field, in Chinese, what stands in the way of a slot: the room, or somebody, is taken at that time."""
    overlapping = [
        Appointment.state == State.PLANNED,
        Appointment.starts_at < slot.ends_at,
        Appointment.ends_at > slot.starts_at,
    ]
    if but is not None:
        overlapping.append(Appointment.id != but.id)
    found: dict[str, str] = {}
    here = sa.select(Appointment).where(*overlapping, Appointment.department_id == case.department_id)
    same_room = [a for a in db.session.scalars(here).unique() if _room(a.room) == _room(slot.room)]
    if same_room:
        found["room"] = label(
            "field_error.appointment_room", room=slot.room, when=f"{same_room[0].local_day} {same_room[0].hours}"
        )
    busy = (
        sa.select(AppointmentPerson)
        .join(Appointment, Appointment.id == AppointmentPerson.appointment_id)
        .where(*overlapping, AppointmentPerson.account_id.in_(slot.people))
    )
    taken = {person.account_id: person for person in db.session.scalars(busy)}
    if taken:
        names = "、".join(sorted(person.account.name for person in taken.values()))
        first = db.session.get_one(Appointment, next(iter(taken.values())).appointment_id)
        found["officers"] = label(
            "field_error.appointment_person", names=names, when=f"{first.local_day} {first.hours}"
        )
    return found


def book(case: Case, slot: Slot, *, title: str, now: datetime) -> Appointment:
    """Put a meeting down. Raises InvalidInput where its room or one of its people is taken meanwhile: the department is locked,
    so of two who book at the same moment the second is told."""
    _refuse_clash(case, slot)
    count = db.session.scalar(sa.select(sa.func.count()).where(Appointment.case_id == case.id)) or 0
    found = Appointment(
        case=case,
        department_id=case.department_id,
        uid=f"{case.number}-{count + 1}",
        title=title[:200],
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        room=slot.room,
        state=State.PLANNED,
        changed_at=now,
        people=[AppointmentPerson(account_id=who, part=part) for who, part in slot.people.items()],
    )
    db.session.add(found)
    db.session.flush()
    return found


def move(found: Appointment, slot: Slot, *, now: datetime) -> None:
    """Move a meeting; it is planned again, whatever became of its old time. Raises InvalidInput as `book`."""
    _refuse_clash(found.case, slot, but=found)
    found.starts_at, found.ends_at, found.room = slot.starts_at, slot.ends_at, slot.room
    kept = {person.account_id: person for person in found.people}
    found.people = [kept.get(who) or AppointmentPerson(account_id=who) for who in slot.people]
    for person in found.people:
        person.part = slot.people[person.account_id]
    settle(found, State.PLANNED, now=now)


def settle(found: Appointment, state: State, *, now: datetime) -> None:
    """Put down what became of a meeting."""
    require_transaction()
    found.state, found.changed_at, found.sequence = state, now, found.sequence + 1


def last_appointment(case_id: int) -> Appointment | None:
    """Return the newest meeting of a case."""
    query = sa.select(Appointment).where(Appointment.case_id == case_id).order_by(Appointment.id.desc()).limit(1)
    return db.session.scalars(query).unique().first()


def appointments(
    *, department_id: int, since: datetime, until: datetime, account_id: int | None = None
) -> Sequence[Appointment]:
    """Return a department's meetings that overlap a time, the earliest first, cancelled ones included; with `account_id` those
    that somebody takes part in."""
    query = sa.select(Appointment).where(
        Appointment.department_id == department_id, Appointment.starts_at < until, Appointment.ends_at > since
    )
    if account_id is not None:
        mine = sa.select(AppointmentPerson.appointment_id).where(AppointmentPerson.account_id == account_id)
        query = query.where(Appointment.id.in_(mine))
    return list(db.session.scalars(query.order_by(Appointment.starts_at, Appointment.id)).unique())


def rooms_of(department_id: int) -> list[str]:
    """Return the rooms a department has met in, the newest first."""
    query = (
        sa.select(Appointment.room).where(Appointment.department_id == department_id)
        .order_by(Appointment.id.desc()).limit(50)
    )  # fmt: skip
    return list(dict.fromkeys(db.session.scalars(query)))[:8]


def _refuse_clash(case: Case, slot: Slot, *, but: Appointment | None = None) -> None:
    require_transaction()
    db.session.scalar(sa.select(Department.id).where(Department.id == case.department_id).with_for_update())
    found = clashes(case, slot, but=but)
    if found:
        raise InvalidInput(found)


def _room(name: str) -> str:
    return "".join(name.split()).casefold()
