"""Carrying out what was concluded about a record: the orders to the platforms, and what becomes of the record once every receipt
is there. The same for every kind whose case ends in a conclusion (`records.conclusions`), whoever decided it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_app.cases.kinds import StepContext
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor
from workflow_app.records import conclusions, held, lifecycle, window, write_back
from workflow_app.records.conclusions import Conclusion, Order
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.platform import ACTIVE, ENDED

DESTINATIONS = ("publication", "sharing")
LEAVES = {Order.CORRECT: ACTIVE, Order.END: ENDED, Order.RESTORE: ACTIVE}
Changes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was concluded. `basis` is what the record's history says it rests on; `corrections` are the columns with what stood
    there before and what is right; `revoking_paper` is set where the decision behind the record was quashed."""

    conclusion: Conclusion
    basis: str
    corrections: Changes = field(default_factory=dict)
    revoking_paper: str | None = None


def suspends_unverifiable(context: StepContext) -> bool:
    """Whether what nobody can verify is held back (parameter, by analogy with Taizhou)."""
    return bool(value_of("objection.suspend_unverifiable", on=context.today).value)


def order_due(context: StepContext, conclusion: str) -> Order | None:
    """Return what the platforms have to do after a conclusion, as the record stands now."""
    record = context.case.record
    over = window.has_ended(record, on=context.today)
    return conclusions.order_for(conclusion, status=record.status, suspends=suspends_unverifiable(context), over=over)


def order(
    context: StepContext, act: Order, *, sequence: int, corrections: Changes | None = None, still_shown: bool = False
) -> None:
    """Order every destination to do something about the record; sent by the job engine after this transaction. `still_shown`: it
    has ended here and is shown there all the same, whatever was ordered and confirmed before."""
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
                "leaves": _leaves(act, record.id, destination),
                **({"finds": ACTIVE} if still_shown else {}),
                "lifts": str(conclusions.SUSPENDED) if act is Order.RESTORE else "",
                "after": {name: row["after"] for name, row in (corrections or {}).items()},
            },
            now=context.now,
        )


def carry_out(context: StepContext, finding: Finding) -> list[RecordEvent]:
    """Do to the record what was found and return what happened to it; nothing where the record has ended meanwhile. Held back
    before, it is shown again where the conclusion leaves it public."""
    case, record, events = context.case, context.case.record, []
    if record.status in conclusions.FINAL:
        return []
    wanted, basis = finding.conclusion, finding.basis
    by: dict[str, Any] = {"actor": Actor.system(), "now": context.now, "case_no": case.number}
    shows = wanted in conclusions.VERIFIED or wanted is Conclusion.STOPPED
    if record.status == conclusions.SUSPENDED and shows:
        events.append(lifecycle.resume(record, basis=basis, **by))
    if record.status in conclusions.FINAL:
        return events
    if wanted in conclusions.CHANGES:
        events.append(lifecycle.correct(record, changes=_changes(record, finding.corrections), basis=basis, **by))
    elif wanted is Conclusion.STOPPED and record.status == conclusions.PUBLIC:
        events.append(_stop(context, record, basis))
    elif wanted is Conclusion.DELETED:
        if finding.revoking_paper is not None:
            events.append(lifecycle.revoke_source(record, basis=finding.revoking_paper[:200] or basis, **by))
        else:
            events.append(lifecycle.delete(record, basis=basis, **by))
    elif wanted is Conclusion.DELISTED and record.status in (conclusions.PUBLIC, conclusions.SUSPENDED):
        events.append(lifecycle.delist(record, basis=basis, reason=label("record_left.objection"), **by))
    elif wanted is Conclusion.UNVERIFIABLE and record.status == conclusions.PUBLIC and suspends_unverifiable(context):
        events.append(lifecycle.suspend(record, basis=label("objection.unverifiable_basis"), **by))
    if wanted is Conclusion.UNVERIFIABLE and record.status == conclusions.SUSPENDED:
        held.ask(record, now=context.now)
    return events


def _stop(context: StepContext, record: CreditRecord, basis: str) -> RecordEvent:
    """End publication: by its period where that has passed, else as a record that should not be public."""
    if window.is_over(record, on=context.today):
        return lifecycle.expire(record, basis=basis, actor=Actor.system(), now=context.now)
    return lifecycle.withhold(record, actor=Actor.system(), now=context.now, basis=basis)


def _changes(record: CreditRecord, corrections: Changes) -> dict[str, Any]:
    changes = {name: conclusions.typed(name, row["after"]) for name, row in corrections.items()}
    penalties = conclusions.penalties_after(record.penalties, changes)
    return changes if penalties is None else changes | {"penalties": penalties}


def _leaves(act: Order, record_id: int, destination: str) -> str:
    """Return what an order leaves shown. Putting a record right puts nothing on a page again that an earlier order takes off it,
    that of a repair under way for one."""
    return write_back.left_by_orders(record_id, destination) if act is Order.CORRECT else LEAVES[act]
