"""How far is it? By case number and query code from the receipt: the step in plain words, its dates, what comes next.

No person is named and no reason given: those stand in the letters. A number that does not exist and a wrong code are one
answer after the same work.
"""

from collections.abc import Mapping

from flask import render_template, request

from workflow_app.cases.query_codes import case_by_query_code
from workflow_app.cases.standing import CaseStanding, standing_of
from workflow_app.foundation.labels import label
from workflow_app.foundation.paper_codes import normalise_paper_code
from workflow_app.foundation.text import fold_code
from workflow_app.people.look_ups import LookUp
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept, kept_nowhere
from workflow_app.portals.public.limits import forgiven, limited, refusal_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.progress import progress_of

LONGEST = 40


@bp.get("/progress")
@guarded(Permission.PUBLIC)
@kept()
def progress() -> str:
    """The form."""
    return _page({"number": request.args.get("number", "")[:LONGEST], "code": ""})


@bp.post("/progress")
@guarded(Permission.PUBLIC)
@kept_nowhere
def ask_progress() -> str | tuple[str, int] | tuple[str, int, Mapping[str, str]]:
    """The answer. It is asked for by POST so that the code stands in no address; it changes nothing and needs no token."""
    typed = {name: request.form.get(name, "").strip()[:LONGEST] for name in ("number", "code")}
    errors = {name: label(f"public.{name}_missing") for name, value in typed.items() if not value}
    if not errors and not normalise_paper_code(typed["code"]):
        errors = {"code": label("public.code_shape")}
    if errors:
        return _page(typed, errors=errors), 422
    refusal = limited(LookUp.PROGRESS)
    if refusal is not None:
        return refusal_page(refusal, lambda text: _page(typed, refused=text))
    case = case_by_query_code(fold_code(typed["number"]), normalise_paper_code(typed["code"]))
    if case is None:
        return _page(typed | {"code": ""}, errors={"number": label("public.no_such_case")}), 422
    case_id = case.id
    forgiven(LookUp.PROGRESS)
    return _page(typed, standing=standing_of(case_id, now()))


def _page(
    typed: Mapping[str, str],
    *,
    standing: CaseStanding | None = None,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    return render_template(
        "portals/public/progress.html",
        typed=typed,
        standing=standing,
        progress=progress_of(standing) if standing else None,
        errors=errors or {},
        refused=refused,
        now_moment=now(),
    )
