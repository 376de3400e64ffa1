"""Health for those who watch over the installation: does the process live, can it work, what does it count."""

import re
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from workflow_app.cases.case import Case
from workflow_app.foundation.database import db
from workflow_app.jobs.failed import queue_depths, workers
from workflow_app.people.permissions import Permission
from workflow_app.portals.shared.guards import guarded

health_bp = Blueprint("health", __name__)
LOCAL = {"127.0.0.1", "::1", "localhost", "[::1]"}
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")


@health_bp.get("/healthz")
@guarded(Permission.PUBLIC)
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health_bp.get("/readyz")
@guarded(Permission.PUBLIC)
def readyz() -> tuple[Response, int]:
    """The database answers in the shape of this version and a worker lives."""
    checks: dict[str, Any] = {"database": False, "worker": False}
    try:
        db.session.execute(sa.select(Case.id).limit(1))
        checks["database"] = True
        checks["worker"] = any(w.alive for w in workers())
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
    ready = all(checks.values())
    return jsonify(status="ok" if ready else "not ready", **checks), 200 if ready else 503


@health_bp.get("/metrics")
@guarded(Permission.PUBLIC)
def metrics() -> tuple[Response, int] | Response:
    """Counts for a scraper on the same machine; hidden from everybody else."""
    if not _is_from_here():
        return Response(status=404)
    registry = CollectorRegistry()
    open_cases = Gauge("cases_open", "open cases", registry=registry)
    query = sa.select(sa.func.count()).select_from(Case).where(Case.closed_at.is_(None))
    open_cases.set(db.session.scalar(query) or 0)
    jobs = Gauge("jobs", "jobs by queue and state", ["queue", "state"], registry=registry)
    for queue, states in queue_depths().items():
        for state, count in states.items():
            jobs.labels(queue, state).set(count)
    Gauge("workers_alive", "living workers", registry=registry).set(sum(w.alive for w in workers()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_from_here() -> bool:
    """Tell whether a request was made on this machine for this machine: a proxy's has a header of its own, or the name of
    the site. A proxy that adds neither cannot be told apart; the operations page says what to set."""
    peer = request.environ.get("werkzeug.proxy_fix.orig", request.environ).get("REMOTE_ADDR")
    host = re.sub(r":\d+$", "", request.host)
    return peer in LOCAL and host in LOCAL and not any(name in request.headers for name in FORWARDED)
