"""Eligibility by the officers' cases of the rulebook (§2.1, §12.2, by number) and the order of the verdicts."""

import pytest

from tests.rules.makers import ask, dated, kinds, record, verdict
from workflow_app.law.eligibility import RecordFacts
from workflow_app.law.facts import InvalidRecord

NEW, OLD = "NDRC-36-2025", "NDRC-58-2023"
MARKET = {"system": "market_regulation"}


def test_case_1_three_months_less_a_day_is_too_early_and_names_the_day() -> None:
    assert dated("2026-11-24", determination_date="2026-08-25") == ("too_early", "2026-11-26", NEW)
    assert dated("2026-11-25", determination_date="2026-08-25")[0] == "too_early"
    assert dated("2026-11-26", determination_date="2026-08-25")[0] == "eligible"


def test_case_2_the_last_day_of_the_period_is_still_too_early() -> None:
    assert dated("2026-11-24", determination_date="2026-08-24") == ("too_early", "2026-11-25", NEW)
    assert dated("2026-11-25", determination_date="2026-08-24") == ("eligible", "2026-11-25", NEW)


def test_case_4_a_published_warning_needs_no_repair_unless_found_necessary() -> None:
    warned = {"penalties": kinds("warning"), "credit_class": "minor"}
    assert verdict("2026-11-24", **warned) == "not_needed"
    necessary = warned | {"publication_found_necessary": True}
    assert dated("2026-09-02", **necessary) == ("eligible", "2026-09-02", NEW)
    assert dated("2026-11-25", **necessary) == ("eligible", "2026-09-02", NEW)  # the last day on the page
    assert verdict("2026-11-26", **necessary) == "not_needed"  # three months after the determination it is off the page


def test_case_6_food_under_both_rulesets_takes_the_more_favourable() -> None:
    food = {"determination_date": "2025-10-10", "special_field": "food"}
    assert dated("2026-05-10", **food, credit_class="general") == ("eligible", "2026-01-11", NEW)
    assert dated("2026-05-10", **food, credit_class="serious")[:2] == ("too_early", "2026-10-11")
    assert verdict("2026-05-10", **food, credit_class=None) == "needs_classification"
    paths = ask("2026-05-10", **food, credit_class="general").paths
    assert [(p.ruleset, str(p.min_end), p.chosen) for p in paths] == [
        (OLD, "2026-10-10", False),
        (NEW, "2026-01-10", True),
    ]
    assert all(p.why for p in paths)


def test_case_7_market_regulation_has_its_own_rules_and_portal() -> None:
    found = ask("2026-11-24", authority=MARKET, determination_date="2026-03-01", special_field="food")
    assert (found.verdict, found.earliest_date, found.paths) == ("wrong_authority", None, ())
    assert "国家企业信用信息公示系统" in found.conditions[0].detail


def test_case_8_the_gravest_penalty_decides() -> None:
    both = kinds("fine", "revoke_permit")
    for given in ("general", "serious", None):
        assert dated("2026-11-26", penalties=both, credit_class=given) == ("too_early", "2027-08-26", NEW)
    assert str(ask("2026-11-26", penalties=both).automatic_stop_on) == "2029-08-25"


def test_case_11_a_quashed_penalty_is_withdrawn_not_repaired() -> None:
    assert verdict("2026-12-01", source_decision="revoked") == "not_needed"


def test_case_18_a_natural_person_is_not_published_at_all() -> None:
    assert verdict("2026-12-01", subject={"type": "natural_person", "code": None}) == "not_needed"


def test_case_19_an_individual_business_is_a_credit_subject() -> None:
    shop = {"type": "individual_business", "code": "92620102MAX741788X"}
    assert verdict("2026-12-01", subject=shop) == "eligible"


def test_case_23_the_penalty_behind_a_listing_waits_for_the_removal() -> None:
    listed = {"listed": True, "record_is_basis": True}
    assert verdict("2026-12-01", serious_list=listed) == "not_repairable"
    assert verdict("2026-12-01", serious_list=listed | {"record_is_basis": False}) == "eligible"
    assert verdict("2026-12-01", serious_list=listed | {"listed": False}) == "eligible"


