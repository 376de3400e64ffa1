"""Shielding first (先行屏蔽再核查, §4.3 no. 3): an interim act by rule, kept as a decision row of its own, and its undoing."""

from datetime import date
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor
from workflow_app.processes.objection import rules
from workflow_app.processes.objection.telling import next_sequence
from workflow_app.records import lifecycle, window, write_back
from workflow_app.records.platform import ACTIVE, ENDED

DESTINATIONS = ("publication", "sharing")
LEAVES = {rules.Order.CORRECT: ACTIVE, rules.Order.END: ENDED, rules.Order.RESTORE: ACTIVE}


def is_shielded_first(case: Case, *, on: date) -> bool:
    """Tell whether an accepted objection takes its record off the page before anything is verified."""
    by_rule = bool(value_of("objection.shield_first", on=on).value)
    return by_rule and case.details["dispute_ground"] in rules.SHIELD_FIRST and case.record.status == rules.PUBLIC


def shield(context: StepContext) -> None:
    """Hold the record back and tell the platforms, as the rule has it and before anybody has found anything."""
    case = context.case
    sequence = _interim(context, "shield", "shielded", label("objection.shield_reason"))
    basis = label("objection.shield_basis", number=case.number)
    event = lifecycle.suspend(case.record, basis=basis, actor=context.actor, now=context.now, case_no=case.number)
    context.raised.append(event)
    case.details = case.details | {"shielded": True}
    order(context, rules.Order.END, sequence=sequence)
    tell(case.id, "objection_shielded", actor=context.actor, now=context.now)


def unshield_orders(context: StepContext) -> None:
    """Undo a shield after an objection that came to no conclusion: the page as it was, or off for good where the record has
    ended meanwhile."""
    record = context.case.record
    shown = record.status == rules.SUSPENDED and not window.has_ended(record, on=context.today)
    sequence = _interim(context, "unshield", "unshielded", label("objection.unshield_reason"))
    order(context, rules.Order.RESTORE if shown else rules.Order.END, sequence=sequence)


def order(context: StepContext, act: rules.Order, *, sequence: int, after: dict[str, Any] | None = None) -> None:
    """Order every destination to do something about the record; sent by the job engine after this transaction."""
    case, record = context.case, context.case.record
    for destination in DESTINATIONS:
        write_back.queue(
            case_id=case.id,
            case_no=case.number,
            record_id=case.record_id,
            decision_seq=sequence,
            destination=destination,
            payload={
                "act": act.value,
                "case_no": case.number,
                "record_id": record.id,
                "document_number": record.document_number,
                "department_code": record.department_code,
                "subject_code": record.subject_code,
                "decided_on": context.today.isoformat(),
                "leaves": LEAVES[act],
                # what has ended here and is shown there still, whatever was ordered and confirmed before
                **({"finds": ACTIVE} if record.status in rules.OFF_THE_PAGE else {}),
                "lifts": str(rules.SUSPENDED) if act is rules.Order.RESTORE else "",
                "after": after or {},
            },
            now=context.now,
        )
    tell(case.id, f"objection_ordered_{act.value}", actor=Actor.system(), now=context.now, kind="system")


def _interim(context: StepContext, proposal: str, verdict: str, reasons: str) -> int:
    """Keep an act that the rule orders, not a person's finding: nobody else has to confirm it. Returns its number."""
    case = context.case
    who = context.actor.account_id or case.assignee_id or case.filed_by_id
    decision = Decision(
        case_id=case.id,
        sequence=next_sequence(case.id),
        proposal=proposal,
        conditions=[],
        reasons=reasons,
        details={},
        proposed_by_id=who,
        proposed_at=context.now,
        verdict=verdict,
        decided_at=context.now,
    )
    db.session.add(decision)
    db.session.flush()
    return decision.sequence
