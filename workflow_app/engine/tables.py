"""Decision tables (DMN): read once, every cell held against the allow-list of expressions, evaluated over plain facts.

A table here collects: every rule that fits answers, in the order of the table, and its description says why. No table runs a
script or reads anything but the facts it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from workflow_app.engine.expressions import ExpressionEnvironment, Rejected, check
from workflow_app.engine.faults import DiagramFault

FOLDER = Path(__file__).parents[2] / "bpmn"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
MAX_BYTES, MAX_RULES = 256 * 1024, 200
ELEMENTS = {
    "definitions",
    "decision",
    "decisionTable",
    "input",
    "inputExpression",
    "output",
    "rule",
    "inputEntry",
    "outputEntry",
    "description",
    "text",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule of a table that fits the facts: its id, its answer and the reason written beside it."""

    rule: str
    answer: Mapping[str, Any]
    reason: str


class DecisionTable:
    """A table that was read and checked. It holds nothing of any case and is shared by all."""

    def __init__(self, source: bytes, name: str) -> None:
        tree = _read(source, name)
        parser = DMNParser(None, tree, {"dmn": DMN}, filename=name)
        try:
            parser.parse()
            self._table: Any = parser.decision.decisionTables[0]
        except (ValidationException, LookupError, AttributeError, TypeError, ValueError) as error:
            raise DiagramFault(rule="table_unreadable", detail=str(error)[:300]) from error
        self._engine = _TableEngine()
        self.facts = tuple(column.expression for column in self._table.inputs)
        _check_table(self._table)

    def decide(self, facts: Mapping[str, Any]) -> tuple[Finding, ...]:
        """Return every rule that fits, in the order of the table. Raises KeyError naming a fact that is missing."""
        missing = [name for name in self.facts if name not in facts]
        if missing:
            raise KeyError(missing[0])
        data = {name: facts[name] for name in self.facts}
        task: Any = SimpleNamespace(data=data, workflow=SimpleNamespace(script_engine=self._engine))
        found = DMNEngine(self._table).decide(task)
        return tuple(
            Finding(rule=rule.id, answer=rule.output_as_dict(task), reason=(rule.description or "").strip())
            for rule in found
        )


class _TableEngine(PythonScriptEngine):
    """What the library asks for the value of a cell: the allow-list over the facts, nothing else."""

    def __init__(self) -> None:
        super().__init__(environment=ExpressionEnvironment())

    def validate(self, expression: str) -> None:
        """Refuse a cell that is no expression: the library then tries it behind the input's name."""
        try:
            check(expression)
        except Rejected as error:
            raise SyntaxError(str(error)) from error


@cache
def table(name: str) -> DecisionTable:
    """Return a table this release ships. Raises DiagramFault where it must not be used."""
    return DecisionTable((FOLDER / f"{name}.dmn").read_bytes(), f"{name}.dmn")


def _check_table(found: Any) -> None:
    """Refuse what would not always answer in one way: another policy than collecting, cells that are more than expressions."""
    if found.hit_policy != "COLLECT":
        raise DiagramFault(rule="table_policy", detail=found.hit_policy)
    if not found.inputs or not found.outputs or not 0 < len(found.rules) <= MAX_RULES:
        raise DiagramFault(rule="table_empty")
    for column in found.inputs:
        if not (column.expression or "").isidentifier():
            raise DiagramFault(rule="table_input", node=column.id, detail=str(column.expression))
    for rule in found.rules:
        if len(rule.inputEntries) != len(found.inputs) or len(rule.outputEntries) != len(found.outputs):
            raise DiagramFault(rule="table_row", node=rule.id)
        if not (rule.description or "").strip():
            raise DiagramFault(rule="table_reason", node=rule.id)
        for entry in rule.inputEntries:
            entry.lhs = [_checked_cell(entry.lhs[0], rule.id)]
        for entry in rule.outputEntries:
            _check_answer(entry.text, rule.id)


def _checked_cell(text: str | None, rule: str) -> str | None:
    """A cell is a value the fact must have, or a comparison that begins with its sign; that one the library writes right behind
    the name of the fact, so a space goes before it."""
    if text is None:
        return None
    for candidate, cell in ((text, text), (f"v {text}", f" {text}")):
        try:
            check(candidate)
        except Rejected:
            continue
        return cell
    raise DiagramFault(rule="expression", node=rule, detail=text[:100])


def _check_answer(text: str | None, rule: str) -> None:
    try:
        check(text or "")
    except Rejected as error:
        raise DiagramFault(rule="expression", node=rule, detail=str(error)) from error


def _read(source: bytes, name: str) -> Any:
    """Parse the bytes without entities, document types or network, and allow the elements of a table alone."""
    if len(source) > MAX_BYTES or b"<!DOCTYPE" in source or b"<!ENTITY" in source:
        raise DiagramFault(rule="not_a_table", detail=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        source.decode("utf-8")
        tree = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError) as error:
        raise DiagramFault(rule="not_xml", detail=str(error)[:300]) from error
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag.removeprefix(f"{{{DMN}}}") not in ELEMENTS:
            raise DiagramFault(rule="element_not_allowed", element=element.tag)
    if len(tree.findall(f"{{{DMN}}}decision")) != 1:
        raise DiagramFault(rule="not_a_table", detail=name)
    return tree
