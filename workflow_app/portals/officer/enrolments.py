"""Checking who wants to act for whom: the list, one enrolment with its papers as page images, and the clerk's word."""

from collections.abc import Mapping

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.check_enrolment import VERDICTS, check_enrolment
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.authority_papers import AuthorityPaper
from workflow_app.people.enrolments import (
    Enrolment,
    State,
    enrolment_by_id,
    missing_papers,
    papers_of,
    settled,
    waiting,
)
from workflow_app.people.mandates import mandates_for, seats_of
from workflow_app.people.organisations import organisation_by_code
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.looks import look_at_paper
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.page_cache import SHOWN, page_count, page_image
from workflow_app.portals.shared.session import current_actor


@bp.get("/enrolments")
@guarded(Permission.ENROLMENT_CHECK)
def enrolments() -> str:
    """Those that wait, the oldest first; and those settled last."""
    done = request.args.get("tab") == "done"
    rows = settled() if done else waiting()
    return render_template("portals/officer/enrolments.html", rows=rows, done=done)


@bp.get("/enrolments/<int:enrolment_id>")
@guarded(Permission.ENROLMENT_CHECK)
def enrolment(enrolment_id: int) -> str:
    """One enrolment: what is claimed, what the register knows, the papers page under page."""
    return _page(_enrolment(enrolment_id), {})


@bp.post("/enrolments/<int:enrolment_id>")
@guarded(Permission.ENROLMENT_CHECK)
def settle_enrolment(enrolment_id: int) -> Response | tuple[str, int]:
    """Approve, ask again or refuse."""
    try:
        done = check_enrolment(
            enrolment_id=enrolment_id,
            version=request.form.get("version", 0, int),
            form=request.form.to_dict(),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(_enrolment(enrolment_id), error.fields), 422
    flash(label(f"enrolment.checked.{done.state}", name=done.account.name), "ok")
    return redirect(url_for("officer.enrolments"))


@bp.get("/enrolments/<int:enrolment_id>/papers/<int:paper_id>/pages/<int:page>.png")
@guarded(Permission.ENROLMENT_CHECK)
def enrolment_paper_page(enrolment_id: int, paper_id: int, page: int) -> Response:
    """One page of a paper as an image; made once and kept beside the file."""
    if page == 1:
        look_at_paper(_paper(enrolment_id, paper_id), "looked_at")
    paper = _paper(enrolment_id, paper_id)
    return send_file(page_image(paper.digest, paper.media_type, page), mimetype="image/png")


@bp.get("/enrolments/<int:enrolment_id>/papers/<int:paper_id>/original")
@guarded(Permission.ENROLMENT_CHECK)
def enrolment_paper_original(enrolment_id: int, paper_id: int) -> Response:
    """The file as it was handed in, to be saved, never to be opened in the page."""
    look_at_paper(_paper(enrolment_id, paper_id), "taken")
    paper = _paper(enrolment_id, paper_id)
    path = current_app.extensions["storage"].path(paper.digest)
    if not path.is_file():
        raise NotFound("file_not_found")
    return send_file(path, mimetype=paper.media_type, as_attachment=True, download_name=paper.display_name)


def _enrolment(enrolment_id: int) -> Enrolment:
    found = enrolment_by_id(enrolment_id)
    require(current_actor(), Permission.ENROLMENT_CHECK, found)
    if found.state == State.DRAFT:  # not handed in: nobody's business but its owner's
        raise NotFound("enrolment_not_found")
    return found


def _paper(enrolment_id: int, paper_id: int) -> AuthorityPaper:
    found, paper = _enrolment(enrolment_id), db.session.get(AuthorityPaper, paper_id)
    if paper is None or paper.enrolment_id != found.id or paper.removed_at is not None:
        raise NotFound("paper_not_found")
    return paper


def _pages(paper: AuthorityPaper) -> int | None:
    """How many pages can be shown; None for a file that only its own program can open."""
    if paper.media_type not in SHOWN:
        return None
    try:
        return page_count(paper.digest, paper.media_type)
    except RuleViolation:
        return None


def _page(found: Enrolment, errors: Mapping[str, str]) -> str:
    known = organisation_by_code(found.code)
    papers = papers_of(found.id)
    return render_template(
        "portals/officer/enrolment.html",
        enrolment=found,
        papers=[(paper, _pages(paper)) for paper in papers],
        missing=missing_papers(found),
        known=known,
        seats=seats_of(known.id) if known else [],
        mandates=[m for m in mandates_for(known.id) if m.revoked_at is None] if known else [],
        verdicts=[(v, label(f"enrolment_verdict.{v}")) for v in VERDICTS],
        values=request.form,
        errors=errors,
        today=legal_day(now()),
    )
