"""The wing of everybody: what repair, objection and interview are, looking up a record, the way of a case, commitments,
forms, genuine letters. No sign-in, no cookie, no person."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from workflow_app.portals.public import check, commitments, forms, guides, notices, pages, progress, verify  # noqa: E402, F401
from workflow_app.portals.shared import ledgers  # noqa: E402

bp.register_blueprint(ledgers.bp)
# It is asked by readers without a cookie, who have no token, and changes nothing; other sites' pages are refused all the same.
bp.record_once(lambda state: state.app.extensions["csrf"].exempt(f"{__name__}.progress.ask_progress"))
