"""Looking up an enterprise without signing in: only what is published, only enterprises, only by whole name or code."""

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.foundation.database import db
from workflow_app.law.uscc import check as check_code
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.shared.cards import RecordCard, cards_of, sort_cards
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.records.credit_record import CreditRecord

LONGEST = 200


@bp.get("/check")
@guarded(Permission.PUBLIC)
def check() -> str:
    """The published records of one enterprise, each with the day from which an application is possible."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    code = check_code(asked)
    cards = _published(code.normalised if code.valid else asked) if asked else []
    looks_like_code = len(asked) == 18 and asked.isascii() and asked.isalnum()
    return render_template(
        "portals/public/check.html", asked=asked, cards=cards, wrong_code=looks_like_code and not code.valid
    )


def _published(words: str) -> list[RecordCard]:
    """Return the cards of an enterprise's published records. A natural person is never looked up here."""
    named = sa.or_(CreditRecord.subject_code == words, CreditRecord.subject_name == words)
    query = sa.select(CreditRecord).where(named, CreditRecord.published, CreditRecord.subject_type != "natural_person")
    return sort_cards(cards_of(db.session.scalars(query.limit(50)), now()))
