"""Telling whether a letter is genuine, by the code printed on it or the digest of its file, which the browser counts itself:
no file is sent here. No party and no facts are shown to anybody."""

import re

from flask import render_template, request

from workflow_app.letters.verification import Verdict, verify_code, verify_digest
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept_nowhere
from workflow_app.portals.shared.guards import guarded

LONGEST = 40
DIGEST = re.compile(r"[0-9a-f]{64}")


@bp.get("/verify")
@bp.get("/verify/<code>")
@guarded(Permission.PUBLIC)
@kept_nowhere
def verify(code: str = "") -> str:
    """The form, and what stands behind a code or the digest of a file where one was given."""
    digest = request.args.get("digest", "").strip().lower()
    if digest and not code:
        found = verify_digest(digest) if DIGEST.fullmatch(digest) else Verdict(genuine=False)
        return render_template("portals/public/verify.html", asked="", of_file=True, verdict=found)
    asked = (code or request.args.get("code", "")).strip()[:LONGEST]
    verdict = verify_code(asked) if asked else None
    return render_template("portals/public/verify.html", asked=asked, of_file=False, verdict=verdict)