def test_the_example_of_the_transition() -> None:
    safety = {"determination_date": "2026-01-10", "special_field": "work_safety"}
    assert dated("2026-05-20", **safety, credit_class="general") == ("eligible", "2026-04-11", NEW)
    assert dated("2026-05-20", **safety, credit_class="serious")[:2] == ("too_early", "2027-01-11")


def test_before_the_new_rules_are_in_force_only_the_old_ones_decide() -> None:
    food = {"determination_date": "2025-10-10", "special_field": "food", "credit_class": "general"}
    assert dated("2026-03-31", **food) == ("too_early", "2026-10-11", OLD)
    assert dated("2026-04-01", **food) == ("eligible", "2026-01-11", NEW)
    assert dated("2026-03-31", determination_date="2025-12-31", credit_class=None) == ("too_early", "2026-04-01", OLD)


def test_an_open_application_is_judged_again_when_the_rules_change() -> None:
    from datetime import date

    from workflow_app.law.calendars import seed_calendar
    from workflow_app.law.eligibility import assess

    facts = RecordFacts.from_json(record(determination_date="2025-11-10", special_field="food"))
    again = assess(facts, on=date(2026, 3, 30), judged_on=date(2026, 4, 1), calendar=seed_calendar())
    assert (again.verdict, str(again.earliest_date), again.ruleset) == ("eligible", "2026-02-11", NEW)


def test_a_serious_record_of_the_old_days_keeps_the_three_months() -> None:
    old = {"determination_date": "2026-03-31", "penalties": kinds("revoke_permit"), "credit_class": "serious"}
    assert dated("2026-07-01", **old) == ("eligible", "2026-07-01", OLD)
    assert dated("2026-07-01", **old | {"determination_date": "2026-04-01"}) == ("too_early", "2027-04-02", NEW)


def test_an_old_fine_without_a_class_has_its_date_by_the_old_rules() -> None:
    found = ask("2026-11-24", determination_date="2026-02-10", credit_class=None)
    assert (found.verdict, str(found.earliest_date), found.ruleset) == ("eligible", "2026-05-11", OLD)
    assert found.automatic_stop_on is None
    assert {c.key: c.state for c in found.conditions}["CLASS_DETERMINED"] == "unknown"
    assert verdict("2026-11-24", determination_date="2026-02-10", credit_class=None, special_field="fire") == (
        "needs_classification"
    )
    assert verdict("2026-11-24", determination_date="2026-04-01", credit_class=None) == "needs_classification"


def test_the_automatic_stop_is_the_shorter_of_the_longest_periods() -> None:
    old = {"determination_date": "2025-11-24"}
    assert dated("2026-11-24", **old)[0] == "eligible"
    assert verdict("2026-11-25", **old) == "not_needed"
    assert (
        verdict("2026-11-25", **old, obligations={"fully_performed": False, "performed_on": None}) == "not_repairable"
    )
    assert verdict("2026-11-25", **old, obligations={"corrected": False}) == "not_repairable"
    assert verdict("2026-11-25", **old, credit_class="serious") == "eligible"
    assert verdict("2026-11-25", determination_date="2023-11-24", credit_class=None) == "not_needed"  # by any class


@pytest.mark.parametrize("names", [["warning"], ["public_criticism"], ["warning", "public_criticism"]])
def test_reprimands_of_the_old_days_were_never_to_be_public(names: list[str]) -> None:
    for credit_class in (None, "minor"):
        for on in ("2026-03-20", "2026-05-20"):
            old = {"determination_date": "2026-03-01", "penalties": kinds(*names), "credit_class": credit_class}
            assert verdict(on, **old) == "not_needed"


def test_the_summary_procedure_is_not_public() -> None:
    small = {"procedure": "summary", "credit_class": None, "penalties": [{"kind": "fine", "amount_yuan": 3000}]}
    for determined in ("2026-03-01", "2026-08-25"):
        assert verdict("2026-09-10", determination_date=determined, **small) == "not_needed"


def test_a_mark_of_the_summary_procedure_that_cannot_be_true_hides_nothing() -> None:
    """A fine above the limit, or a graver penalty, was decided otherwise, whatever the file says (rulebook §1.2)."""
    large = {"procedure": "summary", "penalties": [{"kind": "fine", "amount_yuan": 500_000}, {"kind": "revoke_permit"}]}
    for determined in ("2026-03-01", "2026-08-25"):
        assert verdict("2026-09-10", determination_date=determined, credit_class="serious", **large) != "not_needed"
    assert verdict("2026-12-10", determination_date="2026-08-25", credit_class=None, **large) == "needs_classification"


