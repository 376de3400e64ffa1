"""The letters an enterprise has received: the list, opening one (which is evidence that it arrived), and its file."""

import sqlalchemy as sa
from flask import current_app, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.open_letter import open_letter
from workflow_app.cases.case import Case
from workflow_app.cases.views import case_scope
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.serving import services_of
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.enterprise import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/letters")
@guarded(Permission.LETTER_READ)
def letters() -> str:
    """All letters to those one may act for, the newest first. What a case sent to another body is not the party's."""
    query = sa.select(Letter, Case).join(Case, Case.id == Letter.case_id).where(case_scope(current_actor()))
    query = query.where(Letter.organisation_id.is_not(None))
    rows = db.session.execute(query.order_by(Letter.issued_at.desc(), Letter.id.desc()).limit(500)).unique().all()
    services = services_of([letter.id for letter, _ in rows])
    return render_template("portals/enterprise/letters.html", rows=rows, services=services)


@bp.post("/letters/<int:letter_id>/open")
@guarded(Permission.LETTER_READ)
def open_one(letter_id: int) -> Response:
    """Note that the letter was opened and lead to its file."""
    open_letter(letter_id=letter_id, actor=current_actor(), now=now())
    return redirect(url_for("enterprise.letter", letter_id=letter_id))


@bp.get("/letters/<int:letter_id>")
@guarded(Permission.LETTER_READ)
def letter(letter_id: int) -> Response:
    """One letter as its PDF."""
    found = letter_by_id(letter_id)
    case = db.session.get(Case, found.case_id)
    if case is None or found.file_digest is None or found.organisation_id is None:
        raise NotFound("letter_not_found")
    require(current_actor(), Permission.LETTER_READ, case)
    path = current_app.extensions["storage"].path(found.file_digest)
    name = f"{found.title}_{found.number}.pdf"
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name)
