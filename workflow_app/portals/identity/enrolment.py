"""Asking to act for a subject: the claim, the papers, handing it to the counter. Its owner sees where it stands, no more."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.enrol import add_paper, claim_subject, remove_paper, submit_enrolment
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.identity import bp
from workflow_app.portals.identity.mine import identity_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.post("/enrolment")
@guarded(Permission.SIGNED_IN)
def claim() -> Response | tuple[str, int]:
    """Put down for which subject one wants to act."""
    form = request.form.to_dict()
    try:
        claim_subject(form=form, actor=current_actor(), now=now())
    except InvalidInput as error:
        return identity_page(error.fields, form), 422
    flash(label("enrolment.saved"), "ok")
    return _back()


@bp.post("/enrolment/papers")
@guarded(Permission.SIGNED_IN)
def hand_in() -> Response | tuple[str, int]:
    """Hand in one paper."""
    upload = request.files.get("file")
    name = upload.filename or "" if upload else ""
    try:
        add_paper(
            purpose=request.form.get("purpose", ""),
            filename=name,
            content=upload.read() if upload else b"",
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        reason = next(iter(error.fields.values()))
        return identity_page({"file": label("enrolment.paper_refused", name=name, reason=reason)}), 422
    return _back("papers")


@bp.post("/enrolment/papers/<int:paper_id>/remove")
@guarded(Permission.SIGNED_IN)
def take_off(paper_id: int) -> Response:
    """Take a paper off again."""
    remove_paper(paper_id=paper_id, actor=current_actor(), now=now())
    return _back("papers")


@bp.post("/enrolment/submit")
@guarded(Permission.SIGNED_IN)
def submit() -> Response | tuple[str, int]:
    """Hand the enrolment to the counter."""
    try:
        submit_enrolment(actor=current_actor(), now=now())
    except InvalidInput as error:
        return identity_page(error.fields), 422
    flash(label("enrolment.sent"), "ok")
    return _back()


def _back(anchor: str = "enrolment") -> Response:
    return redirect(url_for("identity.mine", _anchor=anchor))
