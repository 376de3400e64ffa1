"""May I apply? By the number of the decision and the code of its subject, both: whoever holds the paper knows them.

What is not published, belongs to another subject or to a natural person, and what does not exist, gets one answer after
one query. Nothing of a person is shown, and nothing of how the subject has performed: that is seen after signing in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text
from workflow_app.law.facts import SubjectType
from workflow_app.law.guidance import period_of
from workflow_app.law.uscc import check as check_code
from workflow_app.people.departments import Department
from workflow_app.people.look_ups import LookUp
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept_nowhere
from workflow_app.portals.public.limits import limited, refusal_page
from workflow_app.portals.shared.cards import RecordCard, card_of, sort_cards
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.ledger_view import LedgerView
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.publication import publication_ledger
from workflow_app.records.classification import responsible_department
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key
from workflow_app.records.masking import masked

LONGEST = 120
PUBLISH = "penalty.publish"  # how long a fresh decision may not be found yet
FEW = 5  # decisions of one number about one subject: of several departments at most


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One record as its holder may see it here: the card, what it is called, who answers for it, how its dates came."""

    card: RecordCard
    title: str
    department: Department | None
    ledger: LedgerView | None


@bp.get("/check")
@guarded(Permission.PUBLIC)
@kept_nowhere
def check() -> str | tuple[str, int] | tuple[str, int, Mapping[str, str]]:
    """The form, and the answer to it."""
    typed = {name: request.args.get(name, "").strip() for name in ("document", "code")}
    if not any(name in request.args for name in typed):
        return _page({"document": "", "code": ""})
    try:
        document, code = _read(typed)
    except InvalidInput as error:
        return _page(typed, errors=error.fields), 422
    refusal = limited(LookUp.RECORD)
    if refusal is not None:
        return refusal_page(refusal, lambda text: _page(typed, refused=text))
    return _page(typed, answers=_answers(document, code))


def _read(typed: Mapping[str, str]) -> tuple[str, str]:
    """Return the key of the document and the code. Raises InvalidInput naming both fields where both are wrong."""
    wrong: dict[str, str] = {}
    try:
        document = clean_text(typed["document"])
    except ValueError as error:
        document, wrong["document"] = "", label(f"field_error.{error}")
    if not document and not wrong:
        wrong["document"] = label("public.document_missing")
    elif len(document) > LONGEST:
        wrong["document"] = label("field_error.too_long", max=LONGEST)
    code = check_code(typed["code"][:LONGEST])
    if not code.valid:
        wrong["code"] = label(f"public.code_{code.reason}" if typed["code"] else "public.code_missing")
    if wrong:
        raise InvalidInput(wrong)
    return document_key(document), code.normalised


def _answers(document: str, code: str) -> list[Answer]:
    query = sa.select(CreditRecord).where(
        CreditRecord.document_key == document,
        CreditRecord.subject_code == code,
        CreditRecord.published,
        CreditRecord.subject_type != SubjectType.NATURAL_PERSON,
    )
    records = list(db.session.scalars(query.order_by(CreditRecord.id).limit(FEW)))
    return [_answer(card) for card in sort_cards(card_of(record, now(), for_anybody=True) for record in records)]


def _answer(card: RecordCard) -> Answer:
    return Answer(
        card=card,
        title=masked(card.title),
        department=responsible_department(card.record, on=legal_day(now())),
        ledger=publication_ledger(card.record, card.eligibility, today=card.today),
    )


def _page(
    typed: Mapping[str, str],
    *,
    answers: list[Answer] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    return render_template(
        "portals/public/check.html",
        typed=typed,
        answers=answers,
        errors=errors or {},
        refused=refused,
        publish=period_of(PUBLISH, on=legal_day(now())),
    )
