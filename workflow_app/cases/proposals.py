"""Proposals on a case and the verdicts of other persons on them, for kinds that propose more than once: each a row of its own."""

from typing import Any

import sqlalchemy as sa

from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db


def last_decision(case_id: int) -> Decision:
    """Return what was proposed last on a case."""
    query = sa.select(Decision).where(Decision.case_id == case_id).order_by(Decision.sequence.desc()).limit(1)
    return db.session.scalars(query).one()


def propose(context: StepContext, proposal: str, *, reasons: str, details: dict[str, Any]) -> None:
    """Keep a proposal as a row of its own, for another person to decide; one that was returned keeps its row."""
    last = db.session.scalar(sa.select(sa.func.max(Decision.sequence)).where(Decision.case_id == context.case.id))
    decision = Decision(
        case_id=context.case.id,
        sequence=(last or 0) + 1,
        proposal=proposal,
        conditions=[],
        reasons=reasons,
        details=details,
        proposed_by_id=context.actor.account_id,
        proposed_at=context.now,
    )
    db.session.add(decision)


def decide(context: StepContext, *, step: str) -> Decision:
    """Put the verdict of another person on what was proposed last, and tell where it was returned."""
    decision = last_decision(context.case.id)
    decision.verdict, decision.note = context.answer["verdict"], context.answer.get("note") or ""
    decision.decided_by_id, decision.decided_at = context.actor.account_id, context.now
    if decision.verdict == "returned":
        facts = {"note": decision.note}
        tell(context.case.id, "returned", actor=context.actor, now=context.now, step=step, public=False, **facts)
    return decision
