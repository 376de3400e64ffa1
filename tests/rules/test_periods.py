"""Periods by the vectors of the rulebook (§10.3, §12.2) and by hand-made cases of stops, rolling and missing calendars."""

from datetime import date

import pytest

from workflow_app.law.calendars import SpecialDay, seed_calendar
from workflow_app.law.periods import (
    Due,
    NoCalendar,
    PeriodOutOfRange,
    Roll,
    Stop,
    Unit,
    add_months,
    due,
    passed_before,
    remaining_working_days,
    working_days_after,
    working_days_before,
)

CALENDAR = seed_calendar()
D = date.fromisoformat


def count(start: str, n: int, unit: Unit = Unit.WORKING_DAYS, roll: Roll = Roll.NONE, **more) -> Due:  # type: ignore[no-untyped-def]
    stops = [Stop(stopped_on=D(a), resumed_on=D(b) if b else None, reason="补正") for a, b in more.pop("stops", [])]
    return due(
        start=D(start),
        count=n,
        unit=unit,
        roll=roll,
        calendar=more.pop("calendar", CALENDAR),
        suspensions=stops,
        **more,
    )


def end(start: str, n: int, unit: Unit = Unit.WORKING_DAYS, roll: Roll = Roll.NONE, **more) -> str | None:  # type: ignore[no-untyped-def]
    found = count(start, n, unit, roll, **more).due
    return found.isoformat() if found else None


@pytest.mark.parametrize(
    ("start", "by_count"),
    [
        ("2026-09-18", {1: "2026-09-20", 3: "2026-09-22", 7: "2026-09-29", 10: "2026-10-09"}),
        ("2026-09-30", {1: "2026-10-08", 3: "2026-10-10", 7: "2026-10-15", 10: "2026-10-20"}),
        ("2026-02-13", {1: "2026-02-14", 3: "2026-02-25", 7: "2026-03-02", 10: "2026-03-05"}),
        ("2026-11-24", {1: "2026-11-25", 3: "2026-11-27", 7: "2026-12-03", 10: "2026-12-08"}),
    ],
)
def test_working_days_of_the_rulebook(start: str, by_count: dict[int, str]) -> None:
    assert {n: end(start, n) for n in by_count} == by_count


def test_case_25_a_makeup_sunday_counts() -> None:
    assert end("2026-09-18", 3) == "2026-09-22"
    assert end("2026-09-30", 3) == "2026-10-10"


def test_sixty_days_for_reconsideration_are_natural_days_and_roll() -> None:
    assert end("2026-08-04", 60, Unit.CALENDAR_DAYS) == "2026-10-03"
    assert end("2026-08-04", 60, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY) == "2026-10-08"


def test_a_publication_period_ends_on_a_saturday_without_rolling() -> None:
    assert end("2025-11-30", 3, Unit.MONTHS) == "2026-02-28"


@pytest.mark.parametrize(
    ("start", "n", "unit", "expected"),
    [
        ("2026-01-31", 1, Unit.MONTHS, "2026-02-28"),
        ("2028-01-31", 1, Unit.MONTHS, "2028-02-29"),
        ("2025-11-30", 3, Unit.MONTHS, "2026-02-28"),
        ("2024-02-29", 1, Unit.YEARS, "2025-02-28"),
        ("2024-02-29", 4, Unit.YEARS, "2028-02-29"),
        ("2026-02-28", 12, Unit.MONTHS, "2027-02-28"),
        ("2026-08-25", 3, Unit.MONTHS, "2026-11-25"),
        ("2026-10-31", 13, Unit.MONTHS, "2027-11-30"),
        ("2026-12-31", 0, Unit.MONTHS, "2026-12-31"),
    ],
)
def test_months_and_years_end_on_the_corresponding_day_or_the_last_of_the_month(
    start: str, n: int, unit: Unit, expected: str
) -> None:
    assert end(start, n, unit) == expected


