"""The first steps of an objection: the flag on the record, delivery, correction, refusal, acceptance with a shield first."""

from workflow_app.cases import alarms, clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.law.parameters import value_of
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.processes.objection import rules, shields
from workflow_app.processes.objection.telling import department_of, issue, tell_letter
from workflow_app.records import marks


def flag_record(context: StepContext) -> None:
    """Flag the record `异议处理中` the moment the objection is received; its clock is met with it (§4.3, flag_days)."""
    case = context.case
    clock = clocks.arm(case, "objection.flag", start=context.today, now=context.now)
    elsewhere = rules.is_about_platforms(str(case.details["dispute_ground"]), status=case.record.status)
    event = marks.mark_in_dispute(
        case.record, case_no=case.number, actor=context.actor, now=context.now, ended_too=elsewhere
    )
    context.raised.append(event)
    clocks.close(clock, how="met", now=context.now)
    tell(case.id, "objection_flagged", actor=Actor.system(), now=context.now, kind="system")


def deliver_to_department(context: StepContext) -> None:
    """Put the objection before the recognising department; its clock for acceptance runs from here."""
    case, department = context.case, department_of(context.case)
    case.delivered_at = context.now
    tell(case.id, "delivered", actor=Actor.system(), now=context.now, kind="system", department=department.name)
    notify(
        "objection_arrived", now=context.now, department_id=department.id, role=Role.OFFICER, case_number=case.number
    )


def escalate_overdue(context: StepContext) -> None:
    """A clock has run out: those who answer for it are told."""
    alarms.tell_overdue(context.case, str(context.params["key"]), now=context.now)


def request_correction(context: StepContext) -> None:
    """Ask once for everything that is missing (L13B). The clock of acceptance begins anew with the answer."""
    case = context.case
    case.details = case.details | {"correction_requested": True, "missing_items": context.answer["missing_items"]}
    tell_letter(context, "correction_requested", issue(context, "L13B"))


def note_correction_lapsed(context: StepContext) -> None:
    """The time for correction has passed without an answer: back to the officer, who decides on what there is."""
    case = context.case
    tell(case.id, "correction_lapsed", actor=Actor.system(), now=context.now, kind="system")
    notify("correction_lapsed", now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def refuse(context: StepContext) -> None:
    """Do not accept: reasons, the way forward and the remedies (L13). The flag goes; no trace stays with the party."""
    case = context.case
    case.outcome, case.decided_at = "refused", context.now
    letter = issue(context, "L13")
    event = marks.clear_in_dispute(
        case.record, case_no=case.number, outcome="refused", actor=context.actor, now=context.now
    )
    if event is not None:
        context.raised.append(event)
    tell_letter(context, "refused", letter)


def confirm_acceptance(context: StepContext) -> None:
    """Accept (L12). Where the wrong subject may be shown or the decision may be quashed, the record is shielded first and
    verified then; a quashed decision starts the statutory clock of its withdrawal (行政处罚法 第48条)."""
    case = context.case
    case.accepted_at = context.now
    ground = str(case.details["dispute_ground"])
    if ground == rules.Ground.SOURCE_REVOKED:
        clocks.arm(case, "penalty.withdraw", start=context.today, now=context.now)
    if shields.is_shielded_first(case, on=context.today):
        shields.shield(context)
    tell_letter(context, "accepted", issue(context, "L12"))


def suspends_unverifiable(context: StepContext) -> bool:
    """Whether what nobody can verify is held back (parameter, by analogy with Taizhou)."""
    return bool(value_of("objection.suspend_unverifiable", on=context.today).value)
