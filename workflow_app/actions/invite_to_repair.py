"""Inviting the subject of a record, once, when it has become repairable: a message and a row in one transaction a record."""

import logging
from datetime import datetime, time

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.failpoints import failpoint
from workflow_app.jobs.queue import periodic
from workflow_app.law.eligibility import Verdict
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.invitations import RepairInvitation, invitation_of, perhaps_repairable

logger = logging.getLogger("records")
SLICE = 200


@periodic(name="invitation_sweep", daily_at=time(0, 20))
def invitation_sweep(now: datetime) -> int:
    """Invite whoever may apply from today on and return how many. A broken record is logged, the next one goes on."""
    after, invited = 0, 0
    while ids := perhaps_repairable(on=legal_day(now), after=after, limit=SLICE):
        db.session.rollback()
        invited += sum(_one(record_id, now) for record_id in ids)
        after = ids[-1]
    return invited


def _one(record_id: int, now: datetime) -> int:
    try:
        with transaction():
            return _invite(record_id, now)
    except Exception:
        logger.exception("record %s", record_id)
        return 0


def _invite(record_id: int, now: datetime) -> int:
    """Look again under the record's lock: a second sweep, a case or a decision may have come first. Only what may be applied
    for today is invited, and nobody whose application or objection is being worked on."""
    today = legal_day(now)
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )
    if record is None or invitation_of(record_id) is not None or _is_taken(record_id):
        return 0
    if record_id not in perhaps_repairable(on=today, after=record_id - 1, limit=1):
        return 0
    found = assess_record(record, on=today)
    organisation_id = record.organisation_id
    if found.verdict is not Verdict.ELIGIBLE or organisation_id is None:
        return 0
    earliest = found.earliest_date
    db.session.add(
        RepairInvitation(record_id=record_id, organisation_id=organisation_id, earliest_on=earliest, invited_at=now)
    )
    key = "repair_invited" if record.fully_performed else "repair_invited_if_performed"
    notify(key, now=now, organisation_id=organisation_id, document=record.document_number, record=record_id)
    facts = {"earliest_on": earliest.isoformat() if earliest else ""}
    log.record(
        actor=Actor.system(), action="record.invited", object_type="record", object_id=str(record_id), details=facts,
        now=now,
    )  # fmt: skip
    failpoint("invitation.written")
    return 1


def _is_taken(record_id: int) -> bool:
    open_case = sa.select(Case.id).where(Case.record_id == record_id, Case.closed_at.is_(None))
    return db.session.scalar(open_case.limit(1)) is not None
