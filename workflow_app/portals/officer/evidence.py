"""Evidence as staff look at it: page images made by the server; the file itself only as a download."""

from flask import current_app, render_template, send_file
from werkzeug.wrappers import Response

from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.views import case_view
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound, RuleViolation
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.looks import look_at
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.page_cache import SHOWN, page_count, page_image
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>/evidence/<int:evidence_id>")
@guarded(Permission.EVIDENCE_READ)
def evidence(number: str, evidence_id: int) -> str:
    """One paper, page under page."""
    _paper(number, evidence_id)
    look_at(number, "evidence", evidence_id)
    _case, paper = _paper(number, evidence_id)
    view = case_view(number, current_actor(), now())
    return render_template("portals/officer/evidence.html", view=view, paper=paper, pages=_pages(paper))


@bp.get("/cases/<number>/evidence/<int:evidence_id>/pages/<int:page>.png")
@guarded(Permission.EVIDENCE_READ)
def evidence_page(number: str, evidence_id: int, page: int) -> Response:
    """One page as an image; made once and kept beside the file."""
    _case, paper = _paper(number, evidence_id)
    return send_file(page_image(paper.digest, paper.media_type, page), mimetype="image/png")


@bp.get("/cases/<number>/evidence/<int:evidence_id>/original")
@guarded(Permission.EVIDENCE_READ)
def evidence_original(number: str, evidence_id: int) -> Response:
    """The file as it was handed in, to be saved, never to be opened in the page."""
    _paper(number, evidence_id)
    look_at(number, "original", evidence_id)
    _case, paper = _paper(number, evidence_id)
    path = current_app.extensions["storage"].path(paper.digest)
    if not path.is_file():
        raise NotFound("file_not_found")
    return send_file(path, mimetype=paper.media_type, as_attachment=True, download_name=paper.display_name)


def _paper(number: str, evidence_id: int) -> tuple[Case, Evidence]:
    case, paper = case_by_number(number), db.session.get(Evidence, evidence_id)
    require(current_actor(), Permission.EVIDENCE_READ, case)
    if paper is None or paper.case_id != case.id or paper.removed_at is not None:
        raise NotFound("evidence_not_found")
    return case, paper


def _pages(paper: Evidence) -> int | None:
    """How many pages can be shown; None for a file that only its own program can open."""
    if paper.media_type not in SHOWN:
        return None
    try:
        return page_count(paper.digest, paper.media_type)
    except RuleViolation:
        return None
