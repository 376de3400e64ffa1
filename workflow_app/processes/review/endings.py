"""How a review ends: the reply, the orders where the conclusion changes, and what becomes of the record afterwards."""

from workflow_app.cases.carrying_out import Finding, carry_out, order, order_due
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.errors import RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.review.proposals import last_proposal
from workflow_app.processes.review.rules import CHANGED, OUTCOMES
from workflow_app.processes.review.subject import objection_of
from workflow_app.processes.review.telling import issue, tell_letter
from workflow_app.records import marks
from workflow_app.records.conclusions import Conclusion

REVOKED = "SOURCE_REVOKED"  # the objection's ground where the decision behind the record was quashed


def reply(context: StepContext) -> None:
    """Answer in writing (L15R), and tell the department whose conclusion it was, on its own case."""
    case, objection = context.case, objection_of(context.case)
    case.outcome, case.decided_at = last_proposal(case.id).proposal, context.now
    letter = issue(context, "L15R")
    tell_letter(context, "replied", letter)
    result = label(f"outcome.{case.outcome}")
    tell(
        objection.id, "review_answered", actor=context.actor, now=context.now, number=case.number,
        letter=letter.number, result=result,
    )  # fmt: skip
    notify(
        "review_answered", now=context.now, department_id=objection.department_id, role=Role.OFFICER,
        case_number=objection.number, result=result,
    )  # fmt: skip


def order_platforms(context: StepContext) -> None:
    """Order what the new conclusion asks of the platforms."""
    case, decision = context.case, last_proposal(context.case.id)
    act = order_due(context, str(decision.details["conclusion"]))
    if act is None:  # the diagram leads here where something is to be ordered, in the same transaction
        raise RuleViolation("objection_not_public")
    order(context, act, sequence=decision.sequence, corrections=decision.details["corrections"])
    key = f"objection_ordered_{act.value}"
    tell(case.id, key, actor=Actor.system(), now=context.now, kind="system")


def settle_record(context: StepContext) -> None:
    """Carry a changed conclusion out and take the mark off; other cases on the record hear of both, in this order."""
    case = context.case
    if case.outcome == CHANGED:
        context.raised += carry_out(context, _finding(case))
    settled = marks.clear_in_dispute(
        case.record, case_no=case.number, outcome=str(case.outcome), actor=Actor.system(), now=context.now
    )
    if settled is not None:
        context.raised.append(settled)
    if case.outcome in OUTCOMES:
        tell(case.id, "review_settled", actor=Actor.system(), now=context.now, kind="system")
        notify("review_settled", now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def _finding(case: Case) -> Finding:
    decision, said = last_proposal(case.id), objection_of(case).details
    quashed = said.get("dispute_ground") == REVOKED
    return Finding(
        conclusion=Conclusion(decision.details["conclusion"]),
        basis=label("review.basis_of_change", number=case.number),
        corrections=decision.details["corrections"],
        revoking_paper=str(said.get("revoking_paper", "")) if quashed else None,
    )


def record_withdrawal(context: StepContext) -> None:
    """End the case at its party's wish; the conclusion stands as it was."""
    case = context.case
    case.outcome, case.decided_at = "withdrawn", context.now
    tell(case.id, "withdrawn", actor=context.actor, now=context.now, reason=str(context.answer.get("reason", "")))
    notify(
        "case_withdrawn",
        now=context.now,
        account_id=case.assignee_id,
        department_id=None if case.assignee_id else case.department_id,
        role=None if case.assignee_id else Role.OFFICER,
        case_number=case.number,
    )


def end_with_record(context: StepContext) -> None:
    """The record is nowhere any more, by whatever came from elsewhere: nothing is left to review."""
    case = context.case
    case.outcome, case.decided_at = "ended", context.now
    reason = label(f"record_status.{case.record.status}")
    tell(case.id, "review_ended", actor=context.actor, now=context.now, kind="system", reason=reason)
    notify("review_ended", now=context.now, organisation_id=case.organisation_id, case_number=case.number)
