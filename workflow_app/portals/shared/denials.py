"""Refusals in the audit log. A refusal is: this person may not. What is not there for them (404), what is not theirs to do
(403), and what the rule of two persons leaves to another (422). A wrong field, a stage or a clock refuses nobody."""

import logging
from datetime import timedelta

import sqlalchemy as sa
from flask import request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from workflow_app.audit import log
from workflow_app.audit.log import AuditEvent
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AnotherPersonsAct, AppError, NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.labels import has_label
from workflow_app.people.accounts import Actor
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import viewer
from workflow_app.portals.shared.words import worded

logger = logging.getLogger("workflow_app.security")
DENIED, DENIED_OFTEN = "access.denied", "access.denied_often"
MOST = 30  # rows of one person and one reason …
WINDOW = timedelta(minutes=15)  # … in this time: whoever walks through numbers must not fill the chain


def note_denial(error: AppError) -> None:
    """Put a refusal of a signed-in person into the audit log; the last row of many says that more are not put down.

    A thing that does not exist is noted like one that is hidden: otherwise the time an answer takes would tell them apart.
    """
    seen = viewer()
    if seen is None or not isinstance(error, (NotFound, NotPermitted, AnotherPersonsAct)):
        return
    reason = "not_found" if isinstance(error, NotFound) else error.code
    before = _lately(seen.actor, reason)
    if before >= MOST:
        logger.warning("account %s refused again (%s): %s", seen.actor.account_id, reason, request.path[:300])
        return
    try:
        with transaction():
            log.record(
                actor=seen.actor,
                action=DENIED_OFTEN if before == MOST - 1 else DENIED,
                object_type="route",
                object_id=request.endpoint or "",
                details={"method": request.method, "path": request.path[:300]},
                outcome="denied",
                reason=reason,
                now=now(),
            )
    except SQLAlchemyError:
        logger.exception("a refusal could not be put into the audit log")


def refused_on_page(error: RuleViolation) -> dict[str, Markup]:
    """Return what a form says about the rule that forbids its answer. Noted where it is a refusal: the page goes on."""
    note_denial(error)
    code = error.code if has_label(f"error.{error.code}") else RuleViolation.code
    return {"form": worded(f"error.{code}", error.facts)}


def _lately(actor: Actor, reason: str) -> int:
    """Return how many refusals of a person for a reason are in the log of the last minutes, counted to `MOST`."""
    rows = sa.select(AuditEvent.seq).where(
        AuditEvent.account_id == actor.account_id,
        AuditEvent.at > now() - WINDOW,
        AuditEvent.action.in_((DENIED, DENIED_OFTEN)),
        AuditEvent.reason == reason,
    )
    found = db.session.scalar(sa.select(sa.func.count()).select_from(rows.limit(MOST).subquery())) or 0
    db.session.rollback()
    return found
