"""How publication ends: the longest of what is still possible in an open class, and market regulation by its own start."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from tests.rules.makers import kinds, record
from tests.rules.test_eligibility_oracle import CALENDAR, records
from workflow_app.law.classification import class_of
from workflow_app.law.eligibility import RecordFacts
from workflow_app.law.endings import Ending, ending_of
from workflow_app.law.paths import paths_of
from workflow_app.law.rulesets import resolve_ruleset

D = date.fromisoformat
MARKET = {"system": "market_regulation"}


def ending(on: str, determined: str, **changes: Any) -> Ending:
    facts = RecordFacts.from_json(record(determination_date=determined, **changes))
    return ending_of(facts, classing=class_of(facts, on=D(on)), on=D(on))


def market(on: str, determined: str, published: str | None, **changes: Any) -> Ending:
    return ending(on, determined, authority=MARKET, publication_date=published, **changes)


@settings(max_examples=300, deadline=None)
@given(records())
def test_where_the_determination_starts_the_period_it_ends_as_the_pages_say(
    question: tuple[dict[str, Any], date],
) -> None:
    made, on = question
    made["authority"]["system"] = "general"
    facts = RecordFacts.from_json(made)
    classing = class_of(facts, on=on)
    rules = resolve_ruleset(system=facts.system, determined_on=facts.determination_date, applied_on=on)
    found = ending_of(facts, classing=classing, on=on)
    assert found.last_on == found.earliest_on == paths_of(facts, classing, rules, CALENDAR).stopped_after


def test_an_open_class_ends_with_the_longest_period_of_any() -> None:
    found = ending("2026-11-24", "2023-06-01", credit_class=None)
    assert (found.last_on, found.is_over(D("2026-06-01")), found.is_over(D("2026-06-02"))) == (
        D("2026-06-01"),
        False,
        True,
    )
    assert ending("2026-11-24", "2026-05-01", credit_class=None).last_on == D("2029-05-01")
    assert ending("2026-11-24", "2026-05-01", credit_class="general").last_on == D("2027-05-01")


@pytest.mark.parametrize(
    ("on", "determined", "credit_class", "ruleset", "ends"),
    [
        ("2026-11-24", "2026-05-01", "general", "NDRC-36-2025", "2027-05-01"),
        ("2026-11-24", "2025-05-01", "general", "NDRC-36-2025", "2026-05-01"),
        ("2026-03-31", "2025-05-01", "general", "NDRC-58-2023", "2028-05-01"),
        ("2026-11-24", "2025-05-01", "serious", "NDRC-36-2025", "2028-05-01"),  # both say so: the newer one is named
    ],
)
def test_the_ruleset_named_is_the_one_that_gave_the_day(
    on: str, determined: str, credit_class: str, ruleset: str, ends: str
) -> None:
    found = ending(on, determined, credit_class=credit_class)
    assert (found.ruleset, found.last_on) == (ruleset, D(ends)) and not found.stops_unperformed


def test_market_regulation_of_2021_counts_from_the_publication() -> None:
    found = market("2025-12-01", "2022-01-10", "2022-02-01", credit_class="serious")
    assert (found.last_on, found.earliest_on, found.ruleset) == (D("2025-02-01"), D("2025-02-01"), "SAMR-3-2021")
    assert found.stops_unperformed  # rulebook §3.1: it stops by itself whether performed or not
    short = market("2025-12-01", "2025-01-10", "2025-02-01", penalties=kinds("public_criticism"), credit_class=None)
    assert short.last_on == D("2025-05-01")


def test_a_fine_of_which_nobody_knows_whether_it_is_low_is_public_for_the_longer_time() -> None:
    assert market("2025-12-01", "2025-01-10", "2025-02-01", credit_class="general").last_on == D("2028-02-01")


def test_the_unverified_start_of_2025_leaves_two_days_and_asks_in_between() -> None:
    found = market("2026-11-24", "2026-01-10", "2026-02-02", credit_class="general")
    assert (found.earliest_on, found.last_on, found.confidence) == (D("2027-01-10"), D("2027-02-02"), "U")
    assert [found.needs_start(D(day)) for day in ("2027-01-10", "2027-01-11", "2027-02-02", "2027-02-03")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not found.is_over(D("2027-02-02")) and found.is_over(D("2027-02-03"))


def test_an_old_market_record_has_the_shorter_of_the_two_and_the_old_one_where_it_is() -> None:
    general = market("2026-11-24", "2025-06-01", "2025-06-20", credit_class="general")
    assert (general.earliest_on, general.last_on, general.ruleset) == (D("2026-06-01"), D("2026-06-20"), "SAMR-2025")
    low = market("2026-11-24", "2025-12-01", "2025-12-20", credit_class="general", penalties=kinds("public_criticism"))
    assert (low.earliest_on, low.last_on, low.ruleset) == (D("2026-03-20"), D("2026-03-20"), "SAMR-3-2021")


def test_without_a_day_of_publication_only_the_absolute_limit_ends_it() -> None:
    found = market("2026-11-24", "2023-06-01", None, credit_class="serious")
    assert (found.earliest_on, found.last_on) == (D("2026-06-01"), D("2028-06-01"))
    assert (found.ruleset, found.confidence, found.stops_unperformed) == ("disclosure.max", "U", False)
    late = market("2025-12-01", "2021-10-01", "2024-10-01", credit_class="serious")
    assert late.last_on == D("2026-10-01")  # three years from so late a publication are more than the limit


def test_an_ending_is_no_surer_than_the_class_it_rests_on() -> None:
    taken = {"penalties": kinds("confiscate_gains"), "credit_class": None}
    assert ending("2026-11-24", "2026-05-01", **taken).confidence == "V~"  # the frame of a draft
    assert ending("2026-11-24", "2026-05-01", **taken | {"credit_class": "general"}).confidence == "V"
