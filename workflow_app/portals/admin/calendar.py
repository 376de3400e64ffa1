"""The calendar: each year's working days as published, and a further year proposed from its notice and approved by another."""

import re
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.propose_change import propose_change
from workflow_app.cases.calendar_moves import preview_moves
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.people.calendar_notice import lines_of_file, lines_of_text, read_notice
from workflow_app.people.calendars import CALENDAR_YEAR, current_calendar, history_of_year, with_proposal
from workflow_app.people.permissions import Permission, may
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.shared.words import today

FIRST_YEAR = 2023
MAX_NOTICE = 120
DAY = timedelta(days=1)


@bp.get("/calendar")
@guarded(Permission.CALENDAR_VIEW)
def calendar() -> str:
    """A year at a glance; the form for the notice of a year."""
    return _page({}, {}, None)


@bp.post("/calendar")
@guarded(Permission.CALENDAR_MANAGE)
def propose_year() -> Response | str | tuple[str, int]:
    """Read a notice and show what it would move; propose it when asked to."""
    form, upload = request.form.to_dict(), request.files.get("file")
    try:
        year = _year(form.get("year", ""))
        lines = lines_of_file(upload.filename or "", upload.read()) if upload and upload.filename else None
        days = read_notice(year, lines if lines is not None else lines_of_text(form.get("text", "")))
        notice = typed_text("notice", form.get("notice", ""), limit=MAX_NOTICE, multiline=False)
        after: dict[str, Any] = {"year": year, "notice": notice, "days": days}
        if form.get("act") != "propose":
            return _page({}, form, after)
        propose_change(
            kind=CALENDAR_YEAR,
            object_id=str(year),
            title=label("admin.calendar_year", year=year),
            after=after,
            reason=form.get("reason", "") or after["notice"],
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(error.fields, form, None), 422
    flash(label("admin.proposed"), "ok")
    return redirect(url_for("admin.calendar", year=year))


def _year(text: str) -> int:
    """Return a year that may be entered: not before the first calendar of the house, and not a far one."""
    latest, plain = today().year + 2, text.strip()
    if not re.fullmatch(r"[0-9]{4}", plain) or not FIRST_YEAR <= int(plain) <= latest:
        raise InvalidInput({"year": label("field_error.not_a_year", first=FIRST_YEAR, last=latest)})
    return int(plain)


def _page(errors: dict[str, str], values: dict[str, str], proposal: dict[str, object] | None) -> str:
    year = min(max(request.args.get("year", today().year, type=int), FIRST_YEAR), today().year + 2)
    known = current_calendar()
    moves = []
    if proposal is not None:
        year = int(str(proposal["year"]))
        known = with_proposal(known, proposal)
        moves = [m for m in preview_moves(year, known) if m.is_change or m.kept]
    return render_template(
        "portals/admin/calendar.html",
        year=year,
        years=range(FIRST_YEAR, today().year + 2),
        months=[_month(year, month) for month in range(1, 13)],
        calendar=known,
        special=known.days_of(year),
        history=history_of_year(year),
        errors=errors,
        values=values,
        proposal=proposal,
        moves=moves,
        manages=may(current_actor(), Permission.CALENDAR_MANAGE),
    )


def _month(year: int, month: int) -> list[list[date | None]]:
    """The weeks of a month, Monday first; None for days of its neighbours."""
    first = date(year, month, 1)
    last = (date(year + month // 12, month % 12 + 1, 1)) - DAY
    days: list[date | None] = [None] * first.weekday() + [first + DAY * n for n in range(last.day)]
    days += [None] * (-len(days) % 7)
    return [days[i : i + 7] for i in range(0, len(days), 7)]
