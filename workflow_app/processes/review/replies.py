"""What the answers of a review leave behind before the engine moves: the proposal, and the verdict on it."""

from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.processes.review.proposals import last_proposal, next_sequence
from workflow_app.processes.review.rules import OUTCOME_OF


def keep_proposal(context: StepContext) -> None:
    """Keep the proposal as a row of its own; one that was returned keeps its row."""
    case, answer = context.case, context.answer
    decision = Decision(
        case_id=case.id,
        sequence=next_sequence(case.id),
        proposal=OUTCOME_OF[answer["finding"]],
        conditions=[],
        reasons=answer["reasons"],
        details={
            "basis_article": answer["basis_article"],
            "ground": answer.get("ground") or "",
            "conclusion": answer.get("conclusion") or "",
            "corrections": answer["corrections"],
        },
        proposed_by_id=context.actor.account_id,
        proposed_at=context.now,
    )
    db.session.add(decision)
    facts = {"proposal": decision.proposal}
    tell(case.id, "proposed", actor=context.actor, now=context.now, step="examine", public=False, **facts)


def keep_verdict(context: StepContext) -> None:
    """Put the verdict on the proposal."""
    decision = last_proposal(context.case.id)
    decision.verdict, decision.note = context.answer["verdict"], context.answer.get("note") or ""
    decision.decided_by_id, decision.decided_at = context.actor.account_id, context.now
    if decision.verdict == "returned":
        facts = {"note": decision.note}
        tell(context.case.id, "returned", actor=context.actor, now=context.now, step="decide", public=False, **facts)
