"""The expressions a diagram may use: an allow-list over Python's syntax tree, compiled once, never a script."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import contextmanager
from types import CodeType
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

MAX_LENGTH = 500
MAX_NODES = 80
ALLOWED = (
    ast.Expression,
    ast.Constant,
    ast.Name,
    ast.Load,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Is,
    ast.IsNot,
    ast.List,
    ast.Tuple,
)


class Rejected(ValueError):
    """An expression that a diagram may not use."""


def check(source: str) -> CodeType:
    """Compile an expression of names, constants, comparisons and and/or/not. Raises Rejected for anything else."""
    if len(source) > MAX_LENGTH:
        raise Rejected("expression too long")
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Rejected(f"not an expression: {source!r}") from error
    for count, node in enumerate(ast.walk(tree)):
        if count > MAX_NODES:
            raise Rejected("expression too complex")
        if not isinstance(node, ALLOWED):
            raise Rejected(f"{type(node).__name__} is not allowed")
        if isinstance(node, ast.Name) and node.id.startswith("_"):
            raise Rejected("names beginning with _ are not allowed")
    return compile(tree, "<expression>", "eval")


class ExpressionEnvironment(BasePythonScriptEngineEnvironment):
    """What the library evaluates expressions in: the allow-list, shared by all cases. Scripts are refused."""

    def __init__(self) -> None:
        super().__init__({})
        self._compiled: dict[str, CodeType] = {}

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        """Evaluate an allowed expression over a task's data."""
        code = self._compiled.get(expression)
        if code is None:
            code = self._compiled[expression] = check(expression)
        names = {k: v for k, v in {**(external_context or {}), **context}.items() if not callable(v)}
        return eval(code, {"__builtins__": {}}, names)  # noqa: S307 - allow-listed above

    def execute(self, *_: Any, **__: Any) -> Any:
        """Scripts do not exist here."""
        raise Rejected("scripts are not allowed")


class CaseEngine(PythonScriptEngine):
    """The script engine of one loaded case: notes which services were called and which one timer may fire."""

    def __init__(self, environment: ExpressionEnvironment) -> None:
        super().__init__(environment=environment)
        self.called: list[tuple[str, dict[str, Any]]] = []
        self._firing: tuple[str, Any] | None = None

    def call_service(self, task: Any, **call: Any) -> str:  # noqa: ARG002
        """Note the call; what it means is done afterwards, from plain data. The library wants JSON text."""
        given = call["operation_params"] or {}
        params = {name: p["value"] for name, p in given.items()}  # the library has evaluated them
        self.called.append((call["operation_name"], params))
        return "{}"

    @contextmanager
    def firing(self, key: str, arming: Any) -> Any:
        """Let exactly this arming answer "reached" inside the block."""
        self._firing = (key, arming)
        try:
            yield
        finally:
            self._firing = None

    def lets_fire(self, key: str, arming: Any) -> bool:
        """Tell a timer whether it is the one being fired."""
        return self._firing == (key, arming)
