"""An issued letter for staff: its pages as images, its code of verification, and the file itself."""

from collections.abc import Mapping

from flask import current_app, render_template, send_file
from werkzeug.wrappers import Response

from workflow_app.cases.case import case_by_number
from workflow_app.cases.views import CaseView, case_view
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.catalogue import letter_kind
from workflow_app.letters.corrections import open_ending
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.people.permissions import Permission, may, require
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
    letter_of_case(number, letter_id)
    look_at(number, "letter", letter_id)
    return letter_page_of(number, letter_id, errors={}, typed={})


@bp.get("/cases/<number>/letters/<int:letter_id>/pages/<int:page>.png")
@guarded(Permission.LETTER_READ)
def letter_page(number: str, letter_id: int, page: int) -> Response:
    """One page as an image."""
    found = letter_of_case(number, letter_id)
    return send_file(page_image(_digest(found), PDF, page), mimetype="image/png")


@bp.get("/cases/<number>/letters/<int:letter_id>/file")
@guarded(Permission.LETTER_READ)
def letter_file(number: str, letter_id: int) -> Response:
    """The PDF."""
    letter_of_case(number, letter_id)
    look_at(number, "file", letter_id)
    found = letter_of_case(number, letter_id)
    path = current_app.extensions["storage"].path(_digest(found))
    name = f"{found.title}_{found.number}.pdf"
    return send_file(path, mimetype=PDF, as_attachment=True, download_name=name)


def letter_page_of(number: str, letter_id: int, *, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    """Return the page of a letter, with what is proposed of it and a form that was not accepted."""
    found, actor = letter_of_case(number, letter_id), current_actor()
    view: CaseView = case_view(number, actor, now())
    ending = open_ending(letter_id)
    if ending is not None and not (
        may(actor, Permission.LETTER_PREVIEW) and may(actor, Permission.CASE_VIEW, view.case)
    ):
        ending = None  # what is only proposed is the department's own matter
    titles = {item.key: item.title for item in letter_kind(found.code).items}
    return render_template(
        "portals/officer/letter.html",
        view=view,
        letter=found,
        ending=ending,
        is_own=ending is not None and ending.proposed_by_id == actor.account_id,
        titles=titles,
        successor=letter_by_id(found.superseded_by_id) if found.superseded_by_id else None,
        may_end=ending is None and found.force == "in_force" and may(actor, Permission.LETTER_END, view.case),
        may_settle=ending is not None and may(actor, Permission.LETTER_END_SETTLE, view.case),
        errors=errors,
        typed=typed,
    )


def letter_of_case(number: str, letter_id: int, permission: Permission = Permission.LETTER_READ) -> Letter:
    """Return a letter of a case. Raises NotFound where it is another case's, and as `require` does."""
    case, found = case_by_number(number), letter_by_id(letter_id)
    require(current_actor(), permission, case)
    if found.case_id != case.id:
        raise NotFound("letter_not_found")
    return found


def _digest(letter: Letter) -> str:
    if not letter.file_digest:
        raise NotFound("letter_not_rendered", number=letter.number)
    return letter.file_digest
