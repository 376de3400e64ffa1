"""An issued letter for staff: its pages as images, its code of verification, and the file itself."""

from flask import current_app, render_template, send_file
from werkzeug.wrappers import Response

from workflow_app.cases.case import case_by_number
from workflow_app.cases.views import CaseView, case_view
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.serving import services_of
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.looks import look_at
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.page_cache import page_image
from workflow_app.portals.shared.session import current_actor

PDF = "application/pdf"


@bp.get("/cases/<number>/letters/<int:letter_id>")
@guarded(Permission.LETTER_READ)
def letter(number: str, letter_id: int) -> str:
    """One letter: its pages, its number, what has become of it."""
    _letter(number, letter_id)
    look_at(number, "letter", letter_id)
    found = _letter(number, letter_id)
    view: CaseView = case_view(number, current_actor(), now())
    service = services_of([letter_id]).get(letter_id)
    return render_template("portals/officer/letter.html", view=view, letter=found, service=service)


@bp.get("/cases/<number>/letters/<int:letter_id>/pages/<int:page>.png")
@guarded(Permission.LETTER_READ)
def letter_page(number: str, letter_id: int, page: int) -> Response:
    """One page as an image."""
    found = _letter(number, letter_id)
    return send_file(page_image(_digest(found), PDF, page), mimetype="image/png")


@bp.get("/cases/<number>/letters/<int:letter_id>/file")
@guarded(Permission.LETTER_READ)
def letter_file(number: str, letter_id: int) -> Response:
    """The PDF."""
    _letter(number, letter_id)
    look_at(number, "file", letter_id)
    found = _letter(number, letter_id)
    path = current_app.extensions["storage"].path(_digest(found))
    name = f"{found.title}_{found.number}.pdf"
    return send_file(path, mimetype=PDF, as_attachment=True, download_name=name)


def _letter(number: str, letter_id: int) -> Letter:
    case, found = case_by_number(number), letter_by_id(letter_id)
    require(current_actor(), Permission.LETTER_READ, case)
    if found.case_id != case.id:
        raise NotFound("letter_not_found")
    return found


def _digest(letter: Letter) -> str:
    if not letter.file_digest:
        raise NotFound("letter_not_rendered", number=letter.number)
    return letter.file_digest
