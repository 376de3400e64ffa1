"""What a form must say about an authority: the terms of a mandate, the claim of an enrolment. No database."""

from datetime import date
from typing import Any

import pytest

from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.authority import Capacity
from workflow_app.people.enrolments import read_claim
from workflow_app.people.mandate_terms import read_terms

TODAY = date(2026, 11, 24)
TERMS = {"holder_name": "李四", "capacity": "agent", "scope": "all", "ends_on": "2026-12-31"}
CODE = "91620102MAC03XKQ4D"
CLAIM = {
    "code": CODE,
    "name": "榆中新企有限公司",
    "legal_representative": "李四",
    "capacity": "agent",
    "ends_on": "2026-12-31",
}


def wrong_terms(**changes: Any) -> set[str]:
    try:
        read_terms(TERMS | changes, today=TODAY, capacities=frozenset(Capacity), kinds=frozenset({"repair"}))
    except InvalidInput as error:
        return set(error.fields)
    return set()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"holder_name": ""}, {"holder_name"}),
        ({"holder_name": "李\u202e四"}, {"holder_name"}),
        ({"holder_name": "李" * 61}, {"holder_name"}),
        ({"ends_on": ""}, {"ends_on"}),
        ({"ends_on": "", "capacity": "administrator"}, set()),
        ({"ends_on": "2026-11-23"}, {"ends_on"}),
        ({"ends_on": "2026-11-24"}, set()),
        ({"begins_on": "2027-01-01"}, {"ends_on"}),
        ({"begins_on": "昨天", "ends_on": "2026-02-30"}, {"begins_on", "ends_on"}),
        ({"ends_on": "9999-01-01"}, {"ends_on"}),
        ({"scope": "records"}, {"records"}),
        ({"scope": "records", "records": [7]}, set()),
        ({"scope": "records", "records": [2**40]}, {"records"}),
        ({"scope": "records", "records": [-1]}, {"records"}),
        ({"scope": "kinds"}, {"kinds"}),
        ({"scope": "kinds", "kinds": ["repair"]}, set()),
        ({"scope": "kinds", "kinds": ["repair", "nonsense"]}, {"kinds"}),
        ({"scope": "everything"}, {"scope"}),
        ({"capacity": "boss"}, {"capacity"}),
    ],
)
def test_terms(changes: dict[str, Any], fields: set[str]) -> None:
    assert wrong_terms(**changes) == fields


def test_who_stands_for_the_subject_stands_for_all_of_it() -> None:
    form = TERMS | {"capacity": "successor", "scope": "records", "records": [1]}
    found = read_terms(form, today=TODAY, capacities=frozenset(Capacity), kinds=frozenset())
    assert (found.records, found.kinds, found.begins_on) == (None, None, TODAY)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "18 位"),
        ("91620102MAC03XKQ4A", "校验位"),
        ("91620102MAI03XKQ4D", "不会出现的字符"),
        ("91990102MAC03XKQ4D", "区划码"),
        ("9" * 500, "18 位"),
        (CODE.lower(), ""),
        ("９１６20102mac03xkq4d", ""),
    ],
)
def test_the_code_is_checked_by_the_standard(code: str, words: str) -> None:
    try:
        assert read_claim(CLAIM | {"code": code}, today=TODAY).code == CODE and not words
    except InvalidInput as error:
        assert set(error.fields) == {"code"} and words in error.fields["code"] and words


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ends_on": ""}, {"ends_on"}),
        ({"ends_on": "", "capacity": "legal_representative"}, set()),
        ({"ends_on": "2026-11-23"}, {"ends_on"}),
        ({"capacity": ""}, {"capacity"}),
        ({"name": "", "legal_representative": "\u200b"}, {"name", "legal_representative"}),
        ({"name": "企" * 201}, {"name"}),
    ],
)
def test_claims(changes: dict[str, str], fields: set[str]) -> None:
    try:
        read_claim(CLAIM | changes, today=TODAY)
        assert not fields
    except InvalidInput as error:
        assert set(error.fields) == fields
