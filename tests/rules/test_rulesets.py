"""Which ruleset governs: versions by day, the four rows of the transition, market regulation with its own switch."""

from datetime import date
from pathlib import Path

import pytest

from tests.rules.makers import ROOT
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.facts import AuthoritySystem
from workflow_app.law.ruleset_data import load_rulesets
from workflow_app.law.rulesets import NoRuleset, Situation, all_rulesets, has_cutover, resolve_ruleset

D = date.fromisoformat
FOLDER = ROOT / "workflow_app" / "law" / "data" / "rulesets"


def resolve(determined: str, applied: str, judged: str | None = None, system: str = "general") -> tuple[str, ...]:
    found = resolve_ruleset(
        system=AuthoritySystem(system),
        determined_on=D(determined),
        applied_on=D(applied),
        judged_on=D(judged) if judged else None,
    )
    assert [r.id for r in found.longest] == [r.id for r in found.shortest]
    return (found.situation.value, *(r.id for r in found.longest), found.procedure.id)


@pytest.mark.parametrize(
    ("determined", "applied", "judged", "expected"),
    [
        ("2026-04-01", "2026-07-02", None, ("determined_after", "NDRC-36-2025", "NDRC-36-2025")),
        ("2026-03-31", "2026-04-01", None, ("applied_after", "NDRC-58-2023", "NDRC-36-2025", "NDRC-36-2025")),
        ("2026-03-01", "2026-03-30", "2026-04-02", ("pending", "NDRC-58-2023", "NDRC-36-2025", "NDRC-36-2025")),
        ("2025-11-01", "2026-03-01", None, ("decided_before", "NDRC-58-2023", "NDRC-58-2023")),
    ],
)
def test_the_four_rows_of_the_transition(
    determined: str, applied: str, judged: str | None, expected: tuple[str, ...]
) -> None:
    assert resolve(determined, applied, judged) == expected


def test_market_regulation_switches_on_its_own_day() -> None:
    assert resolve("2025-12-25", "2026-01-05", system="market_regulation")[1:] == ("SAMR-2025", "SAMR-2025")
    old_and_new = ("SAMR-3-2021", "SAMR-2025", "SAMR-2025")
    assert resolve("2025-12-24", "2025-12-25", system="market_regulation") == ("applied_after", *old_and_new)
    assert resolve("2025-12-01", "2025-12-24", system="market_regulation")[1:] == ("SAMR-3-2021", "SAMR-3-2021")


def test_before_the_rules_on_file_nothing_is_judged() -> None:
    with pytest.raises(NoRuleset):
        resolve("2023-01-01", "2023-04-30")


def test_every_row_is_there_and_the_versions_follow_one_another_without_gap() -> None:
    assert len(Situation) == 4
    rules = all_rulesets()
    assert set(rules) == {"NDRC-527-2019", "NDRC-58-2023", "NDRC-36-2025", "SAMR-3-2021", "SAMR-2025"}
    assert str(rules["NDRC-58-2023"].valid_to) == "2026-03-31"
    assert str(rules["SAMR-3-2021"].valid_to) == "2025-12-24"


def test_terms_of_the_two_rulesets() -> None:
    new, old = all_rulesets()["NDRC-36-2025"], all_rulesets()["NDRC-58-2023"]
    words = {key: (t.shortest and t.shortest.words, t.longest.words) for key, t in new.terms.items()}
    assert words == {"minor": (None, "3个月"), "general": ("3个月", "1年"), "serious": ("1年", "3年")}
    assert not new.special_fields  # food is not one year by the new rules
    assert {s.shortest.words for s in old.special_fields.values()} == {"1年"} and len(old.special_fields) == 5
    assert all_rulesets()["SAMR-2025"].start.confidence == "U"


def test_what_the_rules_of_market_regulation_add() -> None:
    old, new = all_rulesets()["SAMR-3-2021"], all_rulesets()["SAMR-2025"]
    assert old.is_never_early(frozenset({"fine", "revoke_permit"})) and not old.is_never_early(frozenset({"fine"}))
    assert not new.never_early
    assert [r.serious_list and (r.serious_list.shortest.words, r.serious_list.confidence) for r in (old, new)] == [
        ("1年", "V"), ("1年", "V"),
    ]  # fmt: skip


def test_a_cutover_between_two_days_is_seen() -> None:
    general = AuthoritySystem.GENERAL
    assert has_cutover(general, after=D("2026-03-31"), until=D("2026-04-01"))
    assert not has_cutover(general, after=D("2026-04-01"), until=D("2026-11-24"))
    assert not has_cutover(general, after=D("2025-12-01"), until=D("2026-03-31"))  # that was market regulation's


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("roll: {value: none", "roll: {value: next_working_day"),  # a publication period never rolls
        ("unit: months}", "unit: working_days}"),
        ("public: always", "public: yes"),
        ("system: general", "system: generic"),
        ("shortest: null", "shortest: {count: 0, unit: days}"),
        ("several_penalties: {rule: longest", "several_penalties: {rule: shortest"),
        ("special_fields: []", "special_fields: [{field: food, shortest: {count: 1, unit: years}}]"),
        ("special_fields: []", "special_fields: []\nspecials: []"),
        ("never_early: []", "never_early: [{kinds: [revoke], confidence: V, sources: [S14]}]"),
        ("never_early: []\n", ""),
        ("serious_list: null", "serious_list: {shortest: {count: 1, unit: years}}"),
        ("by_penalties: []", "by_penalties: [{term: minor, surely: [warning], perhaps: []}]"),
        ("start: {from: determination, confidence: V, sources: [S01]}", "start: determination"),
        ("    longest: {count: 3, unit: months}\n", ""),
        ("sources: [S02]", "sources: []"),
    ],
)
def test_another_spelling_of_a_ruleset_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    text = (FOLDER / "NDRC-36-2025.yaml").read_text("utf-8")
    assert was in text
    (tmp_path / "NDRC-36-2025.yaml").write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(ConfigurationFault):
        load_rulesets(tmp_path)
