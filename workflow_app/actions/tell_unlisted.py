"""Telling a subject that the entry behind its penalty has ended, so that the penalty may be repaired now (rulebook §1.11)."""

from collections.abc import Sequence
from datetime import datetime

from workflow_app.foundation.database import db, require_transaction
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.people.organisations import organisation_by_code
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent, listen


@listen
def tell_unlisted(events: Sequence[RecordEvent], *, actor: Actor, now: datetime) -> None:  # noqa: ARG001 - as listeners are called
    """Write to the subject of every penalty of which the ground of a listing has gone."""
    require_transaction()
    for event in events:
        if event.kind != "unlisted":
            continue
        penalty = db.session.get_one(CreditRecord, event.record_id)
        subject = organisation_by_code(penalty.subject_code)
        if subject is not None:
            number, record_id = penalty.document_number, penalty.id
            notify("record_unlisted", now=now, organisation_id=subject.id, record_id=record_id, document=number)
