"""Every route carries a permission, every form a token, every page its own words."""

import pytest
from flask import Flask

from workflow_app.jobs.queue import JOBS
from workflow_app.people.permissions import Permission

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
    assert {"letters", "writeback"} <= {handler.queue for handler in JOBS.values()}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_without_sign_in(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (200, 503)
