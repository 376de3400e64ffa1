"""The calendar in force: the published years shipped with the law, and the years that two persons have added since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.law.calendars import Calendar, SpecialDay, seed_calendar
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission
from workflow_app.people.two_person import ProposedChange, change_kind

CALENDAR_YEAR = "calendar.year"
KEY = "calendar"


class CalendarYear(Model):
    """One version of one year's calendar: its days off and make-up days as published, who proposed and who approved it.

    Rows are never changed; a later one of the same year replaces an earlier one, which stays as history.
    """

    __tablename__ = "calendar_year"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    notice: Mapped[str] = mapped_column(sa.String(120))
    days: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)  # {"day", "is_workday", "name"}
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("proposed_change.id"), unique=True)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    approved_at: Mapped[datetime] = mapped_column(UTCDateTime)


_merged: dict[tuple[int, ...], Calendar] = {}


def current_calendar() -> Calendar:
    """Return the calendar in force, looked up once per transaction: a worker that runs for days sees a new year too."""
    session = db.session()
    seen = session.info.get(KEY)
    if seen is not None and seen[0] is session.get_transaction():
        found: Calendar = seen[1]
        return found
    key = tuple(session.scalars(sa.select(CalendarYear.id).order_by(CalendarYear.id)))
    calendar = _merged.get(key)
    if calendar is None:
        calendar = _merge(key)
        _merged.clear()
        _merged[key] = calendar
    session.info[KEY] = (session.get_transaction(), calendar)
    return calendar


def history_of_year(year: int) -> list[CalendarYear]:
    """Return the versions of a year that two persons put in force, the newest first."""
    query = sa.select(CalendarYear).where(CalendarYear.year == year)
    return list(db.session.scalars(query.order_by(CalendarYear.id.desc())))


def with_proposal(calendar: Calendar, after: dict[str, Any]) -> Calendar:
    """Return a calendar as it would be with a proposed year: for looking at what would change."""
    return calendar.with_days(int(after["year"]), special_days(after["days"]), str(after["notice"]))


def special_days(days: Iterable[dict[str, Any]]) -> list[SpecialDay]:
    """Return stored days as values of the law."""
    return [SpecialDay(date.fromisoformat(d["day"]), bool(d["is_workday"]), str(d["name"])) for d in days]


@change_kind(
    CALENDAR_YEAR,
    propose=Permission.CALENDAR_MANAGE,
    settlers=frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN}),
)
def _put_in_force(change: ProposedChange, actor: Actor, now: datetime) -> None:
    db.session.add(
        CalendarYear(
            year=int(change.after["year"]),
            notice=change.after["notice"],
            days=change.after["days"],
            change_id=change.id,
            proposed_by_id=change.proposed_by_id,
            proposed_at=change.proposed_at,
            approved_by_id=actor.account_id,
            approved_at=now,
        )
    )
    db.session.flush()
    db.session().info.pop(KEY, None)


def _merge(ids: tuple[int, ...]) -> Calendar:
    calendar = seed_calendar()
    for row in db.session.scalars(sa.select(CalendarYear).where(CalendarYear.id.in_(ids)).order_by(CalendarYear.id)):
        calendar = calendar.with_days(row.year, special_days(row.days), row.notice)
    return calendar