def test_february_ends_a_period_that_began_on_the_thirtieth() -> None:
    assert dated("2026-02-28", determination_date="2025-11-30") == ("too_early", "2026-03-01", OLD)


def test_performing_after_the_day_of_application_is_not_having_performed() -> None:
    later = {"performed_on": "2026-12-02"}
    assert verdict("2026-12-01", obligations=later) == "not_repairable"
    assert verdict("2026-12-02", obligations=later) == "eligible"
    minor = {
        "credit_class": "minor",
        "publication_found_necessary": True,
        "obligations": {"performed_on": "2026-10-20"},
    }
    assert dated("2026-10-19", **minor) == ("too_early", "2026-10-20", NEW)
    assert dated("2026-10-20", **minor) == ("eligible", "2026-10-20", NEW)


ORDER = [
    ("wrong_authority", {"authority": MARKET}),
    ("wrong_authority", {"authority": {"code": "11610100MBW381091D"}}),
    ("not_needed", {"published": False}),
    ("not_needed", {"source_decision": "revoked"}),
    ("not_repairable", {"obligations": {"fully_performed": False, "performed_on": None}}),
    ("not_repairable", {"obligations": {"corrected": False}}),
    ("needs_classification", {"credit_class": None}),
    ("too_early", {}),
]


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_the_first_verdict_that_fits_wins_over_all_that_follow(first: int) -> None:
    changes: dict[str, object] = {}
    for _verdict, change in reversed(ORDER[first:]):
        for key, value in change.items():
            both = isinstance(value, dict) and isinstance(changes.get(key), dict)
            changes[key] = {**changes[key], **value} if both else value  # type: ignore[dict-item]
    assert verdict("2026-09-10", **changes) == ORDER[first][0]


def test_dates_and_ruleset_are_given_only_where_time_is_the_question() -> None:
    for expected, change in ORDER:
        found = ask("2026-09-10", **change)
        assert found.verdict == expected
        assert (
            (found.earliest_date is not None) == (found.ruleset is not None) == (expected in ("too_early", "eligible"))
        )


def test_unknown_is_not_no() -> None:
    facts = RecordFacts.from_json(record())
    from datetime import date

    from workflow_app.law.calendars import seed_calendar
    from workflow_app.law.eligibility import assess

    unknown = {"fully_performed": None, "performed_on": None, "corrected": None, "listed": None, "list_basis": None}
    found = assess(RecordFacts(**{**facts.__dict__, **unknown}), on=date(2026, 12, 1), calendar=seed_calendar())
    assert found.verdict == "eligible"
    states = {c.key: c.state for c in found.conditions}
    for key in ("OBLIGATION_FULLY_PERFORMED", "CONDUCT_CORRECTED", "NOT_GROUND_OF_LISTING", "PUBLIC_COMMITMENT"):
        assert states[key] == "unknown"


def test_every_condition_has_words_and_a_basis() -> None:
    found = ask("2026-11-24")
    assert len({c.key for c in found.conditions}) == len(found.conditions) == 9
    assert all(c.text and c.detail and c.basis.text and c.basis.confidence for c in found.conditions)
    time = next(c for c in found.conditions if c.key == "MIN_PERIOD_REACHED")
    assert time.detail == "最短公示期3个月，2026年11月25日当天结束，2026年11月26日起可以申请。"


def test_a_publication_period_shows_its_ledger_with_what_is_our_own_reading() -> None:
    path = ask("2026-11-24").chosen
    assert path is not None and path.ledger is not None
    assert str(path.ledger.due) == "2026-11-25" and str(path.longest_ledger.due) == "2027-08-25"
    assert [str(r.confidence) for r in path.ledger.rules][:3] == ["V", "D", "D"]


def test_a_natural_persons_record_elsewhere_is_first_of_all_elsewhere() -> None:
    assert verdict("2026-12-01", authority={"code": "11610100MBW381091D"}, subject={"type": "natural_person"}) == (
        "wrong_authority"
    )


def test_facts_with_a_word_that_is_not_in_the_list_are_refused() -> None:
    facts = RecordFacts.from_json(record())
    with pytest.raises(InvalidRecord):
        RecordFacts(**{**facts.__dict__, "credit_class": "light"})