def test_rolling_from_a_holiday_that_ends_before_a_weekend_with_makeup_day() -> None:
    assert end("2026-09-25", 10, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY) == "2026-10-08"
    assert end("2026-09-30", 10, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY) == "2026-10-10"
    assert end("2026-09-30", 11, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY) == "2026-10-12"


def test_a_date_is_provisional_only_when_a_day_without_a_notice_decided() -> None:
    assert not count("2026-12-28", 3).provisional
    assert end("2026-12-28", 3) == "2026-12-31"
    assert count("2026-12-28", 4).provisional
    assert not count("2026-12-28", 40, Unit.CALENDAR_DAYS).provisional
    assert not count("2026-08-25", 1, Unit.YEARS).provisional
    assert count("2026-12-28", 40, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY).provisional


def test_an_estimate_knows_new_year_and_is_replaced_by_the_notice() -> None:
    assert end("2026-12-30", 5) == "2027-01-07"
    notice = CALENDAR.with_days(
        2027, [SpecialDay(D("2027-01-01"), False, "元旦"), SpecialDay(D("2027-01-04"), False, "元旦")], "通知"
    )
    found = count("2026-12-30", 5, calendar=notice)
    assert (found.due, found.provisional) == (D("2027-01-08"), False)


def test_an_official_date_is_refused_where_a_needed_year_has_no_notice() -> None:
    with pytest.raises(NoCalendar) as error:
        count("2026-12-30", 5, official=True)
    assert error.value.facts == {"year": 2027}
    assert end("2026-12-30", 1, official=True) == "2026-12-31"
    assert end("2026-12-30", 3, Unit.YEARS, official=True) == "2029-12-30"


def test_a_year_before_the_first_notice_is_no_more_official_than_one_after_the_last() -> None:
    assert count("2022-06-01", 3).provisional
    assert not count("2022-12-31", 3).provisional


def test_stopped_working_days_are_not_counted() -> None:
    assert end("2026-11-02", 7) == "2026-11-11"
    assert end("2026-11-02", 7, stops=[("2026-11-04", "2026-11-09")]) == "2026-11-16"  # Wednesday to Friday
    assert (
        end("2026-11-02", 7, stops=[("2026-11-07", "2026-11-09")]) == "2026-11-11"
    )  # a weekend stopped changes nothing


def test_stopped_natural_days_move_the_end_before_it_rolls() -> None:
    assert end("2026-08-25", 3, Unit.MONTHS, stops=[("2026-09-01", "2026-09-11")]) == "2026-12-05"
    rolled = end("2026-08-25", 3, Unit.MONTHS, Roll.NEXT_WORKING_DAY, stops=[("2026-09-01", "2026-09-11")])
    assert rolled == "2026-12-07"
    assert end("2026-11-02", 30, Unit.CALENDAR_DAYS, stops=[("2026-11-10", "2026-11-20")]) == "2026-12-12"


def test_overlapping_stops_are_added_back_once() -> None:
    overlapping = [("2026-11-04", "2026-11-10"), ("2026-11-06", "2026-11-12"), ("2026-11-05", "2026-11-06")]
    one = [("2026-11-04", "2026-11-12")]
    for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS):
        assert end("2026-11-02", 7, unit, stops=overlapping) == end("2026-11-02", 7, unit, stops=one)


def test_a_second_stop_reached_only_because_of_the_first_counts_too() -> None:
    first, second = ("2026-11-05", "2026-11-07"), ("2026-11-10", "2026-11-13")
    assert end("2026-11-02", 7, Unit.CALENDAR_DAYS) == "2026-11-09"
    assert end("2026-11-02", 7, Unit.CALENDAR_DAYS, stops=[first, second]) == "2026-11-14"


