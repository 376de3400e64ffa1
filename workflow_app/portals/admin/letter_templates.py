"""The letters of the house: every kind with its template, since when it is used, what it must say, and how it looks."""

import hashlib

from flask import current_app, render_template, send_file
from werkzeug.wrappers import Response

from workflow_app.foundation.errors import NotFound
from workflow_app.letters.catalogue import LETTERS, LetterKind
from workflow_app.letters.pages import PDF, page_images
from workflow_app.letters.samples import sample_letter
from workflow_app.letters.template import template_set
from workflow_app.letters.template_history import history, installed_since, owed
from workflow_app.people.permissions import Permission
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.page_cache import keep_pages, kept_count, kept_page


@bp.get("/letters")
@guarded(Permission.LETTER_TEMPLATES)
def letter_templates() -> str:
    """All kinds of letters."""
    digests = {code: template_set(code).digest for code in LETTERS}
    return render_template(
        "portals/admin/letter_templates.html", kinds=LETTERS.values(), digests=digests, since=installed_since()
    )


@bp.get("/letters/<code>")
@guarded(Permission.LETTER_TEMPLATES)
def letter_template(code: str) -> str:
    """One kind: its sample as page images, its mandatory items, the revisions of its template."""
    kind = _kind(code)
    return render_template(
        "portals/admin/letter_template.html",
        kind=kind,
        pages=sample_pages(code),
        owed=owed(kind),
        revisions=history(code),
    )


@bp.get("/letters/<code>/<int:page>.png")
@guarded(Permission.LETTER_TEMPLATES)
def letter_template_page(code: str, page: int) -> Response:
    """One page of the sample as an image."""
    _kind(code)
    return send_file(kept_page(_place(code), page), mimetype="image/png")


def sample_pages(code: str) -> int:
    """Return how many pages the sample of a kind has; they are made and kept where they are not yet."""
    place = _place(code)
    if not kept_count(place):
        sample = sample_letter(code, base=current_app.config["PUBLIC_URL"])
        keep_pages(place, page_images(sample.pdf, PDF))
    return kept_count(place)


def _kind(code: str) -> LetterKind:
    if code not in LETTERS:
        raise NotFound("letter_template_not_offered")
    return LETTERS[code]


def _place(code: str) -> str:
    """Where the pages of a sample are kept: under what they are made from."""
    return hashlib.sha256(f"sample:{code}:{template_set(code).digest}".encode()).hexdigest()
