"""Parameters: the figures of the rulebook with their marks, and a loader that takes exactly one spelling."""

import re
from datetime import date
from pathlib import Path

import pytest

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.citations import Confidence
from workflow_app.law.parameters import all_parameters, load_parameters, value_of

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("key", "value", "unit", "confidence"),
    [
        ("repair.forward", 1, "working_days", "D"),
        ("repair.accept", 3, "working_days", "M"),
        ("repair.correct", 5, "working_days", "D"),
        ("repair.decide", 7, "working_days", "U"),
        ("repair.feedback", 10, "working_days", "V~"),
        ("repair.extend", 10, "working_days", "U"),
        ("repair.extend_times", 1, "times", "D"),
        ("repair.sync", 3, "working_days", "M"),
        ("reminder.before", 2, "working_days", "D"),
        ("supervision.escalate", 2, "working_days", "D"),
        ("supervision.answer", 2, "working_days", "D"),
        ("supervision.chase", 1, "working_days", "D"),
        ("supervision.idle", 5, "working_days", "D"),
        ("remedy.reconsideration", 60, "calendar_days", "V"),
        ("remedy.litigation", 6, "months", "V"),
        ("penalty.withdraw", 3, "working_days", "V"),
        ("service.public_notice", 30, "calendar_days", "V"),
        ("disclosure.max", 5, "years", "U"),
        ("penalty.summary_limit_citizen", 200, "yuan", "V"),
        ("penalty.summary_limit_organisation", 3000, "yuan", "V"),
    ],
)
def test_figures_of_the_rulebook(key: str, value: int, unit: str, confidence: str) -> None:
    found = value_of(key, on=TODAY)
    assert (found.value, found.unit, found.confidence) == (value, unit, confidence)
    assert found.verified is (confidence == "V")
    assert found.basis and len(found.basis) <= 200


def test_the_day_selects_the_version() -> None:
    assert value_of("market.decide", on=date(2025, 12, 24)).value == 15
    assert value_of("market.decide", on=date(2025, 12, 25)).value == 7
    assert value_of("service.public_notice", on=date(2021, 12, 31)).value == 60
    assert value_of("repair.feedback", on=date(2026, 3, 31)).confidence == "V"
    assert value_of("repair.feedback", on=date(2026, 4, 1)).confidence == "V~"
    old, new = (value_of("remedy.reconsideration", on=day) for day in (date(2023, 12, 31), date(2024, 1, 1)))
    assert (old.value, old.confidence, new.value, new.confidence) == (60, "M", 60, "V") and "第二十条" not in old.basis
    assert value_of("repair.sync", on=date(2026, 3, 31)).confidence == "M"  # read for leaving a list only
    assert value_of("penalty.summary_limit_citizen", on=date(2021, 7, 14)).value == 50


def test_only_deadlines_of_the_party_in_natural_days_and_months_roll() -> None:
    rolling = {p.key for p in all_parameters() if p.values[0].roll == "next_working_day"}
    assert {"remedy.reconsideration", "remedy.litigation"} <= rolling
    assert all(d.unit != "working_days" for p in all_parameters() for d in p.values if d.key in rolling)


def test_everything_not_read_in_its_source_is_visible_as_such() -> None:
    values = [d for p in all_parameters() for d in p.values]
    assert all(d.source for d in values if d.confidence in (Confidence.VERIFIED, Confidence.WEAK))
    assert {d.verified for d in values} == {True, False}
    unread = [d.basis for d in values if d.confidence in (Confidence.MEMORY, Confidence.UNSURE)]
    assert not [basis for basis in unread if re.search(r"第[^号]*条", basis)]  # no article number that nobody has read


def test_an_unknown_key_or_a_day_without_a_value_is_a_fault() -> None:
    with pytest.raises(ConfigurationFault):
        value_of("repair.nothing", on=TODAY)
    with pytest.raises(ConfigurationFault):
        value_of("repair.accept", on=date(2020, 1, 1))


GOOD = """
repair.accept:
  title: 受理
  unit: working_days
  roll: none
  selected_by: clock_start
  values:
    - {value: 3, from: 2023-05-01, to: 2026-03-31, basis: 58号令, confidence: M, sources: []}
    - {value: 4, from: 2026-04-01, to: null, basis: 36号令, confidence: V, sources: [S01]}
"""


def load(tmp_path: Path, text: str) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(text, "utf-8")
    load_parameters([path])


def test_the_one_spelling_is_read(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("unit: working_days", "unit: wd"),
        ("unit: working_days", "unit: WORKING_DAYS"),
        ("unit: working_days", "unit: working days"),
        ("value: 3", "value: '3'"),
        ("value: 3", "value: 3 wd"),
        ("value: 3", "value: 3.0"),
        ("value: 3", "value: true"),
        ("value: 3", "value: -3"),
        ("value: 3", "days: 3"),
        ("value: 3,", "value: 3, value: 4,"),
        ("basis: 58号令, ", ""),
        ("basis: 58号令", "basis: ''"),
        ("confidence: M", "confidence: m"),
        ("confidence: M", "confidence: sure"),
        ("confidence: M, ", ""),
        ("sources: [S01]", "sources: []"),
        ("sources: [S01]", "sources: S01"),
        ("sources: [S01]", "sources: [S99]"),
        ("to: 2026-03-31", "to: 2026-04-01"),
        ("to: 2026-03-31", "to: null"),
        ("to: 2026-03-31", "to: 2023-04-01"),
        ("to: 2026-03-31, ", ""),
        ("from: 2023-05-01", "from: 2027-05-01"),
        ("from: 2023-05-01", "from: '2023-05-01'"),
        ("from: 2023-05-01", "from: 2023-05-01 00:00:00"),
        ("title: 受理\n", ""),
        ("title: 受理\n", "title: 受理\n  description: 又一个名称\n"),
        ("roll: none", "roll: false"),
        ("selected_by: clock_start", "selected_by: start"),
    ],
)
def test_any_other_spelling_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    assert was in GOOD
    with pytest.raises(ConfigurationFault) as error:
        load(tmp_path, GOOD.replace(was, becomes, 1))
    assert "some.yaml" in str(error.value)


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(GOOD, "utf-8")
    with pytest.raises(ConfigurationFault):
        load_parameters(sorted(tmp_path.glob("*.yaml")))
