"""What the answers of a rectification leave behind before the engine moves, and what an empty form proposes."""

from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, FormContext, StepContext
from workflow_app.cases.proposals import decide, propose
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.law.letter_words import penal_words_in
from workflow_app.people.accounts import Account

PLAN = ("obligations", "term_basis", "basis_article")


def obligations_of(case: Case) -> list[dict[str, Any]]:
    """Return the obligations of the notice, in its order."""
    found = case.details.get("obligations")
    return found if isinstance(found, list) else []


def keep_plan(context: StepContext) -> None:
    """Keep the plan of the notice, or why nothing is urged, for the head to decide."""
    answer = context.answer
    if answer["outcome"] == "notify":
        details = {key: answer[key] for key in PLAN}
        context.case.details = context.case.details | details
        propose(context, "notify", reasons=str(context.case.details.get("unperformed", "")), details=details)
    else:
        propose(context, "drop", reasons=answer["reasons"], details={})
    proposal = {"proposal": answer["outcome"]}
    tell(context.case.id, "proposed", actor=context.actor, now=context.now, step="prepare", public=False, **proposal)


def prefill_plan(context: FormContext) -> Answer:
    """Propose the plan that was returned or has to be changed; at first what the decision ordered, in its own words."""
    details = context.case.details
    if details.get("obligations"):
        return {"outcome": "notify"} | {key: details.get(key) or "" for key in PLAN}
    ordered = context.case.record.penalty_text
    what = "" if penal_words_in(ordered) else ordered[:500]
    return {"obligations": [{"what": what, "standard": "", "due_on": "", "acceptance": ""}]}


def keep_approval(context: StepContext) -> None:
    """Put the head's verdict on the plan."""
    decide(context, step="approve_notice")


def keep_report(context: StepContext) -> None:
    """Keep what the party reports, item by item, and what it says beside it."""
    said = {"reports": context.answer["reports"], "explanation": context.answer["explanation"]}
    context.case.details = context.case.details | said | {"reported_at": context.now.isoformat()}


def prefill_verification(context: FormContext) -> Answer:
    """Propose what the second officer returned."""
    kept = context.case.details.get("verification")
    return dict(kept) if isinstance(kept, dict) else {}


def keep_verification(context: StepContext) -> None:
    """Keep what was found: what the second officer confirms, and what the letter says."""
    case, answer = context.case, context.answer
    keys = ("way", "on_site_officers", "third_party_paper", "findings", "performed_on", "basis_article")
    details = {key: answer.get(key) or "" for key in keys} | {"verifier": context.actor.name}
    kept = {key: value for key, value in answer.items() if key != "findings"}
    kept["findings"] = [{"key": str(n), **row} for n, row in enumerate(answer["findings"], 1)]
    case.details = case.details | {"verification": kept}
    propose(context, answer["conclusion"], reasons=answer["reasons"], details=details)
    found = {"proposal": answer["conclusion"]}
    tell(case.id, "rectification_verified", actor=context.actor, now=context.now, step="verify", public=False, **found)


def keep_confirmation(context: StepContext) -> None:
    """Put the second officer's word on the finding; the case stays with the first, where they are of its department still."""
    decision, case = decide(context, step="confirm"), context.case
    decision.details = decision.details | {"second": context.actor.name}
    first = db.session.get_one(Account, decision.proposed_by_id)
    if first.department_id == case.department_id:
        case.assignee_id = first.id
