"""Every route carries a permission, every form a token, every page its own words."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from workflow_app.jobs.queue import JOBS
from workflow_app.people.permissions import Permission
from workflow_app.settings import ROOT

UNGUARDED = {"static", "vendor"}
REFUSALS = {"AppError", "NotFound", "NotPermitted", "RuleViolation", "AnotherPersonsAct", "OutOfScope"}
NOTING = {"note_denial", "refused_on_page"}
NO_REFUSAL = {"evidence.py"}  # a paper that cannot be drawn


def test_every_route_carries_a_permission(app: Flask) -> None:
    bare = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNGUARDED
        and not isinstance(getattr(app.view_functions[rule.endpoint], "permission", None), Permission)
    ]
    assert bare == []


def test_every_queued_job_has_a_worker(app: Flask) -> None:
    assert {"letters", "writeback"} <= {handler.queue for handler in JOBS.values()}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_without_sign_in(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (200, 503)


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _silent(path: Path) -> list[str]:
    handlers = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.ExceptHandler)]
    caught = [h for h in handlers if h.type is not None and _names(h.type) & REFUSALS]
    return [
        f"{path.name}:{h.lineno}"
        for h in caught
        if not any(isinstance(n, ast.Raise) for n in ast.walk(h)) and not _names(h) & NOTING
    ]


def test_a_page_that_answers_a_refusal_itself_notes_it() -> None:
    portals = [p for p in (ROOT / "workflow_app/portals").rglob("*.py") if p.name not in NO_REFUSAL]
    assert [line for path in portals for line in _silent(path)] == []
