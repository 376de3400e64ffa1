"""The day a letter counts as served and the periods that run from it (rulebook §9.3, §10.3, §10.5), as properties and vectors."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_app.law.calendars import seed_calendar
from workflow_app.law.citations import Confidence
from workflow_app.law.ledger import Ledger
from workflow_app.law.parameters import value_of
from workflow_app.law.serving import ITEMS, Way, deemed_service, remedy_days, rules, suggest

CALENDAR = seed_calendar()
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
AT_ONCE = [way for way in Way if way is not Way.ANNOUNCED]


@given(way=st.sampled_from(AT_ONCE), day=DAYS)
@settings(max_examples=60, deadline=None)
def test_what_reaches_somebody_is_served_that_day_and_its_ledger_says_why(way: Way, day: date) -> None:
    found = deemed_service(way, event_on=day, calendar=CALENDAR)
    assert found.on == day == found.ledger.due and not found.provisional
    assert rules()[way].citation in found.ledger.rules
    assert Ledger.from_json(found.ledger.to_json()) == found.ledger


@given(day=DAYS)
@settings(max_examples=60, deadline=None)
def test_a_public_notice_serves_when_its_days_are_full_weekend_or_not(day: date) -> None:
    found = deemed_service(Way.ANNOUNCED, event_on=day, calendar=CALENDAR)
    assert found.on == day + timedelta(days=value_of("service.public_notice", on=day).value)


@pytest.mark.parametrize(
    ("published", "expires"),
    [
        (date(2021, 12, 31), date(2022, 3, 1)),  # 60 days: the law before 2022
        (date(2022, 1, 1), date(2022, 1, 31)),  # 30 days since
        (date(2026, 9, 1), date(2026, 10, 1)),  # a holiday: no rolling
        (date(2026, 11, 24), date(2026, 12, 24)),
    ],
)
def test_the_days_of_a_notice_are_those_of_the_law_in_force(published: date, expires: date) -> None:
    assert deemed_service(Way.ANNOUNCED, event_on=published, calendar=CALENDAR).on == expires


@given(day=DAYS)
@settings(max_examples=80, deadline=None)
def test_remedies_end_on_a_working_day_never_before_their_days_are_full(day: date) -> None:
    found = remedy_days(served_on=day, calendar=CALENDAR)
    full = day + timedelta(days=value_of("remedy.reconsideration", on=day).value)
    for remedy in found.values():
        assert remedy.due is not None and CALENDAR.is_working_day(remedy.due)
    due = found["reconsideration"].due
    assert due is not None and due >= full
    assert not any(CALENDAR.is_working_day(full + timedelta(days=n)) for n in range((due - full).days))


@given(first=DAYS, second=DAYS)
@settings(max_examples=60, deadline=None)
def test_later_service_never_leaves_less_time(first: date, second: date) -> None:
    early, late = sorted((first, second))
    for key in ("reconsideration", "litigation"):
        before = remedy_days(served_on=early, calendar=CALENDAR)[key].due
        after = remedy_days(served_on=late, calendar=CALENDAR)[key].due
        assert before is not None and after is not None and before <= after


def test_the_rulebooks_own_vector() -> None:
    assert remedy_days(served_on=date(2026, 8, 4), calendar=CALENDAR)["reconsideration"].due == date(2026, 10, 8)


def test_six_months_end_on_the_corresponding_day_or_the_last_of_the_month() -> None:
    assert remedy_days(served_on=date(2025, 8, 31), calendar=CALENDAR)["litigation"].due == date(2026, 2, 28)  # works


def test_a_day_that_rests_on_our_own_reading_says_so() -> None:
    assert deemed_service(Way.DIRECT, event_on=date(2026, 11, 24), calendar=CALENDAR).confidence is Confidence.DEFAULT


def test_every_way_says_what_may_come_of_it_and_what_to_write_down() -> None:
    for rule in rules().values():
        assert any(result.served for result in rule.results.values())
        assert all(set(result.needs) <= set(ITEMS) for result in rule.results.values())
        assert not any(result.served and result.next for result in rule.results.values())


def test_the_next_way_follows_from_what_came_of_the_last() -> None:
    assert suggest(None, consent=True) is Way.ELECTRONIC and suggest(None, consent=False) is Way.DIRECT
    assert suggest((Way.DIRECT, "refused"), consent=False) is Way.LEFT
    assert suggest((Way.DIRECT, "absent"), consent=False) is Way.POST
    assert suggest((Way.POST, "sent"), consent=False) is None
    assert suggest((Way.POST, "returned"), consent=False) is Way.ANNOUNCED
