"""Every address and method for every role and scope, against the matrix written by hand."""

import pytest

from tests.authz.cells import Rule, fault, rules
from tests.authz.town import Town

UNGUARDED = {"static", "vendor"}
RULES = rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.title)
def test_every_cell(town: Town, rule: Rule) -> None:
    wrong = [found for column, letter in rule.letters if (found := fault(town, rule, column, letter))]
    assert wrong == []


def unmapped(town: Town) -> set[tuple[str, str]]:
    """Return every endpoint and method of the application that has no line in the matrix."""
    adapter = town.app.url_map.bind("localhost")
    told = {
        (adapter.match(rule.path(town.names).partition("?")[0], method=rule.method)[0], rule.method) for rule in RULES
    }
    there = {
        (rule.endpoint, method)
        for rule in town.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in UNGUARDED
    }
    return there - told


def test_every_address_of_the_application_has_its_line(town: Town) -> None:
    assert unmapped(town) == set()


def test_the_matrix_is_large_enough_to_mean_something() -> None:
    assert sum(len(rule.letters) for rule in RULES) > 1_700
