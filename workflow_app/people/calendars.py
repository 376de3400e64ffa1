"""The calendar in force: the published years shipped with the law, and the years that two persons have added since."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import g, has_app_context
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.law.calendars import Calendar, SpecialDay, seed_calendar


class CalendarYear(Model):
    """One version of one year's calendar: its days off and make-up days as published, who proposed and who approved it.

    Rows are never changed after approval; a later approved row of the same year replaces an earlier one.
    """

    __tablename__ = "calendar_year"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    notice: Mapped[str] = mapped_column(sa.String(80))
    days: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)  # {"day", "is_workday", "name"}
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved: Mapped[bool | None]


_merged: dict[tuple[int, ...], Calendar] = {}


def current_calendar() -> Calendar:
    """Return the calendar in force, read once per request."""
    if has_app_context() and "calendar" in g:
        found: Calendar = g.calendar
        return found
    approved = sa.select(CalendarYear.id).where(CalendarYear.approved.is_(True)).order_by(CalendarYear.id)
    key = tuple(db.session.scalars(approved))
    if key not in _merged:
        _merged.clear()
        _merged[key] = _merge(key)
    if has_app_context():
        g.calendar = _merged[key]
    return _merged[key]


def _merge(ids: tuple[int, ...]) -> Calendar:
    calendar = seed_calendar()
    for row in db.session.scalars(sa.select(CalendarYear).where(CalendarYear.id.in_(ids)).order_by(CalendarYear.id)):
        days = [SpecialDay(date.fromisoformat(d["day"]), bool(d["is_workday"]), str(d["name"])) for d in row.days]
        calendar = calendar.with_days(row.year, days, row.notice)
    return calendar
