"""The public page of commitments (信用承诺公示): who repaired what, since when, until when. Nobody's person is on it."""

from collections.abc import Sequence

from flask import render_template, request
from werkzeug.wrappers import Response

from workflow_app.cases.commitments import Commitment, public_commitments
from workflow_app.cases.kinds import application_kind
from workflow_app.people.look_ups import LookUp
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept
from workflow_app.portals.public.limits import limited, refusal_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.words import today

PAGE = 50
LONGEST = 120
# what is public until a day must not stay findable for ever in somebody else's index
UNINDEXED = {"X-Robots-Tag": "noindex"}
LAST = 500  # further than anybody reads, and each page costs as much as all before it


@bp.get("/commitments")
@guarded(Permission.PUBLIC)
@kept(0)
def commitments() -> Response:
    """One page of the list, all of it or what a name, code or document number finds."""
    words = request.args.get("q", "").strip()[:LONGEST]
    page = min(max(request.args.get("page", 1, int), 1), LAST)
    refusal = limited(LookUp.COMMITMENT) if words else None
    if refusal is not None:
        text, status, headers = refusal_page(refusal, lambda told: _page([], 0, words=words, page=page, refused=told))
        return Response(text, status, {**headers, **UNINDEXED}, mimetype="text/html")
    rows, total = public_commitments(on=today(), words=words, offset=(page - 1) * PAGE, limit=PAGE)
    return Response(_page(rows, total, words=words, page=page), mimetype="text/html", headers=UNINDEXED)


def _page(rows: Sequence[Commitment], total: int, *, words: str, page: int, refused: str = "") -> str:
    return render_template(
        "portals/public/commitments.html",
        kind=application_kind(),
        rows=rows,
        total=total,
        words=words,
        page=page,
        pages=min(-(-total // PAGE), LAST),
        first=(page - 1) * PAGE + 1,
        refused=refused,
    )
