"""The calendar against its own table and against libraries that nobody here wrote."""

import csv
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from tests.rules.makers import ROOT
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.calendars import DayKind, SpecialDay, load_calendar, seed_calendar
from workflow_app.law.citations import Confidence

CALENDAR = seed_calendar()
DAY = timedelta(days=1)


def days(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + DAY * n for n in range((date(last + 1, 1, 1) - start).days)]


def test_every_day_of_2024_to_2026_as_an_independent_library_has_it() -> None:
    wrong = [d for d in days(2024, 2026) if CALENDAR.is_working_day(d) != chinese_calendar.is_workday(d)]
    assert wrong == []
    assert len(days(2024, 2026)) == 1096


def test_every_day_of_2023_to_2026_as_a_second_library_has_it() -> None:
    china = holidays.country_holidays("CN", years=range(2023, 2027))
    assert [d for d in days(2023, 2026) if CALENDAR.is_working_day(d) != china.is_working_day(d)] == []


def test_the_seed_is_the_table_it_came_from() -> None:
    with (ROOT / "tests" / "data" / "calendars.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        day = date.fromisoformat(row["day"])
        assert CALENDAR.kind_of(day) is (DayKind.MAKEUP if row["is_workday"] == "true" else DayKind.HOLIDAY)
        assert CALENDAR.name_of(day) == row["name"]
        assert row["notice"] in CALENDAR.basis_of(day.year).text
    assert sum(len(CALENDAR.days_of(year)) for year in range(2023, 2027)) == len(rows) == 141


def test_makeup_days_of_2026() -> None:
    worked = [d.day.isoformat()[5:] for d in CALENDAR.days_of(2026) if d.works]
    assert worked == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_a_year_without_a_notice_is_an_estimate_that_says_so() -> None:
    assert not CALENDAR.is_official(2027)
    assert CALENDAR.basis_of(2027).confidence is Confidence.DEFAULT
    assert CALENDAR.kind_of(date(2027, 1, 1)) is DayKind.HOLIDAY
    assert CALENDAR.kind_of(date(2027, 1, 2)) is DayKind.WEEKEND
    assert CALENDAR.kind_of(date(2027, 1, 4)) is DayKind.WORKING


def test_an_imported_year_replaces_the_estimate_and_nothing_else() -> None:
    given = [SpecialDay(date(2027, 1, 4), False, "元旦"), SpecialDay(date(2027, 1, 9), True, "元旦调休上班")]
    calendar = CALENDAR.with_days(2027, given, "某通知")
    assert calendar.is_official(2027) and not CALENDAR.is_official(2027)
    assert calendar.kind_of(date(2027, 1, 4)) is DayKind.HOLIDAY
    assert calendar.kind_of(date(2027, 1, 9)) is DayKind.MAKEUP
    assert calendar.kind_of(date(2027, 5, 3)) is DayKind.WORKING
    assert [calendar.is_working_day(d) for d in days(2026, 2026)] == [
        CALENDAR.is_working_day(d) for d in days(2026, 2026)
    ]


def test_next_working_day_is_the_day_itself_when_it_is_worked() -> None:
    assert CALENDAR.next_working_day(date(2026, 10, 10)) == date(2026, 10, 10)
    assert CALENDAR.next_working_day(date(2026, 10, 3)) == date(2026, 10, 8)


@pytest.mark.parametrize(
    "text",
    [
        "year: 2028\nnotice: 通知\nconfidence: V~\nsources: [S26]\nholidays: []\nmakeup: []",  # another year than its file
        "year: 2027\nnotice: 通知\nconfidence: V~\nsources: []\nholidays: []\nmakeup: []",  # seen, but not where
        "year: 2027\nnotice: 通知\nconfidence: V~\nsources: [S26]\nholidays: []\nmakeup: [{name: 调休, day: 2027-01-04}]",
        "year: 2027\nnotice: 通知\nconfidence: V~\nsources: [S26]\nholidays: [{name: 元旦, from: 2027-01-02, to: 2027-01-01}]\n"
        "makeup: []",
        "year: 2027\nnotice: 通知\nconfidence: V~\nsources: [S26]\nholidays: [{name: 元旦, from: 2026-12-31, to: 2027-01-01}]\n"
        "makeup: []",
    ],
)
def test_a_calendar_file_that_cannot_be_right_is_refused(tmp_path, text: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "2027.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationFault):
        load_calendar(tmp_path)
