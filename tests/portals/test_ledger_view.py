"""The layout of a ledger: what is drawn in the calendar, what in the list, and that no day is lost."""

from datetime import date, timedelta

import pytest

from workflow_app.law.calendars import seed_calendar
from workflow_app.law.periods import Due, Roll, Stop, Unit, due
from workflow_app.portals.shared.ledger_view import Cell, LedgerView, view_of

TODAY = date(2026, 11, 24)


def counted(start: str, count: int, unit: Unit = Unit.WORKING_DAYS, stops: tuple[Stop, ...] = ()) -> Due:
    return due(
        start=date.fromisoformat(start),
        count=count,
        unit=unit,
        roll=Roll.NONE,
        calendar=seed_calendar(),
        suspensions=stops,
    )


def laid_out(result: Due) -> LedgerView:
    return view_of(result.ledger.to_json(), id="x", title="作出决定", today=TODAY, provisional=result.provisional)


def cells(view: LedgerView) -> dict[date, Cell]:
    return {c.day: c for m in view.months for week in m.weeks for c in week if c}


def test_a_make_up_day_is_counted_and_marked() -> None:
    view = laid_out(counted("2026-09-30", 4))
    found = cells(view)
    assert found[date(2026, 10, 10)].look == "in makeup"
    assert found[date(2026, 10, 10)].corner == "班"
    assert found[date(2026, 10, 1)].corner == "休"
    assert found[date(2026, 9, 30)].look == "zero"
    assert found[date(2026, 10, 12)].look == "due"


def test_days_off_that_pass_the_same_way_are_one_line() -> None:
    rows = laid_out(counted("2026-09-30", 3)).rows
    holiday = next(r for r in rows if "国庆" in r.why and r.until)
    assert (holiday.day, holiday.until) == (date(2026, 10, 1), date(2026, 10, 7))
    assert rows[-1].look == "due-day"


@pytest.mark.parametrize(
    ("start", "count", "unit"),
    [("2026-08-25", 3, Unit.MONTHS), ("2026-06-18", 3, Unit.YEARS), ("2026-11-01", 60, Unit.CALENDAR_DAYS)],
)
def test_no_day_is_left_out_of_the_list(start: str, count: int, unit: Unit) -> None:
    result = counted(start, count, unit)
    rows = laid_out(result).rows
    day = rows[0].day
    for row in rows:
        assert row.day == day
        day = (row.until or row.day) + timedelta(days=1)
    assert day - timedelta(days=1) == result.due
    assert rows[-1].day == result.due, "the due day stands alone"


def test_a_long_stretch_is_not_drawn_day_by_day() -> None:
    view = laid_out(counted("2026-06-18", 3, Unit.YEARS))
    assert sum(len(m.weeks) for m in view.months) <= 4
    assert len(view.months) == 2


def test_a_stop_that_lasts_has_no_due_day_and_no_end() -> None:
    stop = Stop(stopped_on=date(2026, 11, 16), resumed_on=None, reason="等补正")
    view = laid_out(counted("2026-11-10", 7, stops=(stop,)))
    assert view.due is None
    assert view.rows[-1].lasts
    assert cells(view)[date(2026, 11, 16)].look == "held"


def test_today_is_marked() -> None:
    view = laid_out(counted("2026-11-20", 5))
    assert "here" in cells(view)[TODAY].look
    assert [r.day for r in view.rows if r.is_today] == [TODAY]
