"""What the answers of a revocation leave behind before the engine moves, and what an empty form proposes."""

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import Answer, FormContext, StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label


def last_decision(case_id: int) -> Decision:
    """Return the newest proposal of a case."""
    query = sa.select(Decision).where(Decision.case_id == case_id).order_by(Decision.sequence.desc()).limit(1)
    return db.session.scalars(query).one()


def noted(case: Case, key: str) -> str:
    """Return what was noted on a case under a key, "" where nothing was."""
    return str(case.details.get(key) or "")


def prefill_notice(context: FormContext) -> Answer:
    """Propose what was said when the case was opened."""
    return {"cause": noted(context.case, "cause"), "found": noted(context.case, "suspicion")}


def keep_findings(context: StepContext) -> None:
    """Keep what was found: the proposal begins with it."""
    keys = ("cause", "found", "evidence", "basis_article") if context.answer["outcome"] == "notify" else ("reasons",)
    context.case.details = context.case.details | {key: context.answer[key] for key in keys}


def keep_statement(context: StepContext) -> None:
    """Keep what the party says to it, and that it did."""
    said = {"position": context.answer["position"], "defence": context.answer["defence"]}
    context.case.details = context.case.details | said
    tell(context.case.id, "case_stated", actor=context.actor, now=context.now, step="state_case")


def prefill_proposal(context: FormContext) -> Answer:
    """Propose the findings of the notice; who said nothing gets the sentence that says so."""
    case = context.case
    silent = "" if case.details.get("defence") else label("revocation.said_nothing")
    kept = {key: noted(case, key) for key in ("cause", "found", "evidence", "basis_article")}
    return kept | {"response": silent}


def keep_proposal(context: StepContext) -> None:
    """Keep the proposal as a row of its own; one that was returned keeps its row."""
    case, answer = context.case, context.answer
    last = db.session.scalar(sa.select(sa.func.max(Decision.sequence)).where(Decision.case_id == case.id))
    decision = Decision(
        case_id=case.id,
        sequence=(last or 0) + 1,
        proposal=answer["recommendation"],
        conditions=[],
        reasons=answer["found"],
        details={key: answer.get(key) or "" for key in ("cause", "evidence", "response", "basis_article")},
        proposed_by_id=context.actor.account_id,
        proposed_at=context.now,
    )
    db.session.add(decision)
    tell(case.id, "proposed", actor=context.actor, now=context.now, step="examine", public=False,
         proposal=answer["recommendation"])  # fmt: skip


def keep_verdict(context: StepContext) -> None:
    """Put the verdict on the proposal."""
    decision = last_decision(context.case.id)
    decision.verdict, decision.note = context.answer["verdict"], context.answer.get("note") or ""
    decision.decided_by_id, decision.decided_at = context.actor.account_id, context.now
    if decision.verdict == "returned":
        facts = {"note": decision.note}
        tell(context.case.id, "returned", actor=context.actor, now=context.now, step="decide", public=False, **facts)
