"""The wing of those who oversee: overview, lists of open cases, urge slips, reassigning, and lists as files."""

from flask import Blueprint

bp = Blueprint("supervisor", __name__, url_prefix="/supervision")

from workflow_app.portals.supervisor import exports, overview, reassignments, slips, urges, worklist  # noqa: E402

__all__ = ["bp", "exports", "overview", "reassignments", "slips", "urges", "worklist"]
