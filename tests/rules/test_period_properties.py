"""What must hold for every period: an independent way of counting, monotony, inverses, stops added back exactly."""

from datetime import date, timedelta

import chinese_calendar
import holidays
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_app.law.calendars import seed_calendar
from workflow_app.law.periods import Due, Roll, Stop, Unit, due, remaining_working_days, working_days_before

CALENDAR = seed_calendar()
DAY = timedelta(days=1)
NATURAL = (Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS)
starts = st.dates(date(2023, 1, 1), date(2026, 9, 30))
known_starts = st.dates(date(2024, 1, 1), date(2026, 10, 31))
units = st.sampled_from(Unit)
rolls = st.sampled_from(Roll)


def of(
    start: date, count: int, unit: Unit, roll: Roll = Roll.NONE, stops: list[Stop] | None = None, **more: int
) -> Due:
    return due(start=start, count=count, unit=unit, roll=roll, calendar=CALENDAR, suspensions=stops or [], **more)


def day_of(*args: object, **more: int) -> date:
    found = of(*args, **more).due  # type: ignore[arg-type]
    assert found is not None
    return found


@st.composite
def stop_lists(draw: st.DrawFn, start: date) -> list[Stop]:
    spans = draw(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 12)), max_size=4))
    return [Stop(stopped_on=start + DAY * a, resumed_on=start + DAY * (a + n), reason="停") for a, n in spans]


@given(known_starts, st.integers(0, 40))
def test_working_days_agree_with_an_independent_library(start: date, count: int) -> None:
    day, left = start, count
    while left:
        day += DAY
        left -= chinese_calendar.is_workday(day)
    assert day_of(start, count, Unit.WORKING_DAYS) == day


@given(known_starts, st.integers(1, 40))
def test_working_days_agree_with_a_second_library(start: date, count: int) -> None:
    china = holidays.country_holidays("CN", years=range(2023, 2027))
    assert day_of(start, count, Unit.WORKING_DAYS) == china.get_nth_working_day(start, count)


@given(st.dates(date(1950, 1, 1), date(2200, 12, 31)), st.integers(0, 600))
def test_months_and_years_agree_with_dateutil(start: date, count: int) -> None:
    assert day_of(start, count, Unit.MONTHS) == start + relativedelta(months=count)
    assert day_of(start, count, Unit.YEARS) == start + relativedelta(years=count)
    assert day_of(start, count, Unit.CALENDAR_DAYS) == start + DAY * count


@given(known_starts, st.integers(0, 60), st.sampled_from(NATURAL[:2]))
def test_rolling_agrees_with_an_independent_library(start: date, count: int, unit: Unit) -> None:
    if (day := day_of(start, count % (5 if unit is Unit.MONTHS else 61), unit)) > date(2026, 12, 20):
        return
    rolled = day_of(start, count % (5 if unit is Unit.MONTHS else 61), unit, Roll.NEXT_WORKING_DAY)
    while not chinese_calendar.is_workday(day):
        day += DAY
    assert rolled == day


@given(starts, st.integers(0, 60), units, rolls)
def test_a_longer_period_never_ends_earlier(start: date, count: int, unit: Unit, roll: Roll) -> None:
    assert day_of(start, count, unit, roll) <= day_of(start, count + 1, unit, roll)


@given(starts, st.integers(0, 60), units, rolls)
def test_a_later_start_never_ends_earlier(start: date, count: int, unit: Unit, roll: Roll) -> None:
    assert day_of(start, count, unit, roll) <= day_of(start + DAY, count, unit, roll)


@given(starts, st.integers(1, 60))
def test_working_days_left_is_the_inverse_of_counting(start: date, count: int) -> None:
    last = day_of(start, count, Unit.WORKING_DAYS)
    assert CALENDAR.is_working_day(last)
    assert remaining_working_days(start, last, CALENDAR) == count
    assert remaining_working_days(last, last, CALENDAR) == 0
    assert remaining_working_days(last + DAY, last, CALENDAR) < 0


@given(starts, st.integers(0, 20))
def test_so_many_working_days_before_leaves_so_many(start: date, count: int) -> None:
    last = CALENDAR.next_working_day(start)
    before = working_days_before(last, count, CALENDAR)
    assert CALENDAR.is_working_day(before)
    assert remaining_working_days(before, last, CALENDAR) == count


@given(st.data(), starts, st.integers(0, 40))
def test_stopped_working_days_are_added_back_exactly(data: st.DataObject, start: date, count: int) -> None:
    stops = data.draw(stop_lists(start))
    last = day_of(start, count, Unit.WORKING_DAYS, Roll.NONE, stops)
    ran = [d for d in _after(start, last) if not _stopped(d, stops) and CALENDAR.is_working_day(d)]
    assert len(ran) == count
    assert last == (ran[-1] if ran else start)


@given(st.data(), starts, st.integers(1, 60), st.sampled_from(NATURAL))
def test_stopped_natural_days_are_added_back_exactly(data: st.DataObject, start: date, count: int, unit: Unit) -> None:
    stops, n = data.draw(stop_lists(start)), count if unit is Unit.CALENDAR_DAYS else 1 + count % 4
    plain, last = day_of(start, n, unit), day_of(start, n, unit, Roll.NONE, stops)
    stopped = [d for d in _after(start, last) if _stopped(d, stops)]
    assert (last - plain).days == len(stopped)
    assert not _stopped(last, stops)


@given(st.data(), starts, st.integers(0, 40), units, rolls)
def test_an_open_stop_gives_no_date_or_the_date_before_it(
    data: st.DataObject, start: date, count: int, unit: Unit, roll: Roll
) -> None:
    count = count if unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS) else count % 4
    from_day = data.draw(st.dates(start, start + DAY * 90))
    plain = day_of(start, count, unit, roll)
    found = of(start, count, unit, roll, [Stop(stopped_on=from_day, resumed_on=None, reason="停")]).due
    assert found == (plain if max(from_day, start + DAY) > plain else None)


@given(starts, st.integers(0, 30), st.integers(0, 30), units)
def test_an_extension_counts_on(start: date, count: int, extra: int, unit: Unit) -> None:
    assert day_of(start, count, unit, extended_by=extra) == day_of(start, count + extra, unit)


@settings(max_examples=60)
@given(st.data(), starts, st.integers(0, 90), units, rolls)
def test_the_ledger_leaves_no_day_out_and_counts_what_it_says(
    data: st.DataObject, start: date, count: int, unit: Unit, roll: Roll
) -> None:
    count = count if unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS) else count % 5
    found = of(start, count, unit, roll, data.draw(stop_lists(start)))
    book = found.ledger
    day = start
    for line in book.lines:
        assert line.day == day and line.last >= day and line.why
        day = line.last + DAY
    assert book.due == found.due and day - DAY == max(found.due or start, start)
    numbers = [line.number for line in book.lines if line.number is not None]
    assert numbers == sorted(numbers)
    if unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS) and count:
        assert numbers[-1] == count
    assert type(book).from_json(book.to_json()) == book


def _after(start: date, last: date) -> list[date]:
    return [start + DAY * n for n in range(1, (last - start).days + 1)]


def _stopped(day: date, stops: list[Stop]) -> bool:
    return any(s.stopped_on <= day and (s.resumed_on is None or day < s.resumed_on) for s in stops)
