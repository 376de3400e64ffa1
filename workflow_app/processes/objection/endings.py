"""How an objection ends: the reply, the orders, and what becomes of the record once every receipt is there."""

from workflow_app.cases import clocks
from workflow_app.cases.carrying_out import Finding, carry_out, order_due
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.objection import rules, shields
from workflow_app.processes.objection.platform_letter import issue_platform_letter
from workflow_app.processes.objection.telling import issue, last_proposal, running, tell_letter
from workflow_app.records import conclusions, lifecycle, marks
from workflow_app.records.conclusions import Order
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent


def reply(context: StepContext) -> None:
    """Answer in writing (L15): what was found, what changes from what to what, when, and what may be done against it."""
    case = context.case
    case.outcome, case.decided_at = last_proposal(case.id).proposal, context.now
    tell_letter(context, "replied", issue(context, "L15"))


def order_platforms(context: StepContext) -> None:
    """Order what the conclusion asks of the platforms, or the undoing of a shield where none was reached."""
    case = context.case
    if case.outcome not in conclusions.CONCLUSIONS:
        shields.unshield_orders(context)
        return
    decision = last_proposal(case.id)
    act = order_due(context, decision.proposal) or Order.END  # shielded before, and off the page it stays
    shields.order(context, act, sequence=decision.sequence, corrections=decision.details.get("corrections"))
    issue_platform_letter(context, act)


def settle_record(context: StepContext) -> None:
    """Carry the conclusion out on the record and take the flag off; other cases on it hear of both, in this order."""
    case, record = context.case, context.case.record
    context.raised += _carry_out(context, record)
    if (withdrawing := running(case, "penalty.withdraw")) is not None:
        how = "met" if case.outcome in conclusions.CONCLUSIONS else "cancelled"
        clocks.close(withdrawing, how=how, now=context.now)
    settled = marks.clear_in_dispute(
        record, case_no=case.number, outcome=str(case.outcome), actor=Actor.system(), now=context.now
    )
    if settled is not None:
        context.raised.append(settled)
    if case.outcome in conclusions.CONCLUSIONS:
        tell(case.id, "objection_settled", actor=Actor.system(), now=context.now, kind="system", outcome=case.outcome)
        notify("objection_settled", now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def _carry_out(context: StepContext, record: CreditRecord) -> list[RecordEvent]:
    """Return what happened to the record. Without a conclusion it is shown again where it was shielded for this case."""
    case = context.case
    basis = label("objection.basis_of_change", number=case.number)
    if case.outcome in conclusions.CONCLUSIONS:
        details = last_proposal(case.id).details
        quashed = case.details["dispute_ground"] == rules.Ground.SOURCE_REVOKED
        finding = Finding(
            conclusion=conclusions.Conclusion(case.outcome),
            basis=basis,
            corrections=details.get("corrections", {}),
            revoking_paper=str(case.details.get("revoking_paper", "")) if quashed else None,
        )
        return carry_out(context, finding)
    if record.status == conclusions.SUSPENDED and case.details.get("shielded"):
        return [lifecycle.resume(record, basis=basis, actor=Actor.system(), now=context.now, case_no=case.number)]
    return []


def record_withdrawal(context: StepContext) -> None:
    """End the case at its party's wish. A record that was shielded for it is shown again before the case closes."""
    case = context.case
    case.outcome, case.decided_at = "withdrawn", context.now
    tell(case.id, "withdrawn", actor=context.actor, now=context.now, reason=str(context.answer.get("reason", "")))
    if case.assignee_id or case.department_id:
        notify(
            "case_withdrawn",
            now=context.now,
            account_id=case.assignee_id,
            department_id=None if case.assignee_id else case.department_id,
            role=None if case.assignee_id else Role.OFFICER,
            case_number=case.number,
        )


def end_with_record(context: StepContext) -> None:
    """The record is nowhere any more, by whatever came from elsewhere: the objection has nothing left to speak of."""
    case = context.case
    case.outcome, case.decided_at = "ended", context.now
    reason = label(f"record_status.{case.record.status}")
    tell(case.id, "objection_ended", actor=context.actor, now=context.now, kind="system", reason=reason)
    notify("objection_ended", now=context.now, organisation_id=case.organisation_id, case_number=case.number)
