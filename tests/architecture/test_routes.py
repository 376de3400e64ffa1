"""Every route carries a permission, every job that is queued has a worker, health needs no sign-in."""

import re
from pathlib import Path

import pytest
from flask import Flask

from workflow_app.jobs.queue import JOBS
from workflow_app.people.permissions import Permission

PACKAGE = Path(__file__).parents[2] / "workflow_app"
UNGUARDED = {"static", "vendor"}


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
