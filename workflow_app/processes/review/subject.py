"""What a review is about: the newest conclusion on a record, who came to it, and until when a review may be asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.decisions import Decision
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.law.parameters import Dated, value_of
from workflow_app.law.periods import Unit, due
from workflow_app.letters.delivery import delivery_of
from workflow_app.letters.letter import Letter
from workflow_app.letters.serving import LetterService
from workflow_app.people.calendars import current_calendar
from workflow_app.processes.review.rules import CONCLUDED
from workflow_app.records.conclusions import FINAL
from workflow_app.records.credit_record import CreditRecord

KIND, REVIEWED, REPLY = "review", "objection", "L15"
SAID = (
    *("dispute_ground", "revoking_paper", "dispute", "request", "platform_finding", "platform_words", "own_words"),
    *("expert_paper", "expert_reason", "result_paper", "result", "asked", "asked_points", "provider_answer"),
)
ANEW = ("withdrawn",)  # a review taken back leaves the conclusion unreviewed


@dataclass(frozen=True, kw_only=True)
class Period:
    """Until when a review may be asked for. It begins the day after the reply was received; without that day it has no end."""

    received_on: date | None
    ends_on: date | None
    provisional: bool
    law: Dated


def conclusion_on(record: CreditRecord) -> Case | None:
    """Return the objection whose conclusion may be reviewed: the newest on the record, where nobody asked before."""
    ended = sa.select(Case).where(Case.record_id == record.id, Case.kind == REVIEWED, Case.closed_at.is_not(None))
    found = db.session.scalars(
        ended.where(Case.outcome.in_(CONCLUDED)).order_by(Case.closed_at.desc(), Case.id.desc()).limit(1)
    ).first()
    if found is None or _reviewed(found):
        return None
    return found


def _reviewed(objection: Case) -> bool:
    """Tell whether somebody asked before, by the reviews of the record: a handful at most."""
    reviews = db.session.scalars(sa.select(Case).where(Case.record_id == objection.record_id, Case.kind == KIND))
    about = [r for r in reviews.unique() if r.details.get("objection_case") == objection.number]
    return any(review.outcome not in ANEW for review in about)


def is_offered(record: CreditRecord) -> bool:
    """Tell whether the page of a record offers a review; one that comes too late gets a number too, and its answer."""
    return record.status not in FINAL and conclusion_on(record) is not None


def objection_of(review: Case) -> Case:
    """Return the objection a review is about."""
    return case_by_number(str(review.details["objection_case"]))


def who_worked_on(objection: Case) -> frozenset[int]:
    """Return who proposed or decided anything in the objection."""
    rows = db.session.execute(
        sa.select(Decision.proposed_by_id, Decision.decided_by_id).where(Decision.case_id == objection.id)
    )
    return frozenset(who for row in rows for who in row if who is not None)


def reply_of(objection: Case) -> Letter | None:
    """Return the reply that told the party of the conclusion."""
    query = sa.select(Letter).where(Letter.case_id == objection.id, Letter.code == REPLY)
    return db.session.scalars(query.order_by(Letter.id.desc()).limit(1)).first()


def period_of(objection: Case, *, on: date) -> Period:
    """Return until when a review of a conclusion may be asked for, by the law of a day. The reply counts as received on the day it
    was served, else when its addressee opened it; who was never shown to have received it is never late."""
    law, reply = value_of("objection.review_apply", on=on), reply_of(objection)
    start = _received_on(reply) if reply is not None else None
    if start is None:
        return Period(received_on=None, ends_on=None, provisional=False, law=law)
    last = due(start=start, count=law.value, unit=Unit(law.unit), roll=law.roll, calendar=current_calendar())
    return Period(received_on=start, ends_on=last.due, provisional=last.provisional, law=law)


def _received_on(reply: Letter) -> date | None:
    service, delivery = db.session.get(LetterService, reply.id), delivery_of(reply.id)
    if service is not None and service.served_on is not None:
        return service.served_on
    opened = delivery.first_opened_at if delivery is not None else None
    return legal_day(opened) if opened is not None else None


def file_of(objection: Case) -> dict[str, Any]:
    """Return what a reviewer must know of an objection, as plain values: it is closed, so nothing of it changes any more."""
    rows = sa.select(Decision).where(Decision.case_id == objection.id, Decision.proposal.in_(CONCLUDED))
    reply = reply_of(objection)
    return {
        "number": objection.number,
        "department": objection.department.name if objection.department else "",
        "outcome": objection.outcome,
        "letter": reply.number if reply is not None else "",
        "received_on": legal_day(objection.received_at).isoformat(),
        "decided_on": legal_day(objection.decided_at).isoformat() if objection.decided_at else "",
        "said": {key: objection.details[key] for key in SAID if key in objection.details},
        "proposals": [
            {
                "proposal": row.proposal,
                "verdict": row.verdict,
                "reasons": row.reasons,
                "basis_article": row.details.get("basis_article", ""),
                "corrections": row.details.get("corrections", {}),
            }
            for row in db.session.scalars(rows.order_by(Decision.sequence))
        ],
    }
