"""The calendar of a department's meetings: by week or day, and as a file for one's own calendar. Nobody sees another's."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from werkzeug.wrappers import Response

from workflow_app.cases.appointments import Appointment, appointments
from workflow_app.foundation.clock import SHANGHAI, legal_day, start_of_day
from workflow_app.foundation.labels import label
from workflow_app.law.calendars import DayKind
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.calendar_file import calendar_file
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor

WEEK, DAY = timedelta(days=7), timedelta(days=1)
SPAN = timedelta(days=366)  # how far back and ahead a file reaches
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One day of the calendar: its meetings, and why nobody works on it, where that is so."""

    day: date
    rest: str
    is_today: bool
    meetings: tuple[Appointment, ...]


@bp.get("/appointments")
@guarded(Permission.APPOINTMENT_VIEW)
def appointment_calendar() -> str:
    """The meetings of a week or a day; htmx takes the calendar alone."""
    today = legal_day(now())
    shown = request.args.get("view") if request.args.get("view") in ("week", "day") else "week"
    chosen = _day(request.args.get("on"), today)
    first = chosen if shown == "day" else chosen - DAY * chosen.weekday()
    length = 1 if shown == "day" else 7
    step = DAY if shown == "day" else WEEK
    mine = request.args.get("whose") == "mine"
    page = "calendar_body" if "HX-Request" in request.headers else "calendar"
    return render_template(
        f"portals/officer/{page}.html",
        columns=_columns(first, length, today, mine=mine),
        view=shown,
        whose="mine" if mine else "department",
        chosen=chosen,
        today=today,
        before=max(FIRST, chosen - step),
        after=min(LAST, chosen + step),
    )


@bp.get("/appointments.ics")
@guarded(Permission.APPOINTMENT_VIEW)
def appointment_file() -> Response:
    """The meetings of the department, or one's own, of a year back and ahead, as iCalendar."""
    actor, today = current_actor(), legal_day(now())
    mine = request.args.get("whose") == "mine"
    found = appointments(
        department_id=actor.department_id or 0,
        since=start_of_day(today - SPAN),
        until=start_of_day(today + SPAN),
        account_id=actor.account_id if mine else None,
    )
    name = label("appointment.file_mine" if mine else "appointment.file_department")
    answer = Response(calendar_file(found, name=name), mimetype="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=appointments-{today:%Y%m%d}.ics"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _columns(first: date, length: int, today: date, *, mine: bool) -> list[Column]:
    actor, calendar = current_actor(), current_calendar()
    found = appointments(
        department_id=actor.department_id or 0,
        since=start_of_day(first),
        until=start_of_day(first + DAY * length),
        account_id=actor.account_id if mine else None,
    )
    days = [first + DAY * n for n in range(length)]
    return [
        Column(
            day=day,
            rest=_rest(calendar.kind_of(day), calendar.name_of(day)),
            is_today=day == today,
            meetings=tuple(a for a in found if a.starts_at.astimezone(SHANGHAI).date() == day),
        )
        for day in days
    ]


def _rest(kind: DayKind, name: str) -> str:
    if kind in (DayKind.WEEKEND, DayKind.HOLIDAY):
        return name or label("appointment.weekend")
    return label("appointment.makeup") if kind is DayKind.MAKEUP else ""


def _day(text: str | None, today: date) -> date:
    """Return the day of an address; one that is none, or too far off, is today."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return today
    return day if FIRST <= day <= LAST else today
