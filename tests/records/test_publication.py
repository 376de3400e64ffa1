"""Whether a record goes on the page when it is imported: its own system's rules decide (rulebook §1.2, §3)."""

from datetime import date
from typing import Any

import pytest

from tests.rules.makers import kinds, record
from workflow_app.law.facts import RecordFacts
from workflow_app.records.publication import Publications

MARKET = {"system": "market_regulation"}
SLIP = [{"kind": "fine", "amount_yuan": 500_000}, {"kind": "revoke_permit"}]


def found(**changes: Any) -> tuple[bool, str | None]:
    answer = Publications(on=date(2026, 11, 24)).of(RecordFacts.from_json(record(**changes)))
    return answer.public, answer.credit_class


@pytest.mark.parametrize("determined", ["2026-01-10", "2026-08-25"])
def test_market_regulation_shows_its_minor_records_and_keeps_off_mere_warnings(determined: str) -> None:
    by = {"authority": MARKET, "determination_date": determined}
    assert found(**by, credit_class="minor") == (True, "minor")
    assert found(**by, credit_class=None, penalties=kinds("public_criticism")) == (True, "minor")
    assert found(**by, credit_class=None, penalties=kinds("warning")) == (False, "minor")


def test_minor_records_of_the_national_rules_are_kept_off() -> None:
    assert found(credit_class="minor") == (False, "minor")
    assert found(credit_class="minor", publication_found_necessary=True) == (True, "minor")
    assert found(credit_class="general") == (True, "general")


def test_the_old_rules_kept_reprimands_off_whatever_their_class() -> None:
    assert found(determination_date="2026-03-20", penalties=kinds("warning"), credit_class="general")[0] is False


def test_a_mark_of_the_summary_procedure_that_cannot_be_true_hides_no_decision() -> None:
    assert found(procedure="summary", penalties=SLIP, credit_class="serious") == (True, "serious")
    assert found(procedure="summary", penalties=SLIP, credit_class=None) == (True, None)  # a person is asked
    assert found(procedure="summary", penalties=SLIP[:1], credit_class=None) == (True, None)
    small = [{"kind": "fine", "amount_yuan": 3000}]
    assert found(procedure="summary", penalties=small, credit_class=None) == (False, "minor")
