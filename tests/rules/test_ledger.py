"""The ledger: each day and why, the rules with their confidence, long spans drawn together, stored and read back."""

import json
from datetime import date

from workflow_app.law.calendars import seed_calendar
from workflow_app.law.ledger import MAX_LINES, Ledger
from workflow_app.law.periods import Due, Roll, Stop, Unit, due

CALENDAR = seed_calendar()


def of(start: str, count: int, unit: Unit, roll: Roll = Roll.NONE, stops: tuple[Stop, ...] = ()) -> Due:
    return due(start=date.fromisoformat(start), count=count, unit=unit, roll=roll, calendar=CALENDAR, suspensions=stops)


def lines(found: Due) -> list[tuple[str, str, bool, int | None]]:
    return [(str(line.day)[5:], line.kind, line.counted, line.number) for line in found.ledger.lines]


def test_a_week_with_a_makeup_sunday_day_by_day() -> None:
    assert lines(of("2026-09-18", 3, Unit.WORKING_DAYS)) == [
        ("09-18", "start", False, None),
        ("09-19", "weekend", False, None),
        ("09-20", "makeup", True, 1),
        ("09-21", "working", True, 2),
        ("09-22", "working", True, 3),
    ]


def test_holidays_and_makeup_days_are_named() -> None:
    words = {str(line.day): line.why for line in of("2026-09-30", 3, Unit.WORKING_DAYS).ledger.lines}
    assert words["2026-10-01"] == "国庆节放假，不数"
    assert words["2026-10-10"] == "国庆节调休上班，照数"


def test_the_stop_is_shown_with_its_reason() -> None:
    stop = Stop(stopped_on=date(2026, 11, 4), resumed_on=date(2026, 11, 9), reason="补正")
    shown = [
        line for line in of("2026-11-02", 3, Unit.WORKING_DAYS, stops=(stop,)).ledger.lines if line.kind == "stopped"
    ]
    assert [(line.day, line.last, line.why) for line in shown] == [
        (date(2026, 11, 4), date(2026, 11, 8), "停表（补正），不数")
    ]


def test_an_open_stop_is_the_last_line_and_the_ledger_has_no_due_day() -> None:
    stop = Stop(stopped_on=date(2026, 11, 4), resumed_on=None, reason="异议在先")
    book = of("2026-11-02", 3, Unit.WORKING_DAYS, stops=(stop,)).ledger
    assert book.due is None and "尚未恢复" in book.lines[-1].why
    assert Ledger.from_json(json.loads(json.dumps(book.to_json()))) == book


def test_short_natural_periods_are_listed_and_long_ones_are_one_line() -> None:
    assert len(of("2026-11-02", 14, Unit.CALENDAR_DAYS).ledger.lines) == 15
    assert lines(of("2026-11-02", 60, Unit.CALENDAR_DAYS)) == [
        ("11-02", "start", False, None),
        ("11-03", "calendar", True, 60),
    ]


def test_rolled_days_say_why_and_are_not_counted() -> None:
    found = lines(of("2026-08-04", 60, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY))
    assert found[2:] == [(f"10-0{n}", "holiday", False, None) for n in range(4, 8)] + [
        ("10-08", "working", False, None)
    ]


def test_a_clamped_month_says_so() -> None:
    assert "月末日" in of("2025-11-30", 3, Unit.MONTHS).ledger.lines[-1].why
    assert "月末日" not in of("2025-11-20", 3, Unit.MONTHS).ledger.lines[-1].why


def test_too_many_days_are_drawn_together_without_losing_the_count() -> None:
    book = of("2023-01-05", 900, Unit.WORKING_DAYS).ledger
    assert len(book.lines) < 900
    assert len(of("2026-01-05", 200, Unit.WORKING_DAYS).ledger.lines) <= MAX_LINES
    assert book.lines[-1].number == 900 and book.lines[-1].last == book.due


def test_every_rule_used_is_cited_with_its_confidence_and_none_that_was_not() -> None:
    working = {str(r.confidence): r.text for r in of("2026-11-24", 3, Unit.WORKING_DAYS).ledger.rules}
    assert "第八十五条" in working["V"] and "国办发明电〔2025〕7号" in working["V~"]
    months = [r.text for r in of("2025-11-30", 3, Unit.MONTHS).ledger.rules]
    assert any("第二百零二条" in text for text in months) and not any("国办发明电" in text for text in months)
    estimated = [r for r in of("2026-12-30", 5, Unit.WORKING_DAYS).ledger.rules if "尚未公布" in r.text]
    assert [r.confidence for r in estimated] == ["D"]
