"""Telling whether a letter is genuine, by the code printed on it. No party and no facts are shown to anybody."""

from flask import render_template, request

from workflow_app.letters.verification import verify_code
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept_nowhere
from workflow_app.portals.shared.guards import guarded

LONGEST = 40


@bp.get("/verify")
@bp.get("/verify/<code>")
@guarded(Permission.PUBLIC)
@kept_nowhere
def verify(code: str = "") -> str:
    """The form, and what stands behind a code where one was given."""
    asked = (code or request.args.get("code", "")).strip()[:LONGEST]
    verdict = verify_code(asked) if asked else None
    return render_template("portals/public/verify.html", asked=asked, verdict=verdict)
