"""What the service tasks of a revocation do: each the consequence of an answer, inside the answer's own transaction."""

from typing import Any

from workflow_app.cases import alarms
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.service_clocks import wait_for_service
from workflow_app.cases.timeline import tell
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.revocation import figures, letters
from workflow_app.processes.revocation.replies import last_decision
from workflow_app.records import lifecycle, write_back
from workflow_app.records.assessment import original_end
from workflow_app.records.repair_bar import bar


def escalate_overdue(context: StepContext) -> None:
    """A clock of the office has run out: those who answer for it are told."""
    alarms.tell_overdue(context.case, str(context.params["key"]), now=context.now)


def drop(context: StepContext) -> None:
    """What was suspected is not so: the case ends before the party was told anything, the repair stands."""
    case = context.case
    case.outcome, case.decided_at = "dropped", context.now
    tell(case.id, "revocation_dropped", actor=context.actor, now=context.now, step="notify")


def give_notice(context: StepContext) -> None:
    """Tell the party what is held against it and how long it may state its case (L09, rulebook §1.8): its time runs from the
    day the letter is served, not from the day it is issued (§10.5)."""
    case = context.case
    case.details = case.details | {"told_at": context.now.isoformat()}
    letter = _issue(context, "L09")
    wait_for_service(case, code="L09", number=letter.number, on=context.today, now=context.now)
    _tell_letter(context, "revocation_noticed", letter)


def note_silence(context: StepContext) -> None:
    """The party said nothing in its time: the case goes on with what was found."""
    tell(context.case.id, "revocation_unheard", actor=Actor.system(), now=context.now, kind="system")
    _notify_party(context, "revocation_unheard")


def issue_revocation(context: StepContext) -> None:
    """Revoke (L10): the record is public again to the end of its original longest period, the subject is barred; platforms
    follow by orders of their own. Nothing is counted anew (rulebook §1.8, §12.2 no. 15, 33)."""
    case, record = context.case, context.case.record
    decision, days = last_decision(case.id), figures.consequences(on=context.today)
    case.outcome, case.decided_at = "revoked", context.now
    record.stops_on = original_end(record, on=context.today)
    letter = _issue(context, "L10")
    facts = {
        "cause": decision.details["cause"],
        "barred_until": days.bar_ends_on.isoformat(),
        "breach_shown_until": days.breach_shown_until.isoformat(),
    }
    context.raised.append(
        lifecycle.revoke_repair(
            record, case_no=case.number, basis=letter.number, facts=facts, actor=context.actor, now=context.now
        )
    )
    bar(
        record,
        case_no=case.number,
        begins_on=days.bar_begins_on,
        ends_on=days.bar_ends_on,
        basis=days.basis,
        now=context.now,
    )
    _tell_letter(context, "revocation_decided", letter)


def keep_repair(context: StepContext) -> None:
    """Do not revoke: the party, which was told of the opposite, gets it in writing."""
    case = context.case
    case.outcome, case.decided_at = "kept", context.now
    _tell_letter(context, "revocation_upheld", _issue(context, "L10N"))


def queue_write_back(context: StepContext) -> None:
    """Order the platforms to show the record again, or that the commitment was broken; sent after this transaction."""
    case, sequence = context.case, last_decision(context.case.id).sequence
    for destination in letters.DESTINATIONS:
        write_back.queue(
            case_id=case.id,
            case_no=case.number,
            record_id=case.record_id,
            decision_seq=sequence,
            destination=destination,
            payload=letters.platform_order(case, destination, decided_on=context.today),
            now=context.now,
        )
    tell(case.id, "revocation_orders", actor=Actor.system(), now=context.now, kind="system")


def give_feedback(context: StepContext) -> None:
    """Tell the party that it is over. Where the record has ended while it was being shown again, the office looks."""
    case = context.case
    if case.outcome != "dropped":  # nobody was told of a case that led to nothing
        _notify_party(context, f"result_{case.outcome}")
    tell(case.id, "revocation_over", actor=Actor.system(), now=context.now, kind="system")
    shown = write_back.leaves_shown(case.id)
    if shown and not case.record.published:
        _notify_office(context, "restored_but_gone")


def end_with_record(context: StepContext) -> None:
    """The repair in question is no longer there: the decision behind the record was quashed, or its time has passed."""
    case = context.case
    case.outcome = "ended"
    tell(case.id, "revocation_ended", actor=context.actor, now=context.now, kind="system")
    if case.details.get("told_at"):
        _notify_party(context, "revocation_ended")
    _notify_office(context, "revocation_case_ended")


def _issue(context: StepContext, code: str) -> Letter:
    case = context.case
    if case.department is None:
        raise RuntimeError(f"case {case.number} has no department")
    return issue_letter(
        code=code,
        case_id=case.id,
        case_no=case.number,
        department=case.department,
        addressee_name=case.organisation.name,
        addressee_code=case.organisation.code,
        organisation_id=case.organisation_id,
        context=letters.build(code, context),
        actor=context.actor,
        now=context.now,
    )


def _tell_letter(context: StepContext, key: str, letter: Letter) -> None:
    tell(context.case.id, key, actor=context.actor, now=context.now, letter=letter.number, code=letter.code)
    _notify_party(context, key, letter=letter.number)


def _notify_party(context: StepContext, key: str, **facts: Any) -> None:
    case = context.case
    notify(key, now=context.now, organisation_id=case.organisation_id, case_number=case.number, **facts)


def _notify_office(context: StepContext, key: str) -> None:
    case = context.case
    place: dict[str, Any] = {"account_id": case.assignee_id}
    if case.assignee_id is None:
        place = {"department_id": case.department_id, "role": Role.OFFICER}
    notify(key, now=context.now, case_number=case.number, **place)
