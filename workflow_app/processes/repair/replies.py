"""What the answers of credit repair leave behind before the engine moves, and what an empty form proposes."""

from datetime import date

import sqlalchemy as sa

from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.decisions import Decision
from workflow_app.cases.drafts import draft_of
from workflow_app.cases.kinds import Answer, FormContext, StepContext
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Account
from workflow_app.people.departments import department_by_code
from workflow_app.processes.repair import rules
from workflow_app.records.assessment import assess_record
from workflow_app.records.classification import responsible_department
from workflow_app.records.measures import in_force

WHOLE_CASE = "repair.feedback"


def application_day(case: Case) -> date:
    """The day whose law and facts decide whether the application may be accepted: the day it came in (rulebook §1.3)."""
    return legal_day(case.received_at)


def is_competent(case: Case, *, on: date) -> bool:
    """Tell whether the department a case lies with is the one that answers for its record (谁认定、谁修复)."""
    answering = responsible_department(case.record, on=on)
    return answering is not None and answering.id == case.department_id


def running(case: Case, key: str) -> Deadline | None:
    """Return a case's running clock of a key, stopped or not."""
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.key == key, Deadline.closed_at.is_(None))
    return db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).first()


def last_decision(case_id: int) -> Decision:
    """Return the newest proposal of a case."""
    query = sa.select(Decision).where(Decision.case_id == case_id).order_by(Decision.sequence.desc()).limit(1)
    return db.session.scalars(query).one()


def prefill_filing(context: FormContext) -> Answer:
    """Propose what the account and the record already say."""
    record = context.case.record
    account = db.session.get(Account, context.actor.account_id) if context.actor.account_id else None
    return {
        "applicant_name": context.actor.name,
        "applicant_phone": account.phone if account else "",
        "performed_on": record.performed_on.isoformat() if record.performed_on else "",
        "signer_name": record.legal_representative or "",
    }


def keep_forwarding(context: StepContext) -> None:
    """Send the case to the department the clerk named."""
    department = department_by_code(str(context.answer["department_code"]))
    context.case.department = department
    facts = {"department": department.name if department else "", "reason": context.answer["reason"]}
    tell(context.case.id, "forwarded", actor=context.actor, now=context.now, step="forward", **facts)


def prefill_acceptance(context: FormContext) -> Answer:
    """Propose a refusal with the exact date where the application is too early, else acceptance."""
    eligibility = assess_record(context.case.record, on=application_day(context.case), judged_on=context.today)
    if rules.earliest(eligibility):
        return {"outcome": "refused", "ground": "too_early"}
    competent = responsible_department(context.case.record, on=context.today)
    if competent is not None and competent.id != context.case.department_id:
        return {"outcome": "refused", "ground": "wrong_authority", "competent_body": competent.name}
    return {"outcome": "accepted" if eligibility.verdict == "eligible" else ""}


def check_correction_reply(context: FormContext, answer: Answer) -> Answer:
    """Every paper asked for gets an answer of its own."""
    rules.check_not_held(context.case.record.dispute_case_no, context.case.record.status)
    wanted = context.case.details.get("missing_items") or []
    given = {str(r.get("name")): r for r in answer["responses"]}
    items = wanted if isinstance(wanted, list) else []
    missing = [str(item["name"]) for item in items if not given.get(str(item["name"]), {}).get("response")]
    if missing:
        raise InvalidInput({"responses": label("field_error.answer_each", names="、".join(missing))})
    return answer


def keep_correction(context: StepContext) -> None:
    """Let the clock of the whole case run on, or begin anew as the parameter has it, from the day the papers are complete.

    Rulebook §10.4, `supplement_mode`. The clock of acceptance begins anew by the diagram.
    """
    tell(context.case.id, "corrected", actor=context.actor, now=context.now, step="correct")
    anew = bool(value_of("repair.correction_restarts", on=application_day(context.case)).value)
    resume_whole(context.case, context.today, anew=anew)


def resume_whole(case: Case, on: date, *, anew: bool = False) -> None:
    """Let the clock of the whole case run on from a day; `anew` leaves what ran before the stop out of the count."""
    deadline = running(case, WHOLE_CASE)
    why = label("repair.stopped_for_correction")
    if deadline is not None and clocks.is_stopped_for(deadline, why):
        if anew:
            anew_for = label("repair.restarted_after_correction")
            clocks.restart(deadline, on=on, reason=anew_for, stopped_for=why)
        else:
            clocks.resume(deadline, on=on, reason=why)


def prefill_review(context: FormContext) -> Answer:
    """Propose what was typed before an enquiry went out; else what the system sees for each condition, what it cannot see left
    open, and the measures in force to lift."""
    kept = typed_before_enquiry(context)
    if kept:
        return kept
    day = application_day(context.case)
    eligibility = assess_record(context.case.record, on=day, judged_on=context.today, commitment=True)
    found = [
        {"key": c.key, "finding": str(c.state) if c.state in ("met", "unmet") else "", "remark": ""}
        for c in eligibility.conditions
    ]
    measures = "\n".join(row.measure.name for row in in_force(context.case.record_id))
    return {"conditions": found, "recommendation": "", "measures": measures}


def typed_before_enquiry(context: FormContext) -> Answer:
    """Return what the reviewing officer had typed when the review was left for an enquiry: its task ended unanswered."""
    query = sa.select(CaseTask).where(CaseTask.case_id == context.case.id, CaseTask.step == "review")
    left = db.session.scalars(
        query.where(CaseTask.closed_at.is_not(None)).order_by(CaseTask.id.desc()).limit(1)
    ).first()
    draft = draft_of(context.actor.account_id, f"task:{left.id}") if left is not None and left.answer is None else None
    return dict(draft.values) if draft else {}


def keep_proposal(context: StepContext) -> None:
    """Keep the proposal as a row of its own; one that was returned keeps its row."""
    case, answer = context.case, context.answer
    last = db.session.scalar(sa.select(sa.func.max(Decision.sequence)).where(Decision.case_id == case.id))
    decision = Decision(
        case_id=case.id,
        sequence=(last or 0) + 1,
        proposal=answer["recommendation"],
        conditions=answer["conditions"],
        reasons=answer["reasons"],
        details={k: answer.get(k, "") for k in ("basis_article", "measures", "reapply_condition", "ruleset")},
        proposed_by_id=context.actor.account_id,
        proposed_at=context.now,
    )
    db.session.add(decision)
    facts = {"proposal": answer["recommendation"]}
    tell(case.id, "proposed", actor=context.actor, now=context.now, step="review", public=False, **facts)


def keep_verdict(context: StepContext) -> None:
    """Put the verdict on the proposal."""
    decision = last_decision(context.case.id)
    decision.verdict, decision.note = context.answer["verdict"], context.answer.get("note") or ""
    decision.decided_by_id, decision.decided_at = context.actor.account_id, context.now
    if decision.verdict == "returned":
        facts = {"note": decision.note}
        tell(context.case.id, "returned", actor=context.actor, now=context.now, step="decide", public=False, **facts)
