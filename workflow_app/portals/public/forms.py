"""Blank forms to download: the list, and each as the PDF that a worker has made."""

from flask import current_app, render_template, send_file
from werkzeug.wrappers import Response

from workflow_app.letters.blank_forms import blank_form, form_kinds, made_forms
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept
from workflow_app.portals.shared.guards import guarded

HOUR = 3600


@bp.get("/forms")
@guarded(Permission.PUBLIC)
@kept()
def forms() -> str:
    """All forms, with who needs which."""
    return render_template(
        "portals/public/forms.html", kinds=[kind for kind in form_kinds() if not kind.staff], made=made_forms()
    )


@bp.get("/forms/<key>.pdf")
@guarded(Permission.PUBLIC)
def form(key: str) -> Response:
    """One form. Raises NotFound for one nobody offers and FormNotMade until its pages are there."""
    kind, made = blank_form(key)
    answer = send_file(
        current_app.extensions["storage"].path(made.file_digest),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{kind.title}.pdf",
        etag=made.file_digest,
        max_age=HOUR,
        conditional=True,
    )
    answer.cache_control.public = True
    return answer
