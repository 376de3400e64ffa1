"""Letters of advice that go along with decisions (两书同达): which are to be made, which to be served, which were; printing
the ticked ones as one file and noting how they were served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.issue_advice import issue_advice, serve_advice
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import AppError, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.binding import bound
from workflow_app.letters.letter import Letter, LetterState
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, may, require, scope_filter
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.records import PAGE_SIZE
from workflow_app.portals.officer.serving import identities, outcomes
from workflow_app.portals.shared.denials import note_denial
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import row_id
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.shared.words import today
from workflow_app.records.advice import RepairAdvice, is_due
from workflow_app.records.credit_record import CreditRecord

PDF = "application/pdf"
TABS = ("prepared", "issued", "served", "unclassified")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One letter of advice: its record, how far it is, the letter in force where one was issued."""

    record: CreditRecord
    advice: RepairAdvice
    letter: Letter | None


@bp.get("/advice")
@guarded(Permission.ADVICE_VIEW)
def advice() -> str:
    """One of the lists within the reader's scope, the newest decision first."""
    actor, search = current_actor(), request.args.get("search", "").strip()[:100]
    tab = request.args.get("tab", TABS[0])
    tab = tab if tab in TABS else TABS[0]
    query = _query(actor, tab, search)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    newest = query.order_by(CreditRecord.determination_date.desc(), CreditRecord.id.desc())
    lines = _lines(newest.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return render_template(
        "portals/officer/advice.html",
        tab=tab,
        tabs=TABS,
        search=search,
        lines=lines,
        total=total,
        page=page,
        pages=pages,
    )


@bp.post("/advice/issue")
@guarded(Permission.ADVICE_SERVE)
def advice_issue() -> Response:
    """Issue the letters on the ticked records, each in a transaction of its own, and lead to all of them."""
    ids = [line.record.id for line in _chosen(Permission.ADVICE_SERVE)]
    done = []
    for record_id in ids:
        try:
            issue_advice(record_id=record_id, actor=current_actor(), now=now())
            done.append(record_id)
        except AppError as error:
            note_denial(error)
            flash(message_of(error), "bad")
    if not done:
        return redirect(url_for("officer.advice"))
    return redirect(url_for("officer.advice_chosen", record=done))


@bp.get("/advice/chosen")
@guarded(Permission.ADVICE_VIEW)
def advice_chosen() -> str:
    """Some letters: whether their pages are made, the file to print, and the form that notes their service."""
    return _chosen_page({})


@bp.get("/advice/chosen/progress")
@guarded(Permission.ADVICE_VIEW)
def advice_progress() -> Response | str:
    """How many pages are made, asked again and again; tells the page to load anew when all are."""
    lines = _chosen(Permission.ADVICE_VIEW)
    if not _waiting(lines):
        return Response(headers={"HX-Refresh": "true"})
    return render_template("portals/officer/advice_progress.html", lines=lines, waiting=_waiting(lines))


@bp.get("/advice/chosen.pdf")
@guarded(Permission.ADVICE_VIEW)
def advice_file() -> Response:
    """The pages of the chosen letters as one file, in the order of the page."""
    letters = [line.letter for line in _chosen(Permission.ADVICE_VIEW) if line.letter is not None]
    if not letters:
        raise NotFound("letter_not_found")
    name = f"信用修复告知书_{letters[0].number if len(letters) == 1 else f'{len(letters)}份'}.pdf"
    return send_file(BytesIO(bound(letters)), mimetype=PDF, as_attachment=True, download_name=name)


@bp.post("/advice/serve")
@guarded(Permission.ADVICE_SERVE)
def advice_serve() -> Response | tuple[str, int]:
    """Note how the chosen letters were served: all of them, or none."""
    ids = [line.record.id for line in _chosen(Permission.ADVICE_SERVE)]
    try:
        served = serve_advice(record_ids=ids, form=request.form, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _chosen_page(error.fields), 422
    flash(label("advice.served", n=served), "ok")
    return redirect(url_for("officer.advice", tab="served"))


@bp.get("/records/<int:record_id>/advice")
@guarded(Permission.ADVICE_VIEW)
def record_advice(record_id: int) -> Response:
    """The letter of advice on one record, as it was issued."""
    record = db.session.get(CreditRecord, record_id)
    if record is None:
        raise NotFound("record_not_found")
    require(current_actor(), Permission.ADVICE_VIEW, record)
    lines = _lines(_all().where(CreditRecord.id == record_id))
    letter = lines[0].letter if lines else None
    if letter is None or letter.file_digest is None:
        raise NotFound("letter_not_found")
    path = current_app.extensions["storage"].path(letter.file_digest)
    return send_file(path, mimetype=PDF, as_attachment=True, download_name=f"{letter.title}_{letter.number}.pdf")


def _all() -> Any:
    query = sa.select(CreditRecord, RepairAdvice, Letter)
    query = query.join(RepairAdvice, RepairAdvice.record_id == CreditRecord.id)
    return query.outerjoin(Letter, Letter.id == RepairAdvice.letter_id)


def _query(actor: Actor, tab: str, search: str) -> Any:
    query = _all().where(scope_filter(actor, department=CreditRecord.department_id, organisation=sa.literal(0)))
    if search:
        columns = (CreditRecord.subject_name, CreditRecord.document_number)
        found = (column.contains(search, autoescape=True) for column in columns)
        query = query.where(sa.or_(CreditRecord.subject_code == search.upper(), *found))
    if tab == "served":
        return query.where(RepairAdvice.served_on.is_not(None))
    query = query.where(RepairAdvice.served_on.is_(None), is_due(on=today()))
    if tab == "issued":
        return query.where(RepairAdvice.letter_id.is_not(None))
    classed = CreditRecord.credit_class.is_not(None) if tab == "prepared" else CreditRecord.credit_class.is_(None)
    return query.where(RepairAdvice.letter_id.is_(None), classed)


def _lines(query: Any) -> list[Line]:
    return [Line(record=r, advice=a, letter=letter) for r, a, letter in db.session.execute(query)]


def _chosen(permission: Permission) -> list[Line]:
    """Return the letters a request names, in its order. Raises NotFound for the whole request where one of them is not within
    the actor's scope or has no advice, RuleViolation where it names none or more than a page shows."""
    try:
        ids = list(dict.fromkeys(row_id(text) for text in request.values.getlist("record")))
    except ValueError:
        raise NotFound("advice_not_found") from None
    if not ids:
        raise RuleViolation("advice_none_chosen")
    if len(ids) > PAGE_SIZE:
        raise RuleViolation("advice_too_many", max=PAGE_SIZE)
    found = {line.record.id: line for line in _lines(_all().where(CreditRecord.id.in_(ids)))}
    if len(found) != len(ids):
        raise NotFound("advice_not_found")
    for line in found.values():
        require(current_actor(), permission, line.record)
    return [found[record_id] for record_id in ids]


def _waiting(lines: Sequence[Line]) -> int:
    """How many letters will have their pages in a moment; one whose pages failed waits for an administrator instead."""
    unmade = [line.letter for line in lines if line.letter is not None and line.letter.file_digest is None]
    return sum(letter.state != LetterState.FAILED for letter in unmade)


def _chosen_page(errors: Mapping[str, str]) -> str:
    lines, actor = _chosen(Permission.ADVICE_VIEW), current_actor()
    letters = [line.letter for line in lines if line.letter is not None]
    issued = len(letters) == len(lines)
    printable = issued and all(letter.file_digest for letter in letters)
    return render_template(
        "portals/officer/advice_chosen.html",
        lines=lines,
        waiting=_waiting(lines),
        issued=issued,
        printable=printable,
        may_serve=printable and all(may(actor, Permission.ADVICE_SERVE, line.record) for line in lines),
        outcomes=outcomes(),
        identities=identities(),
        staff_name=actor.name,
        values=request.form,
        errors=errors,
    )
