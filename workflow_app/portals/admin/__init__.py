"""The wing of the administrators: accounts, departments, calendar, parameters of the law, jobs, audit. It sees no case content."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

from workflow_app.portals.admin import accounts, audit, calendar, changes, departments, home, jobs, parameters  # noqa: E402

__all__ = ["accounts", "audit", "bp", "calendar", "changes", "departments", "home", "jobs", "parameters"]
