"""What the service tasks of credit repair do: each the consequence of an answer, inside the answer's own transaction."""

from datetime import timedelta

from workflow_app.cases import alarms, clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.repair import enquiry, letters, rules
from workflow_app.processes.repair.replies import WHOLE_CASE, last_decision, resume_whole, running
from workflow_app.processes.repair.telling import department_of, issue, tell_contested, tell_letter, tell_unasked
from workflow_app.records import lifecycle, write_back
from workflow_app.records.assessment import original_end
from workflow_app.records.measure_notices import order_lifting
from workflow_app.records.measures import named_in

PLATFORM_ORDER = ("publication", "sharing")


def filed(context: StepContext) -> None:
    """Mark the record as being repaired, so that nothing else starts on it."""
    lifecycle.mark_in_repair(context.case.record, case_no=context.case.number, actor=context.actor, now=context.now)


def deliver_to_department(context: StepContext) -> None:
    """Put the application before the recognising department; its clock for acceptance runs from here (rulebook §1.6)."""
    case, department = context.case, department_of(context.case)
    case.delivered_at = context.now
    tell(case.id, "delivered", actor=Actor.system(), now=context.now, kind="system", department=department.name)
    notify("case_arrived", now=context.now, department_id=department.id, role=Role.OFFICER, case_number=case.number)
    if case.record.dispute_case_no is not None:
        hold(context)
    elif case.record.status in rules.HELD:
        hold(context, rules.HELD[case.record.status])


def confirm_acceptance(context: StepContext) -> None:
    """Accept: the decision clock runs, the party gets L02."""
    context.case.accepted_at = context.now
    letter = issue(context, "L02")
    tell_letter(context, "accepted", letter)
    if context.case.record.contest is not None:
        tell_contested(context.case, actor=Actor.system(), now=context.now)


def request_correction(context: StepContext) -> None:
    """Ask once for everything that is missing (L04); the time the party takes is not counted for the whole case."""
    case = context.case
    case.details = case.details | {"correction_requested": True, "missing_items": context.answer["missing_items"]}
    letter = issue(context, "L04")
    whole = running(case, WHOLE_CASE)
    if whole is not None:
        paper = letter.number
        clocks.stop(
            whole,
            on=context.today,
            reason=label("repair.stopped_for_correction"),
            paper=paper,
            by=context.actor.account_id,
            now=context.now,
        )
    tell_letter(context, "correction_requested", letter)


