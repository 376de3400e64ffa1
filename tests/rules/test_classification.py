"""Classes: determined, by a sector's standard, by the national frame, or open. An amount alone never makes a class."""

from datetime import date
from pathlib import Path

import pytest

from tests.rules.makers import ROOT, kinds, record
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.classification import Classing, class_of, load_standards, standards_on_file
from workflow_app.law.eligibility import RecordFacts

TODAY = date(2026, 11, 24)
TABLE = ROOT / "workflow_app" / "law" / "data" / "classification.yaml"
LINES = """sectors:
  - {sector: 住建, kind: fine, from_yuan: 0, below_yuan: 5000, from: 2026-04-01, to: null, class: minor, basis: 标准,
     confidence: V~, sources: [S06]}
  - {sector: 住建, kind: fine, from_yuan: 5000, below_yuan: null, from: 2026-04-01, to: null, class: general, basis: 标准,
     confidence: V~, sources: [S06]}
"""


def classed(**changes: object) -> Classing:
    return class_of(RecordFacts.from_json(record(**changes)), on=TODAY)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["warning"], "minor"),
        (["public_criticism"], "minor"),
        (["warning", "public_criticism"], "minor"),
        (["confiscate_gains"], "general"),
        (["confiscate_goods", "warning"], "general"),
        (["suspend_permit"], "general"),
        (["downgrade_qualification"], "general"),
        (["revoke_permit"], "serious"),
        (["restrict_business"], "serious"),
        (["suspend_business", "fine"], "serious"),
        (["close_down", "other"], "serious"),
        (["restrict_employment", "warning"], "serious"),
    ],
)
def test_the_national_frame_where_nobody_has_classified(names: list[str], expected: str) -> None:
    found = classed(credit_class=None, penalties=kinds(*names))
    assert (found.known, found.how) == (expected, "frame")


@pytest.mark.parametrize("amount", [1, 3000, 50_000, 100_000, 99_999_999])
def test_no_amount_is_ever_guessed(amount: int) -> None:
    found = classed(credit_class=None, penalties=[{"kind": "fine", "amount_yuan": amount}])
    assert found.known is None and list(found.possible) == ["general", "serious"]


@pytest.mark.parametrize("names", [["fine"], ["other"], ["fine", "confiscate_gains"], ["warning", "fine"]])
def test_a_fine_among_lighter_penalties_leaves_the_class_open(names: list[str]) -> None:
    assert classed(credit_class=None, penalties=kinds(*names)).known is None


def test_a_record_may_be_minor_only_where_its_publication_was_found_necessary() -> None:
    found = classed(credit_class=None, publication_found_necessary=True, penalties=kinds("fine"))
    assert list(found.possible) == ["minor", "general", "serious"]


def test_a_determined_class_stands_but_lightens_no_graver_penalty() -> None:
    assert classed(credit_class="minor").known == "minor"
    assert classed(credit_class="serious", penalties=kinds("warning")).known == "serious"
    lifted = classed(credit_class="general", penalties=kinds("fine", "revoke_permit"))
    assert (lifted.known, lifted.how) == ("serious", "gravest")


def test_the_summary_procedure_makes_a_minor_record() -> None:
    assert classed(credit_class=None, procedure="summary", penalties=kinds("fine")).known == "minor"


@pytest.mark.parametrize(
    ("penalties", "subject", "given", "expected", "how"),
    [
        ([{"kind": "fine", "amount_yuan": 3000}, {"kind": "warning"}], "legal_entity", "serious", "minor", "frame"),
        ([{"kind": "fine", "amount_yuan": 3001}], "legal_entity", None, None, "open"),
        ([{"kind": "fine", "amount_yuan": 200}], "natural_person", None, "minor", "frame"),
        ([{"kind": "fine", "amount_yuan": 201}], "natural_person", None, None, "open"),
        ([{"kind": "fine", "amount_yuan": 3001}], "legal_entity", "general", "general", "determined"),
        ([{"kind": "confiscate_gains"}], "legal_entity", None, None, "open"),
        ([{"kind": "fine", "amount_yuan": 500_000}, {"kind": "revoke_permit"}], "legal_entity", None, None, "open"),
        ([{"kind": "fine"}, {"kind": "revoke_permit"}], "legal_entity", "serious", "serious", "determined"),
        ([{"kind": "revoke_permit"}], "legal_entity", "minor", "serious", "gravest"),
    ],
)
def test_the_summary_procedure_decides_within_its_limit_only(
    penalties: list[dict[str, object]], subject: str, given: str | None, expected: str | None, how: str
) -> None:
    found = classed(credit_class=given, procedure="summary", penalties=penalties, subject={"type": subject})
    assert (found.known, found.how) == (expected, how)


def test_there_is_no_sector_standard_on_file_yet() -> None:
    assert standards_on_file().sectors == ()


def test_a_sector_standard_answers_for_its_sector_amounts_and_days(tmp_path: Path) -> None:
    path = tmp_path / "classification.yaml"
    path.write_text(TABLE.read_text("utf-8").replace("sectors: []\n", LINES), "utf-8")
    tables = load_standards(path)

    def by(amount: float | None, sector: str | None, on: date = TODAY) -> str | None:
        fine = {"kind": "fine"} if amount is None else {"kind": "fine", "amount_yuan": amount}
        facts = RecordFacts.from_json(record(credit_class=None, penalties=[fine]))
        return class_of(RecordFacts(**{**facts.__dict__, "sector": sector}), on=on, standards=tables).known

    assert by(4999.99, "住建") == "minor"
    assert by(5000, "住建") == "general"
    assert by(5000, "交通") is None
    assert by(None, "住建") is None
    assert by(5000, "住建", date(2026, 3, 31)) is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("sources: [S06]}", "sources: []}"),
        ("from_yuan: 5000", "from_yuan: 4000"),
        ("class: minor, basis: 标准", "class: light, basis: 标准"),
        ("kind: fine", "kind: 罚款"),
        ("basis: 标准,\n", "\n"),
    ],
)
def test_a_line_without_source_or_that_clashes_with_another_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    path = tmp_path / "classification.yaml"
    assert was in LINES
    text = TABLE.read_text("utf-8").replace("sectors: []\n", LINES.replace(was, becomes, 1))
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationFault):
        load_standards(path)
