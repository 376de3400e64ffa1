"""What another department asks on its case: the list, one question with its letter, and the answer."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.note_access import note_access
from workflow_app.cases import clocks
from workflow_app.cases.asked import asked_of, asked_task, letter_with
from workflow_app.cases.kinds import Answer, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.calendars import current_calendar
from workflow_app.people.permissions import Permission, holds
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.answers import answer_of
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/asked")
@guarded(Permission.ENQUIRY_VIEW)
def asked() -> str:
    """What the reader's department was asked: what waits first."""
    rows = [(task, kind_of(task.case.kind), _clock(task)) for task in asked_of(current_actor())]
    return render_template("portals/officer/asked.html", rows=rows)


@bp.get("/asked/<int:asked_id>")
@guarded(Permission.ENQUIRY_VIEW)
def asked_one(asked_id: int) -> str:
    """One question with the form of its answer while it waits for one."""
    _seen(asked_id, "asked")
    return _page(asked_id, errors={}, values={})


@bp.post("/asked/<int:asked_id>")
@guarded(Permission.ENQUIRY_ANSWER)
def send_asked(asked_id: int) -> Response | tuple[str, int]:
    """Answer it. A fault leads back to the form with everything that was typed."""
    task = asked_task(asked_id, current_actor())
    answer = answer_of(kind_of(task.case.kind).form_for(task.step), request.form)
    try:
        complete_task(
            task_id=asked_id,
            case_version=request.form.get("case_version", 0, int),
            answer=answer,
            idempotency_key=request.form.get("idempotency_key"),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(asked_id, errors=error.fields, values=answer), 422
    except Conflict as error:
        return _page(asked_id, errors={"form": message_of(error)}, values=answer), 409
    flash(label("asked.answered"))
    return redirect(url_for("officer.asked"))


@bp.get("/asked/<int:asked_id>/letter")
@guarded(Permission.ENQUIRY_VIEW)
def asked_letter(asked_id: int) -> Response:
    """The letter that asks, as a file."""
    letter = letter_with(asked_task(asked_id, current_actor()))
    if letter is None or letter.file_digest is None:
        raise NotFound("letter_not_found")
    title, digest = f"{letter.title}_{letter.number}.pdf", letter.file_digest
    _seen(asked_id, "letter")
    path = current_app.extensions["storage"].path(digest)
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=title)


def _seen(asked_id: int, what: str) -> None:
    """Note that whoever was asked looked at the question."""
    task = asked_task(asked_id, current_actor())
    note_access(case_id=task.case_id, what=what, object_id=asked_id, actor=current_actor(), now=now())


def _page(asked_id: int, *, errors: Mapping[str, str], values: Answer) -> str:
    task = asked_task(asked_id, current_actor())
    kind = kind_of(task.case.kind)
    return render_template(
        f"processes/{kind.key}/{task.step}.html",
        task=task,
        record=task.case.record,
        kind=kind,
        letter=letter_with(task),
        clock=_clock(task),
        may_answer=holds(current_actor(), Permission.ENQUIRY_ANSWER),
        values=values or (dict(task.answer) if task.answer else {}),
        errors=errors,
    )


def _clock(task: CaseTask) -> Any:
    """How long there is to answer: the clock of the step, None once it was answered."""
    running = (d for d in clocks.open_deadlines(task.case) if d.step == task.step)
    deadline = next(running, None) if task.closed_at is None else None
    return clocks.read(deadline, legal_day(now()), current_calendar()) if deadline else None
