"""The proposals of a review, newest last; the rows stay whatever becomes of them."""

import sqlalchemy as sa

from workflow_app.cases.decisions import Decision
from workflow_app.foundation.database import db
from workflow_app.processes.review.rules import OUTCOMES


def last_proposal(case_id: int) -> Decision:
    """Return the newest proposal of a review."""
    query = sa.select(Decision).where(Decision.case_id == case_id, Decision.proposal.in_(OUTCOMES))
    return db.session.scalars(query.order_by(Decision.sequence.desc()).limit(1)).one()


def next_sequence(case_id: int) -> int:
    """Return the number of the next decision of a case."""
    last = db.session.scalar(sa.select(sa.func.max(Decision.sequence)).where(Decision.case_id == case_id))
    return (last or 0) + 1
