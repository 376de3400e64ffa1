"""Public notices (公告送达): the letters that could not be brought to their addressees, for everybody, while each runs. What a
letter says is not told here, numbers of persons are masked, and nothing stays findable after its time."""

from datetime import date

from flask import render_template, request
from werkzeug.wrappers import Response

from workflow_app.actions.announce_letter import public_name
from workflow_app.foundation.labels import label
from workflow_app.letters.public_notices import count_shown, shown_notices
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.words import today

PAGE, LAST = 50, 10_000


@bp.get("/notices")
@guarded(Permission.PUBLIC)
@kept(0)
def notices() -> Response:
    """One page of the notices that run today; with a day those published on it."""
    day, wrong = _typed_day(request.args.get("on", ""))
    page = min(max(request.args.get("page", 1, int), 1), LAST)
    found = [] if wrong else shown_notices(on=today(), published_on=day, offset=(page - 1) * PAGE, limit=PAGE)
    total = 0 if wrong else count_shown(on=today(), published_on=day)
    text = render_template(
        "portals/public/notices.html", rows=[(n, *public_name(n.letter)) for n in found], total=total, page=page,
        pages=-(-total // PAGE), day=day, wrong=wrong,
    )  # fmt: skip
    return Response(text, mimetype="text/html", headers={"X-Robots-Tag": "noindex"})


def _typed_day(text: str) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return None, label("field_error.not_a_date")
