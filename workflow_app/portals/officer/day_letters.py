"""A day's letters: how many are issued and made, which have ended, and all of them as one file to keep or to print."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.bundle_letters import bundle_letters, letters_of_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.letters.bundles import BundleState, LetterBundle, bundle_by_id
from workflow_app.letters.letter import Letter, LetterState
from workflow_app.people.permissions import Permission, require, scope_filter
from workflow_app.people.typed_days import read_day
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.shared.words import today

SHOWN = 200
MIME = {"zip": "application/zip", "pdf": "application/pdf"}


@bp.get("/letters")
@guarded(Permission.LETTER_BUNDLE)
def day_letters() -> str:
    """The letters of a day, today's unless another one is named."""
    return _page({})


@bp.get("/letters/progress")
@guarded(Permission.LETTER_BUNDLE)
def day_progress() -> str:
    """How many of the day's letters have their pages, asked again while some have not."""
    return render_template("portals/officer/day_progress.html", **_figures(_day()))


@bp.post("/letters/bundles")
@guarded(Permission.LETTER_BUNDLE)
def ask_bundle() -> Response | tuple[str, int]:
    """Have the day's letters made into one file."""
    day = _day()
    try:
        bundle_letters(day=day, form=request.form.get("form", ""), actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(error.fields), 422
    except RuleViolation as error:
        return _page(refused_on_page(error)), 422
    return redirect(url_for("officer.day_letters", day=day.isoformat()))


@bp.get("/letters/bundles/<int:bundle_id>/progress")
@guarded(Permission.LETTER_BUNDLE)
def bundle_progress(bundle_id: int) -> str:
    """One line of the list of files: how far it is, or the way to it."""
    return render_template("portals/officer/bundle_row.html", b=_bundle(bundle_id))


@bp.get("/letters/bundles/<int:bundle_id>/file")
@guarded(Permission.LETTER_BUNDLE)
def bundle_file(bundle_id: int) -> Response:
    """The file."""
    bundle = _bundle(bundle_id)
    if bundle.state != BundleState.READY or not bundle.path.exists():
        raise NotFound("letter_bundle_not_found")
    name = f"{bundle.title}_{bundle.id}.{bundle.form}"
    return send_file(bundle.path, mimetype=MIME[bundle.form], as_attachment=True, download_name=name)


def _bundle(bundle_id: int) -> LetterBundle:
    found = bundle_by_id(bundle_id)
    require(current_actor(), Permission.LETTER_BUNDLE, found)
    return found


def _day() -> date:
    return read_day(request.values, "day", {}) or today()


def _figures(day: date) -> dict[str, object]:
    query = letters_of_day(current_actor(), day).order_by(None).subquery()
    made = query.c.file_digest.is_not(None)
    rows = db.session.execute(sa.select(made, query.c.state, sa.func.count()).group_by(made, query.c.state))
    counts: Counter[str] = Counter()
    for is_made, state, many in rows:
        counts["issued"] += many
        counts["made"] += many if is_made else 0
        counts["failed"] += many if state == LetterState.FAILED else 0
        counts["ended"] += many if state in (LetterState.SUPERSEDED, LetterState.VOID) else 0
    return {"day": day, "counts": counts, "waiting": counts["issued"] - counts["made"] - counts["failed"]}


def _page(errors: Mapping[str, str]) -> str:
    actor, day = current_actor(), _day()
    letters: list[Letter] = list(db.session.scalars(letters_of_day(actor, day).limit(SHOWN)))
    scope = scope_filter(actor, department=LetterBundle.department_id, organisation=sa.null())
    bundles = db.session.scalars(sa.select(LetterBundle).where(scope).order_by(LetterBundle.id.desc()).limit(10))
    return render_template(
        "portals/officer/day_letters.html",
        letters=letters,
        bundles=list(bundles),
        shown=SHOWN,
        errors=errors,
        typed=request.form,
        **_figures(day),
    )
