"""Decision tables: what may stand in one, and that it answers with every rule that fits."""

from pathlib import Path

import pytest

from workflow_app.engine.faults import DiagramFault
from workflow_app.engine.tables import DecisionTable, table

SOURCE = (Path(__file__).parents[2] / "bpmn" / "interview_kind.dmn").read_text("utf-8")
FACTS = {
    "severity": "general", "refused": False, "listed": False, "prior_interviews": 0, "reminder_failed": False,
    "reminder_missed": False, "failed_before": 0, "falsified": False, "public_interest": False,
}  # fmt: skip


def rules(**changes: object) -> list[str]:
    return [found.rule for found in table("interview_kind").decide(FACTS | changes)]


def test_every_rule_that_fits_answers_with_its_reason() -> None:
    assert rules() == ["first_light"]
    assert rules(severity="serious", prior_interviews=2, falsified=True) == ["serious", "repeated", "falsified"]
    assert rules(severity=None, failed_before=1) == ["failed_twice", "unclassified"]
    found = table("interview_kind").decide(FACTS | {"listed": True})[0]
    assert (dict(found.answer), found.reason) == ({"kind": "warning"}, "当事人在严重失信主体名单内")


def test_a_fact_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="refused"):
        table("interview_kind").decide({"severity": "minor"})


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("'serious'", "__import__('os').system('id')", "expression"),
        ("&gt;= 1", "&gt;= len('x')", "expression"),
        ("<text>'warning'</text>", "<text>open('x')</text>", "expression"),
        ("<text>severity</text>", "<text>severity + 1</text>", "table_input"),
        ('hitPolicy="COLLECT"', 'hitPolicy="UNIQUE"', "table_policy"),
        ("<description>拒不整改</description>", "", "table_reason"),
        ("<description>拒不整改</description>", "<script>1</script>", "element_not_allowed"),
        ("<decision ", "<!DOCTYPE x><decision ", "not_a_table"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<", "not_xml"),
    ],
)
def test_what_is_more_than_a_table_is_refused(before: str, after: str, rule: str) -> None:
    assert before in SOURCE
    with pytest.raises(DiagramFault) as fault:
        DecisionTable(SOURCE.replace(before, after, 1).encode(), "x.dmn")
    assert fault.value.rule == rule
