"""Service of letters (送达) for staff: what waits to be served, one letter with its attempts, dates and notices, and the acts."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.announce_letter import ask_notice, failed_tries, settle_notice
from workflow_app.actions.issue_receipt import issue_receipt
from workflow_app.actions.serve_letter import BY_HAND, note_attempt, proof_of, strike_attempt
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.law.serving import Way, rule_of, suggest
from workflow_app.letters.attempts import IDENTITIES, ServiceAttempt, attempts_of
from workflow_app.letters.delivery import delivery_of
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.public_notices import Ground, PublicNotice, notices_of, open_notice
from workflow_app.letters.serving import GONE, LetterService, service_of
from workflow_app.people.accounts import Actor
from workflow_app.people.address_confirmations import confirmation_of
from workflow_app.people.permissions import Permission, may, require, scope_filter
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.serving_view import ledgers_of
from workflow_app.portals.shared.session import current_actor

TABS = ("waiting", "announced", "served")
PAGE_SIZE = 50


@bp.get("/service")
@guarded(Permission.LETTER_READ)
def serving() -> str:
    """One of the lists within the reader's scope: what is late first, what was served last first."""
    actor, today = current_actor(), legal_day(now())
    tab = request.args.get("tab", TABS[0])
    tab = tab if tab in TABS else TABS[0]
    search = request.args.get("search", "").strip()[:100]
    query = _query(actor, tab, search)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    order = LetterService.served_on.desc() if tab == "served" else LetterService.chase_on
    lines = db.session.scalars(
        query.order_by(order, LetterService.letter_id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    ids = [line.letter_id for line in lines]
    return render_template(
        "portals/officer/serving.html", tab=tab, tabs=TABS, search=search, lines=lines, total=total, page=page,
        pages=pages, tries=_tries(ids), notices=_notices(ids), late=lambda line: line.chase_on < today,
    )  # fmt: skip


@bp.get("/service/<int:served_id>")
@guarded(Permission.LETTER_READ)
def served_letter(served_id: int) -> str:
    """One letter: how far its service is, how its dates came about, and what may be done next."""
    return _page(served_id, {})


@bp.post("/service/<int:served_id>/attempts")
@guarded(Permission.SERVICE_NOTE)
def add_service_attempt(served_id: int) -> Response | tuple[str, int]:
    """Note one attempt with its proof; a fault leads back to the form with everything that was typed."""
    files = [(f.filename or "", f.read()) for f in request.files.getlist("file") if f.filename]
    try:
        attempt = note_attempt(letter_id=served_id, form=request.form, files=files, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(served_id, error.fields), 422
    flash(label("service.noted" if attempt.deemed_on else "service.noted_failed"), "ok")
    return redirect(url_for("officer.served_letter", served_id=served_id))


@bp.post("/service/<int:served_id>/attempts/<int:attempt_id>/strike")
@guarded(Permission.SERVICE_NOTE)
def strike_service_attempt(served_id: int, attempt_id: int) -> Response | tuple[str, int]:
    """Strike an attempt that was noted wrongly."""
    _attempt(served_id, attempt_id, Permission.SERVICE_NOTE)
    try:
        reason = request.form.get("reason", "")
        strike_attempt(attempt_id=attempt_id, reason=reason, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _page(served_id, {f"reason-{attempt_id}": error.fields["reason"]}), 422
    flash(label("service.struck"), "ok")
    return redirect(url_for("officer.served_letter", served_id=served_id))


@bp.post("/service/<int:served_id>/attempts/<int:attempt_id>/receipt")
@guarded(Permission.SERVICE_NOTE)
def service_receipt(served_id: int, attempt_id: int) -> Response:
    """Issue the proof of service (送达回证) of an attempt; its pages follow in a moment."""
    _attempt(served_id, attempt_id, Permission.SERVICE_NOTE)
    issue_receipt(attempt_id=attempt_id, actor=current_actor(), now=now())
    return redirect(url_for("officer.served_letter", served_id=served_id, _anchor=f"attempt-{attempt_id}"))


@bp.get("/service/<int:served_id>/papers/<int:paper_id>")
@guarded(Permission.LETTER_READ)
def service_paper(served_id: int, paper_id: int) -> Response:
    """A letter about the service of a letter, its proof or its public notice, as a file."""
    letter = _letter(served_id, Permission.LETTER_READ)
    attempts = {a.receipt_letter_id for a in attempts_of(letter.id)}
    known = attempts | {n.notice_letter_id for n in notices_of(letter.id)} | {letter.id}
    paper = letter_by_id(paper_id) if paper_id in known else None
    if paper is None or paper.file_digest is None:
        raise NotFound("letter_not_found")
    path = current_app.extensions["storage"].path(paper.file_digest)
    name = f"{paper.title}_{paper.number}.pdf"
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.get("/service/<int:served_id>/proofs/<int:proof_id>")
@guarded(Permission.LETTER_READ)
def service_proof(served_id: int, proof_id: int) -> Response:
    """A proof of an attempt as it was uploaded, only ever to be saved."""
    letter = _letter(served_id, Permission.LETTER_READ)
    attempt, proof = proof_of(proof_id)
    if attempt.letter_id != letter.id:
        raise NotFound("file_not_found")
    path = current_app.extensions["storage"].path(proof.digest)
    if not path.is_file():
        raise NotFound("file_not_found")
    return send_file(path, mimetype=proof.media_type, as_attachment=True, download_name=proof.display_name)


@bp.post("/service/<int:served_id>/notice")
@guarded(Permission.SERVICE_NOTE)
def ask_public_notice(served_id: int) -> Response | tuple[str, int]:
    """Ask that a letter be announced."""
    form = request.form
    try:
        ask_notice(
            letter_id=served_id, ground=form.get("ground", ""), reason=form.get("notice-reason", ""), actor=current_actor(),
            now=now(),
        )  # fmt: skip
    except InvalidInput as error:
        return _page(served_id, {f"notice-{k}" if k == "reason" else k: v for k, v in error.fields.items()}), 422
    flash(label("service.notice_asked"), "ok")
    return redirect(url_for("officer.served_letter", served_id=served_id, _anchor="notice"))


@bp.post("/service/<int:served_id>/notice/settle")
@guarded(Permission.SERVICE_REVIEW)
def settle_public_notice(served_id: int) -> Response | tuple[str, int]:
    """Approve a notice, which publishes it, or refuse it."""
    approved = request.form.get("verdict") == "approve"
    try:
        settle_notice(
            letter_id=served_id, approved=approved, note=request.form.get("note", ""), actor=current_actor(), now=now()
        )
    except InvalidInput as error:
        return _page(served_id, error.fields), 422
    flash(label("service.notice_approved" if approved else "service.notice_refused"), "ok")
    return redirect(url_for("officer.served_letter", served_id=served_id, _anchor="notice"))


def outcomes() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the ways an attempt may be noted by, each with what may have come of it."""
    found = []
    for way in BY_HAND:
        rule = rule_of(way)
        results = [(f"{way.value}:{result}", label(f"service_result.{result}")) for result in rule.results]
        found.append((way.value, rule.title, results))
    return found


def identities() -> list[tuple[str, str]]:
    """Return who may have signed for a letter."""
    return [(key, label(f"receiver_identity.{key}")) for key in IDENTITIES]


def _page(served_id: int, errors: Mapping[str, str]) -> str:
    letter = _letter(served_id, Permission.LETTER_READ)
    actor, service = current_actor(), service_of(letter.id)
    attempts, notices = attempts_of(letter.id), notices_of(letter.id)
    confirmation = confirmation_of(letter.organisation_id)
    consent = confirmation is not None and confirmation.electronic
    last = next(((Way(a.way), a.result) for a in attempts if a.struck_at is None), None)
    papers = [n.notice_letter_id for n in notices] + [a.receipt_letter_id for a in attempts]
    query = sa.select(Letter).where(Letter.id.in_([p for p in papers if p is not None]))
    return render_template(
        "portals/officer/served_letter.html",
        letter=letter, service=service, attempts=attempts, notices=notices, running=open_notice(letter.id),
        papers={p.id: p for p in db.session.scalars(query)},
        confirmation=confirmation, delivery=delivery_of(letter.id),
        suggested=None if service.served_on else suggest(last, consent=consent),
        failed=len(failed_tries(letter.id)), grounds=[(g.value, label(f"service_ground.{g.value}")) for g in Ground],
        ledgers=ledgers_of(service, today=legal_day(now())),
        may_note=may(actor, Permission.SERVICE_NOTE, letter) and letter.state not in GONE and bool(letter.file_digest),
        may_settle=may(actor, Permission.SERVICE_REVIEW, letter),
        may_confirm=may(actor, Permission.ADDRESS_CONFIRM),
        outcomes=outcomes(), identities=identities(), values=request.form, errors=errors, actor=actor,
    )  # fmt: skip


def _letter(served_id: int, permission: Permission) -> Letter:
    letter = letter_by_id(served_id)
    require(current_actor(), permission, letter)
    return letter


def _attempt(served_id: int, attempt_id: int, permission: Permission) -> ServiceAttempt:
    letter = _letter(served_id, permission)
    attempt = db.session.get(ServiceAttempt, attempt_id)
    if attempt is None or attempt.letter_id != letter.id:
        raise NotFound("service_not_found")
    return attempt


def _query(actor: Actor, tab: str, search: str) -> sa.Select[Any]:
    scope = scope_filter(actor, department=Letter.department_id, organisation=sa.literal(0))
    query = sa.select(LetterService).join(Letter, Letter.id == LetterService.letter_id).where(scope)
    if search:
        found = (c.contains(search, autoescape=True) for c in (Letter.addressee_name, Letter.number, Letter.case_no))
        query = query.where(sa.or_(Letter.addressee_code == search.upper(), *found))
    if tab == "served":
        return query.where(LetterService.served_on.is_not(None))
    open_ones = query.where(LetterService.served_on.is_(None), Letter.state.not_in(GONE))
    running = sa.exists(sa.select(PublicNotice.id).where(PublicNotice.open_letter_id == Letter.id))
    return open_ones.where(running if tab == "announced" else ~running)


def _tries(ids: list[int]) -> dict[int, int]:
    query = sa.select(ServiceAttempt.letter_id, sa.func.count()).where(
        ServiceAttempt.letter_id.in_(ids), ServiceAttempt.struck_at.is_(None)
    )
    return dict(db.session.execute(query.group_by(ServiceAttempt.letter_id)).all())


def _notices(ids: list[int]) -> dict[int, PublicNotice]:
    query = sa.select(PublicNotice).where(PublicNotice.open_letter_id.in_(ids))
    return {n.letter_id: n for n in db.session.scalars(query).unique()}
