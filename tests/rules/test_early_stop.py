"""Special fields with how sure their criteria are, and what market regulation asks beside time (rulebook §2, §3.1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.makers import ask, kinds, record
from workflow_app.law.calendars import seed_calendar
from workflow_app.law.citations import Confidence, weakest
from workflow_app.law.conditions import Condition
from workflow_app.law.eligibility import RecordFacts, assess
from workflow_app.law.legal_days import legal_date
from workflow_app.law.special_fields import all_criteria, field_confidence, special_field_of

LAKH = Decimal(100_000)


@pytest.mark.parametrize(
    ("sector", "violation", "fine", "field"),
    [
        ("消防", "占用疏散通道", None, "fire"),
        ("应急", "未按规定培训", LAKH, "work_safety"),
        ("应急", "未按规定培训", LAKH - 1, None),
        ("应急", "未按规定培训", None, None),
        ("市场监管", "经营超过保质期的食品", None, "food"),
        ("药监", "销售劣药品", None, "drug"),
        ("市场监管", "使用未检验特种设备", None, "special_equipment"),
        ("市场监管", "虚假广告", None, None),
        ("住建", "消防设计不合格", LAKH, None),
    ],
)
def test_sector_act_and_fine_select_the_special_field(
    sector: str, violation: str, fine: Decimal | None, field: str | None
) -> None:
    assert special_field_of(sector=sector, violation=violation, fine=fine) == field


def test_criteria_nobody_has_read_in_full_are_not_called_verified() -> None:
    told = {(s, c.field.value): c.citation.confidence for c in all_criteria() for s in c.sectors}
    assert told["消防", "fire"] == told["应急", "work_safety"] == "U"
    assert field_confidence(sector="应急", field="work_safety") == "U"
    assert field_confidence(sector="应急", field=None) == "U"  # that a small fine is no special field is no surer
    assert field_confidence(sector="住建", field="fire") == "U"  # by no criterion on file
    assert field_confidence(sector="住建", field=None) == "V"


def test_a_period_is_no_surer_than_the_field_that_selected_it() -> None:
    facts = RecordFacts.from_json(record(determination_date="2026-02-10", special_field="fire"))
    for given in (Confidence.VERIFIED, Confidence.UNSURE):
        found = assess(replace(facts, special_field_confidence=given), on=date(2026, 11, 24), calendar=seed_calendar())
        old, new = found.paths
        assert (old.ruleset, old.basis.confidence, new.basis.confidence) == ("NDRC-58-2023", given, "V")
    assert weakest([Confidence.DEFAULT, Confidence.UNSURE, Confidence.VERIFIED]) == "U"


def beside_time(on: str, determined: str, *names: str, listed: bool = False) -> dict[str, Condition]:
    market: dict[str, Any] = {"authority": {"system": "market_regulation"}, "serious_list": {"listed": listed}}
    found = ask(on, determination_date=determined, penalties=kinds(*names), **market)
    assert found.verdict == "wrong_authority"
    return {c.key: c for c in found.conditions[1:]}


def test_grave_penalties_of_market_regulation_are_never_ended_early() -> None:
    grave = beside_time("2025-12-01", "2025-06-01", "fine", "revoke_permit")["EARLY_STOP_ALLOWED"]
    assert (grave.state, grave.basis.confidence) == ("unmet", "V") and "吊销许可证件" in grave.detail
    assert beside_time("2025-12-01", "2025-06-01", "fine")["EARLY_STOP_ALLOWED"].state == "met"


def test_whether_the_newer_rules_forbid_it_too_is_open() -> None:
    both = beside_time("2026-11-24", "2025-06-01", "suspend_business")["EARLY_STOP_ALLOWED"]
    assert (both.state, both.basis.confidence) == ("unknown", "U")
    assert "EARLY_STOP_ALLOWED" not in beside_time("2026-11-24", "2026-06-01", "suspend_business")


@pytest.mark.parametrize(("on", "determined"), [("2025-12-01", "2025-06-01"), ("2026-11-24", "2026-06-01")])
def test_who_is_on_the_list_waits_a_year_to_leave_it(on: str, determined: str) -> None:
    told = beside_time(on, determined, "fine", listed=True)["LIST_PERIOD_REACHED"]
    assert (told.state, told.basis.confidence) == ("unknown", "V") and "1年" in told.detail
    assert "LIST_PERIOD_REACHED" not in beside_time(on, determined, "fine")


def test_the_general_rules_know_neither() -> None:
    keys = {c.key for c in ask("2026-11-24", serious_list={"listed": True}).conditions}
    assert not keys & {"EARLY_STOP_ALLOWED", "LIST_PERIOD_REACHED"}


def test_the_first_day_of_the_penalty_law_is_on_file() -> None:
    assert legal_date("penalty_law_in_force") == date(1996, 10, 1)
