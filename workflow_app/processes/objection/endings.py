"""How an objection ends: the reply, the orders, and what becomes of the record once every receipt is there."""

from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.objection import rules, shields
from workflow_app.processes.objection.intake import suspends_unverifiable
from workflow_app.processes.objection.platform_letter import issue_platform_letter
from workflow_app.processes.objection.rules import Conclusion
from workflow_app.processes.objection.telling import issue, last_proposal, running, tell_letter
from workflow_app.records import held, lifecycle, marks, window
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
    if case.outcome not in rules.CONCLUSIONS:
        shields.unshield_orders(context)
        return
    decision = last_proposal(case.id)
    act = order_due(context, decision.proposal) or rules.Order.END  # shielded before, and off the page it stays
    after = {name: row["after"] for name, row in decision.details.get("corrections", {}).items()}
    shields.order(context, act, sequence=decision.sequence, after=after)
    issue_platform_letter(context, act)


def order_due(context: StepContext, conclusion: str) -> rules.Order | None:
    """Return what the platforms have to do after a conclusion, as the record stands now."""
    record = context.case.record
    over = window.has_ended(record, on=context.today)
    return rules.order_for(conclusion, status=record.status, suspends=suspends_unverifiable(context), over=over)


def settle_record(context: StepContext) -> None:
    """Carry the conclusion out on the record and take the flag off; other cases on it hear of both, in this order."""
    case, record = context.case, context.case.record
    if record.status not in rules.FINAL:
        context.raised += _carry_out(context, record)
    if (withdrawing := running(case, "penalty.withdraw")) is not None:
        clocks.close(withdrawing, how="met" if case.outcome in rules.CONCLUSIONS else "cancelled", now=context.now)
    settled = marks.clear_in_dispute(
        record, case_no=case.number, outcome=str(case.outcome), actor=Actor.system(), now=context.now
    )
    if settled is not None:
        context.raised.append(settled)
    if case.outcome in rules.CONCLUSIONS:
        tell(case.id, "objection_settled", actor=Actor.system(), now=context.now, kind="system", outcome=case.outcome)
        notify("objection_settled", now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def _carry_out(context: StepContext, record: CreditRecord) -> list[RecordEvent]:
    """Return what happened to the record: held back before, it is shown again where the conclusion leaves it public."""
    case, events = context.case, []
    by: dict[str, Any] = {"actor": Actor.system(), "now": context.now, "case_no": case.number}
    basis = label("objection.basis_of_change", number=case.number)
    shows = case.outcome in rules.VERIFIED or (case.outcome not in rules.CONCLUSIONS and case.details.get("shielded"))
    if record.status == rules.SUSPENDED and (shows or case.outcome == Conclusion.STOPPED):
        events.append(lifecycle.resume(record, basis=basis, **by))
    if case.outcome not in rules.CONCLUSIONS or record.status in rules.FINAL:
        return events
    conclusion = Conclusion(case.outcome)
    if conclusion in rules.CHANGES:
        events.append(lifecycle.correct(record, changes=_changes(case, record), basis=basis, **by))
    elif conclusion is Conclusion.STOPPED and record.status == rules.PUBLIC:
        events.append(_stop(context, record, basis))
    elif conclusion is Conclusion.DELETED:
        quashed = case.details["dispute_ground"] == rules.Ground.SOURCE_REVOKED
        paper = str(case.details.get("revoking_paper", ""))[:200]
        event = (
            lifecycle.revoke_source(record, basis=paper or basis, **by)
            if quashed
            else lifecycle.delete(record, basis=basis, **by)
        )
        events.append(event)
    elif conclusion is Conclusion.DELISTED and record.status in (rules.PUBLIC, rules.SUSPENDED):
        events.append(lifecycle.delist(record, basis=basis, reason=label("record_left.objection"), **by))
    elif conclusion is Conclusion.UNVERIFIABLE and record.status == rules.PUBLIC and suspends_unverifiable(context):
        events.append(lifecycle.suspend(record, basis=label("objection.unverifiable_basis"), **by))
    if conclusion is Conclusion.UNVERIFIABLE and record.status == rules.SUSPENDED:
        held.ask(record, now=context.now)
    return events


def _stop(context: StepContext, record: CreditRecord, basis: str) -> RecordEvent:
    """End publication: by its period where that has passed, else as a record that should not be public."""
    if window.is_over(record, on=context.today):
        return lifecycle.expire(record, basis=basis, actor=Actor.system(), now=context.now)
    return lifecycle.withhold(record, actor=Actor.system(), now=context.now, basis=basis)


def _changes(case: Case, record: CreditRecord) -> dict[str, Any]:
    kept = last_proposal(case.id).details["corrections"]
    changes = {name: rules.typed(name, row["after"]) for name, row in kept.items()}
    penalties = rules.penalties_after(record.penalties, changes)
    return changes if penalties is None else changes | {"penalties": penalties}


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
