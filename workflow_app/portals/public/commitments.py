"""The public page of commitments (信用承诺公示): who repaired what, since when, until when. Nobody's person is on it."""

from flask import render_template, request
from werkzeug.wrappers import Response

from workflow_app.cases.commitments import public_commitments
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.words import today

PAGE = 50
LONGEST = 120
LAST = 10_000


@bp.get("/commitments")
@guarded(Permission.PUBLIC)
@kept(0)
def commitments() -> Response:
    """One page of the list, all of it or what a name, code or document number finds."""
    words = request.args.get("q", "").strip()[:LONGEST]
    page = min(max(request.args.get("page", 1, int), 1), LAST)
    rows, total = public_commitments(on=today(), words=words, offset=(page - 1) * PAGE, limit=PAGE)
    text = render_template(
        "portals/public/commitments.html",
        rows=rows,
        total=total,
        words=words,
        page=page,
        pages=-(-total // PAGE),
        first=(page - 1) * PAGE + 1,
    )
    # what is public until a day must not stay findable for ever in somebody else's index
    return Response(text, mimetype="text/html", headers={"X-Robots-Tag": "noindex"})
