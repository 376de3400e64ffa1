"""Enquiries as the body asked sees them: the list, one question with its papers, the answer. Nothing else of the case."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.answer_papers import add_answer_paper, remove_answer_paper
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.note_access import note_access
from workflow_app.cases.enquiries import Enquiry, asked_of, enquiry_by_id, paper_of
from workflow_app.cases.enquiry_tasks import awaited
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.letter import letter_by_id
from workflow_app.people.permissions import Permission, may, require
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.page_cache import page_image
from workflow_app.portals.shared.session import current_actor

PDF = "application/pdf"


@bp.get("/enquiries")
@guarded(Permission.ENQUIRY_VIEW)
def enquiries() -> str:
    """What the reader's department was asked."""
    found = [(enquiry, awaited(enquiry, legal_day(now()))) for enquiry in asked_of(current_actor())]
    return render_template("portals/officer/enquiries.html", rows=found)


@bp.get("/enquiries/<int:enquiry_id>")
@guarded(Permission.ENQUIRY_VIEW)
def enquiry(enquiry_id: int) -> str:
    """One question, with the form of its answer while it waits for one."""
    _seen(enquiry_id, "enquiry")
    return _page(enquiry_id, typed={}, errors={})


@bp.post("/enquiries/<int:enquiry_id>")
@guarded(Permission.ENQUIRY_ANSWER)
def answer_enquiry(enquiry_id: int) -> Response | tuple[str, int]:
    """Send the answer."""
    found, actor = _enquiry(enquiry_id, Permission.ENQUIRY_ANSWER), current_actor()
    typed = {"finding": request.form.get("finding", ""), "answer": request.form.get("answer", "")}
    waiting = awaited(found, legal_day(now()))
    if waiting is None:
        flash(label("error.enquiry_over"), "soon")
        return redirect(url_for("officer.enquiry", enquiry_id=enquiry_id))
    try:
        complete_task(
            task_id=waiting.task_id, case_version=request.form.get("case_version", 0, int), answer=typed,
            idempotency_key=request.form.get("idempotency_key"), actor=actor, now=now(),
        )  # fmt: skip
    except InvalidInput as error:
        return _page(enquiry_id, typed=typed, errors=error.fields), 422
    except Conflict as error:
        return _page(enquiry_id, typed=typed, errors={"answer": label(f"error.{error.code}")}), 409
    flash(label("desk.enquiry_answered"))
    return redirect(url_for("officer.enquiry", enquiry_id=enquiry_id))


@bp.post("/enquiries/<int:enquiry_id>/files")
@guarded(Permission.ENQUIRY_ANSWER)
def add_paper(enquiry_id: int) -> Response | tuple[str, int]:
    """Hand in a paper of the answer."""
    file = request.files.get("file")
    try:
        add_answer_paper(
            enquiry_id=enquiry_id, filename=file.filename or "" if file else "", content=file.read() if file else b"",
            actor=current_actor(), now=now(),
        )  # fmt: skip
    except InvalidInput as error:
        return _page(enquiry_id, typed={}, errors=error.fields), 422
    except RuleViolation as error:
        return _page(enquiry_id, typed={}, errors={"file": str(*refused_on_page(error).values())}), 422
    return redirect(url_for("officer.enquiry", enquiry_id=enquiry_id, _anchor="papers"))


@bp.post("/enquiries/<int:enquiry_id>/papers/<int:paper_id>/remove")
@guarded(Permission.ENQUIRY_ANSWER)
def remove_paper(enquiry_id: int, paper_id: int) -> Response:
    """Take a paper off an answer that was not sent yet."""
    try:
        remove_answer_paper(enquiry_id=enquiry_id, paper_id=paper_id, actor=current_actor(), now=now())
    except RuleViolation as error:
        flash(str(*refused_on_page(error).values()), "bad")
    return redirect(url_for("officer.enquiry", enquiry_id=enquiry_id, _anchor="papers"))


@bp.get("/enquiries/<int:enquiry_id>/papers/<int:paper_id>/pages/<int:page>.png")
@guarded(Permission.ENQUIRY_VIEW)
def enquiry_page(enquiry_id: int, paper_id: int, page: int) -> Response:
    """One page of a paper as an image."""
    return paper_image(_open_to_asked(enquiry_id), paper_id, page)


@bp.get("/enquiries/<int:enquiry_id>/papers/<int:paper_id>/original")
@guarded(Permission.ENQUIRY_VIEW)
def enquiry_original(enquiry_id: int, paper_id: int) -> Response:
    """A paper as it was handed in, as a download."""
    _open_to_asked(enquiry_id)
    _seen(enquiry_id, "original", paper_id)
    return paper_file(_enquiry(enquiry_id), paper_id)


@bp.get("/enquiries/<int:enquiry_id>/letter")
@guarded(Permission.ENQUIRY_VIEW)
def enquiry_letter(enquiry_id: int) -> Response:
    """The letter that asks, as a download."""
    _open_to_asked(enquiry_id)
    _seen(enquiry_id, "letter")
    found = _enquiry(enquiry_id)
    letter = letter_by_id(found.letter_id or 0)
    if not letter.file_digest:
        raise NotFound("letter_not_rendered", number=letter.number)
    path = current_app.extensions["storage"].path(letter.file_digest)
    name = f"{letter.title}_{letter.number}.pdf"
    return send_file(path, mimetype=PDF, as_attachment=True, download_name=name)


def paper_image(found: Enquiry, paper_id: int, page: int) -> Response:
    """Return a page of a paper of an enquiry as an image."""
    paper = paper_of(found, paper_id)
    return send_file(page_image(paper.digest, paper.media_type, page), mimetype="image/png")


def paper_file(found: Enquiry, paper_id: int) -> Response:
    """Return a paper of an enquiry as a download."""
    paper = paper_of(found, paper_id)
    path = current_app.extensions["storage"].path(paper.digest)
    if not path.is_file():
        raise NotFound("file_not_found")
    return send_file(path, mimetype=paper.media_type, as_attachment=True, download_name=paper.display_name)


def _enquiry(enquiry_id: int, permission: Permission = Permission.ENQUIRY_VIEW) -> Enquiry:
    found = enquiry_by_id(enquiry_id)
    require(current_actor(), permission, found)
    return found


def _open_to_asked(enquiry_id: int) -> Enquiry:
    """Return an enquiry whose papers the body asked may read. What was taken back it need not know: sent by mistake, perhaps."""
    found = _enquiry(enquiry_id)
    if found.withdrawn_at is not None:
        raise NotFound("evidence_not_found")
    return found


def _seen(enquiry_id: int, what: str, object_id: int | None = None) -> None:
    found = _enquiry(enquiry_id)
    note_access(case_id=found.case_id, what=what, object_id=object_id or enquiry_id, actor=current_actor(), now=now())


def _page(enquiry_id: int, *, typed: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    found = _enquiry(enquiry_id)
    letter = letter_by_id(found.letter_id) if found.letter_id else None
    return render_template(
        f"processes/{found.case.kind}/answer_enquiry.html",
        enquiry=found,
        letter=letter,
        waiting=awaited(found, legal_day(now())),
        may_answer=may(current_actor(), Permission.ENQUIRY_ANSWER, found),
        values=typed,
        errors=errors,
    )
