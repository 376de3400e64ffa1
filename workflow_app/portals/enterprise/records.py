"""Pages of an enterprise's records: the list of cards and one record with how its dates come about."""

import sqlalchemy as sa
from flask import current_app, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.issue_advice import open_advice
from workflow_app.cases.kinds import offered_on
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.people.accounts import Actor
from workflow_app.people.mandates import represented_by
from workflow_app.people.organisations import Organisation, organisation_by_code
from workflow_app.people.permissions import Permission, require, scope_filter
from workflow_app.people.reach import ANY
from workflow_app.portals.enterprise import bp
from workflow_app.portals.shared.cards import RecordCard, card_of, cards_of, sort_cards
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.publication import publication_ledger
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.advice import advice_of
from workflow_app.records.credit_record import CreditRecord


@bp.get("/records")
@guarded(Permission.RECORD_VIEW)
def records() -> str:
    """All records of those one acts for, subject by subject, what may be done now first."""
    actor = current_actor()
    groups = [
        (organisation, sort_cards(cards_of(own_records(organisation, actor), now(), actor)))
        for organisation in represented_by(actor)
    ]
    return render_template("portals/enterprise/records.html", groups=groups)


@bp.get("/records/<int:record_id>")
@guarded(Permission.RECORD_VIEW)
def record(record_id: int) -> str:
    """One record: facts, conditions with their basis, and both computations where a transition applies."""
    card = own_card(record_id)
    return render_template(
        "portals/enterprise/record.html",
        card=card,
        offered=[k for k in offered_on(card.record) if card.record.dispute_case_no is None],
        advice=advice_of(record_id),
        letter=_letter(record_id),
        view=publication_ledger(card.record, card.eligibility, today=card.today),
    )


@bp.post("/records/<int:record_id>/advice")
@guarded(Permission.ADVICE_VIEW)
def open_record_advice(record_id: int) -> Response:
    """Note that the letter of advice was opened and lead to its file."""
    open_advice(record_id=record_id, actor=current_actor(), now=now())
    return redirect(url_for("enterprise.record_advice", record_id=record_id))


@bp.get("/records/<int:record_id>/advice")
@guarded(Permission.ADVICE_VIEW)
def record_advice(record_id: int) -> Response:
    """The letter of advice on one record as its PDF."""
    own_card(record_id)
    letter = _letter(record_id)
    if letter is None or letter.file_digest is None:
        raise NotFound("letter_not_found")
    path = current_app.extensions["storage"].path(letter.file_digest)
    name = f"{letter.title}_{letter.number}.pdf"
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.get("/records/<int:record_id>/ledger")
@guarded(Permission.RECORD_VIEW)
def record_ledger(record_id: int) -> str:
    """The publication period of one record day by day, opened in place."""
    card = own_card(record_id)
    view = publication_ledger(card.record, card.eligibility, today=card.today)
    if view is None:  # no class, no period
        raise NotFound("ledger_not_found")
    return render_template("portals/shared/ledger_fragment.html", view=view, level=3)


def subject_of(record: CreditRecord) -> Organisation:
    """Return the organisation a record is about. Raises NotFound where the register does not know it."""
    organisation = organisation_by_code(record.subject_code)
    if organisation is None:
        raise NotFound("organisation_not_found")
    return organisation


def own_card(record_id: int) -> RecordCard:
    """Return the card of a record one may act on. Raises NotFound and NotPermitted by the permission table."""
    found = db.session.get(CreditRecord, record_id)
    if found is None:
        raise NotFound("record_not_found")
    require(current_actor(), Permission.RECORD_VIEW, found)
    return card_of(found, now(), current_actor())


def _letter(record_id: int) -> Letter | None:
    """The letter of advice on a record, where one was issued."""
    advice = advice_of(record_id)
    return letter_by_id(advice.letter_id) if advice is not None and advice.letter_id is not None else None


def own_records(organisation: Organisation, actor: Actor) -> list[CreditRecord]:
    """Return the records of an organisation as far as the actor may know of them, the newest first."""
    here = sa.literal(organisation.id)
    scope = scope_filter(
        actor, department=CreditRecord.department_id, organisation=here, record=CreditRecord.id, kind=ANY
    )
    query = sa.select(CreditRecord).where(CreditRecord.subject_code == organisation.code, scope)
    return list(db.session.scalars(query.order_by(CreditRecord.determination_date.desc(), CreditRecord.id)))