def test_an_open_stop_leaves_no_due_date_unless_the_period_had_ended() -> None:
    for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS):
        assert end("2026-11-02", 2, unit, stops=[("2026-11-03", None)]) is None
        assert end("2026-11-02", 2, unit, stops=[("2027-03-01", None)]) == end("2026-11-02", 2, unit)
    on_last_day = end("2026-11-02", 7, stops=[("2026-11-11", None)])
    assert on_last_day is None


def test_stops_before_the_start_and_stops_of_no_length_change_nothing() -> None:
    stops = [
        ("2026-10-01", "2026-10-20"),
        ("2026-11-02", "2026-11-03"),
        ("2026-11-05", "2026-11-05"),
        ("2026-11-06", "2026-11-04"),
    ]
    for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS):
        assert end("2026-11-02", 3, unit, stops=stops) == end("2026-11-02", 3, unit)


def test_a_stop_over_the_day_to_which_an_end_rolls_moves_it_on() -> None:
    assert end("2026-11-02", 5, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY) == "2026-11-09"
    stopped = end("2026-11-02", 5, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY, stops=[("2026-11-09", "2026-11-11")])
    assert stopped == "2026-11-11"


def test_an_extension_is_a_longer_count_and_says_so() -> None:
    extended = count("2026-11-24", 7, extended_by=10)
    assert extended.due == count("2026-11-24", 17).due
    assert any("延长" in rule.text for rule in extended.ledger.rules)


@pytest.mark.parametrize(
    ("start", "n", "unit"),
    [
        ("2026-11-24", -1, Unit.WORKING_DAYS),
        ("9999-12-30", 5, Unit.CALENDAR_DAYS),
        ("9999-12-30", 5, Unit.WORKING_DAYS),
        ("9998-12-30", 2, Unit.YEARS),
        ("2026-11-24", 10**30, Unit.MONTHS),
    ],
)
def test_what_cannot_be_counted_is_refused(start: str, n: int, unit: Unit) -> None:
    with pytest.raises(PeriodOutOfRange):
        count(start, n, unit)


@pytest.mark.parametrize(
    ("today", "due_on", "left"),
    [
        ("2026-11-24", "2026-11-24", 0),
        ("2026-11-24", "2026-11-27", 3),
        ("2026-11-27", "2026-11-24", -3),
        ("2026-09-18", "2026-09-22", 3),
        ("2026-11-28", "2026-11-27", -1),  # the Saturday after is late although no working day has passed
    ],
)
def test_working_days_left(today: str, due_on: str, left: int) -> None:
    assert remaining_working_days(D(today), D(due_on), CALENDAR) == left


def test_the_day_two_working_days_before() -> None:
    assert working_days_before(D("2026-11-27"), 2, CALENDAR) == D("2026-11-25")
    assert working_days_before(D("2026-10-08"), 2, CALENDAR) == D("2026-09-29")


def test_the_day_two_working_days_after() -> None:
    assert working_days_after(D("2026-11-24"), 2, CALENDAR) == D("2026-11-26")
    assert working_days_after(D("2026-09-18"), 2, CALENDAR) == D("2026-09-21")  # the Sunday between is worked
    assert working_days_after(D("2026-11-28"), 0, CALENDAR) == D("2026-11-28")


@pytest.mark.parametrize(
    ("today", "count", "last"),
    [
        ("2026-11-24", 1, "2026-11-22"),  # Monday has passed: whoever was due on Sunday is one working day late
        ("2026-11-24", 2, "2026-11-19"),
        ("2026-09-21", 2, "2026-09-17"),  # Friday and the worked Sunday
        ("2026-11-24", 0, "2026-11-23"),
    ],
)
def test_what_lies_so_many_whole_working_days_back(today: str, count: int, last: str) -> None:
    assert passed_before(D(today), count, CALENDAR) == D(last)


def test_months_are_clamped() -> None:
    assert add_months(D("2026-03-31"), -1) == D("2026-02-28")
    assert add_months(D("2026-08-31"), 6) == D("2027-02-28")
