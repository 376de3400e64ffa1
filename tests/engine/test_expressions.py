"""Expressions of diagrams: an allow-list, compiled once; whoever may change a diagram must not get a shell."""

import pytest

from workflow_app.engine.expressions import ExpressionEnvironment, Rejected, check

HOSTILE = [
    "__import__('os').system('id')",
    "().__class__.__base__.__subclasses__()",
    "open('/etc/passwd')",
    "[x for x in (1,)]",
    "(lambda: 1)()",
    "'a' * 10**9",
    "9**9**9",
    "f'{x}'",
    "x.y",
    "x[0]",
    "globals()",
    "'%999999999d' % 1",
    "(x := 1)",
    "_hidden",
    "await x",
    "1 +",
    "",
    "a" * 501,
    "not " * 100 + "a",
    " or ".join(["a"] * 100),
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_expressions_are_refused(source: str) -> None:
    with pytest.raises(Rejected):
        check(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("outcome == 'refused'", True),
        ("known and not outcome", False),
        ("outcome in ('refused', 'denied')", True),
        ("days >= 3 or known is None", True),
        ("'repair.decide'", "repair.decide"),
    ],
)
def test_what_gateways_need(source: str, value: object) -> None:
    assert ExpressionEnvironment().evaluate(source, {"outcome": "refused", "known": True, "days": 3}) == value


def test_scripts_do_not_exist() -> None:
    with pytest.raises(Rejected):
        ExpressionEnvironment().execute("x = 1", {})


def test_functions_in_data_cannot_be_reached() -> None:
    with pytest.raises(NameError):
        ExpressionEnvironment().evaluate("known", {"known": print})
