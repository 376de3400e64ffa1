"""Every route carries a permission, every job that is queued has a worker, health needs no sign-in."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from workflow_app.jobs.queue import JOBS
from workflow_app.people.permissions import Permission

PACKAGE = Path(__file__).parents[2] / "workflow_app"
UNGUARDED = {"static", "vendor"}
REFUSALS = {"AppError", "NotFound", "NotPermitted", "RuleViolation", "AnotherPersonsAct", "OutOfScope"}
NOTING = {"note_denial", "refused_on_page"}
NO_REFUSAL = {
    "evidence.py",
    "enrolments.py",
    "urges.py",
}  # a paper that cannot be drawn; what is told before it is asked for


def test_every_route_carries_a_permission(app: Flask) -> None:
    bare = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNGUARDED
        and not isinstance(getattr(app.view_functions[rule.endpoint], "permission", None), Permission)
    ]
    assert bare == []


def test_every_queued_job_has_a_worker(app: Flask) -> None:
    calls = re.compile(r'\benqueue\(\s*"(\w+)",\s*(?:"(\w+)"|(\w+)\.__name__)')
    queued = {
        (queue, text or name)
        for path in PACKAGE.rglob("*.py")
        for queue, text, name in calls.findall(path.read_text("utf-8"))
    }
    assert len(queued) >= 5 and queued <= {(handler.queue, name) for name, handler in JOBS.items()}


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503)])
def test_health_answers_without_sign_in_and_is_not_ready_without_a_worker(app: Flask, path: str, status: int) -> None:
    assert app.test_client().get(path).status_code == status


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
    portals = [p for p in (PACKAGE / "portals").rglob("*.py") if p.name not in NO_REFUSAL]
    assert [line for path in portals for line in _silent(path)] == []
