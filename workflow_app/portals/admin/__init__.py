"""The wing of the administrators: accounts, departments, calendar, parameters of the law, jobs, audit. It sees no case content."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

from workflow_app.portals.admin import (  # noqa: E402
    accounts,
    audit,
    calendar,
    changes,
    departments,
    home,
    jobs,
    letter_templates,
    parameters,
)

__all__ = [
    "accounts",
    "audit",
    "bp",
    "calendar",
    "changes",
    "departments",
    "home",
    "jobs",
    "letter_templates",
    "parameters",
]