def note_correction_lapsed(context: StepContext) -> None:
    """The time for correction has passed without an answer: back to the officer, who decides on what there is."""
    case = context.case
    case.details = case.details | {"correction_lapsed": True}
    resume_whole(case, context.today + timedelta(days=1))  # it ran out with this day, however late that was noticed
    tell(case.id, "correction_lapsed", actor=Actor.system(), now=context.now, kind="system")
    notify("correction_lapsed", now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def refuse(context: StepContext) -> None:
    """Do not accept: reasons, the way forward and the remedies (L03). No mark of any kind stays with the party."""
    _conclude(context, "refused", "L03")


def issue_grant(context: StepContext) -> None:
    """Grant the repair (L07). The record is repaired only when the platforms have confirmed."""
    _conclude(context, "granted", "L07")


def issue_denial(context: StepContext) -> None:
    """Deny the repair (L08): each unmet condition with its evidence, and when to apply again."""
    _conclude(context, "denied", "L08")


def queue_write_back(context: StepContext) -> None:
    """Order the platforms to end publication and sharing, and the bodies to lift the measures that the decision names; sent by
    the job engine after this transaction."""
    case, sequence = context.case, last_decision(context.case.id).sequence
    for destination in PLATFORM_ORDER:
        write_back.queue(
            case_id=case.id,
            case_no=case.number,
            record_id=case.record_id,
            decision_seq=sequence,
            destination=destination,
            payload=letters.platform_order(case, destination, decided_on=context.today),
            now=context.now,
        )
    tell(case.id, "write_back_queued", actor=Actor.system(), now=context.now, kind="system")
    named = named_in(str(last_decision(case.id).details.get("measures", "")).splitlines(), case.record_id)
    home = department_of(case)
    order_lifting(named, case_id=case.id, case_no=case.number, home=home, now=context.now)


def give_feedback(context: StepContext) -> None:
    """Tell the party the result; a granted repair takes effect on the record now that every receipt is there, and its
    commitment is public from now on (rulebook §1.4 no. 3, §7)."""
    case, system = context.case, Actor.system()
    ended = case.outcome == "granted" and case.record.status in lifecycle.NOTHING_TO_REPAIR
    if ended:  # stopped, withheld or its decision quashed before the receipts were there: it is not called repaired
        lifecycle.clear_in_repair(
            case.record, case_no=case.number, reason="record_ended", actor=system, now=context.now
        )
    elif case.outcome == "granted":
        receipts = write_back.receipts_of(case.id)
        event = lifecycle.mark_repaired(
            case.record, case_no=case.number, receipts=receipts, actor=system, now=context.now
        )
        context.raised.append(event)
        case.commitment_until = original_end(case.record, on=context.today)
    tell(case.id, "feedback", actor=system, now=context.now, kind="system", outcome=case.outcome or "")
    delisted = case.outcome == "granted" and case.record.is_entry
    key = "result_record_ended" if ended else "result_delisted" if delisted else f"result_{case.outcome}"
    notify(key, now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def record_withdrawal(context: StepContext) -> None:
    """End the case at its party's wish; the record is as it was."""
    case = context.case
    case.outcome = "withdrawn"
    enquiry.drop_open(context)
    lifecycle.clear_in_repair(
        case.record, case_no=case.number, reason="withdrawn", actor=context.actor, now=context.now
    )
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
    """The record is no longer there to be repaired: quashed, deleted, off the page by itself (§12.2 no. 11). No mark stays."""
    case = context.case
    case.outcome, reason = "ended", label(f"repair.ended.{case.record.status}")
    enquiry.drop_open(context)
    lifecycle.clear_in_repair(case.record, case_no=case.number, reason="ended", actor=context.actor, now=context.now)
    tell_unasked(context, "ended", {"ended": True}, reason)


def hold(context: StepContext, why: str = "dispute") -> None:
    """Let every clock of a case stand still while its record is disputed, `shielded` by a plan or `suspended`, on the paper that
    says so (L11, §10.4)."""
    reason = label(f"repair.stopped_for_{why}")
    letter = tell_unasked(context, "held" if why == "dispute" else "held_record", {"why": why}, reason)
    paper = letter.number if letter else str(context.case.record.dispute_case_no or "")
    by = context.actor.account_id
    for deadline in clocks.open_deadlines(context.case):
        if deadline.fired_at is None and not clocks.is_stopped_for(deadline, reason):
            clocks.stop(deadline, on=context.today, reason=reason, paper=paper, by=by, now=context.now)


def extend(context: StepContext) -> None:
    """Tell the party that the time for the decision was extended, until when and why (L06); the whole case with it."""
    whole = running(context.case, WHOLE_CASE)
    if whole is not None:
        clocks.extend_too(whole, context.answer["extension"])
    letter = issue(context, "L06")
    tell_letter(context, "extension_letter", letter)


def escalate_overdue(context: StepContext) -> None:
    """A legal clock has run out. There is no deemed approval: those who answer for it are told (rulebook §1.6)."""
    alarms.tell_overdue(context.case, str(context.params["key"]), now=context.now)


def _conclude(context: StepContext, outcome: str, code: str) -> None:
    case = context.case
    case.outcome, case.decided_at = outcome, context.now
    letter = issue(context, code)
    if outcome != "granted":
        lifecycle.clear_in_repair(
            case.record, case_no=case.number, reason=outcome, actor=context.actor, now=context.now
        )
    tell_letter(context, outcome, letter)
