"""The wing of everybody: home, looking up what may be applied for, help, accessibility. No sign-in, no person."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from workflow_app.portals.public import check, pages, verify  # noqa: E402, F401
from workflow_app.portals.shared import ledgers  # noqa: E402

bp.register_blueprint(ledgers.bp)
