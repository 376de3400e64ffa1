"""A court's plan over a record (破产重整、和解): shielded while the plan runs, and what follows when it ends (rulebook §1.10,
§12.2 no. 22). Two persons note each step, with the ruling; the end of the plan is chased before and after it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor
from workflow_app.records import history, lifecycle, marks
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.record_tasks import (
    RecordTask,
    RecordTaskKind,
    close_task,
    open_task,
    put_proposal,
    take_proposal,
)

NOTICES = (("first", "repair.shield_first_notice"), ("last", "repair.shield_last_notice"))
RULING = ("court_case_no", "ruling_no", "ruling_date", "plan_end_date", "administrator")
RECEIPTS = ("publication", "sharing")


class Step(StrEnum):
    """What is noted of the plan."""

    SHIELD = "shield"  # the court has approved it
    FAILED = "failed"  # it was ended without success: public again
    PERFORMED = "performed"  # carried out: the shield becomes a repair, on the platforms' receipts


def propose_shield(
    record: CreditRecord, *, step: Step, values: Mapping[str, str], basis: str, actor: Actor, now: datetime
) -> RecordTask:
    """Propose a step, `values` being the ruling or the receipts. Raises RuleViolation where the record's state forbids it."""
    shielded = record.status == lifecycle.Status.TEMP_SHIELDED
    if shielded == (step is Step.SHIELD) or (not shielded and record.status != lifecycle.Status.PUBLISHED):
        raise RuleViolation("record_cannot", status=record.status)
    task = open_task(record, RecordTaskKind.SHIELD, now=now)
    put_proposal(task, {"step": step.value, "values": dict(values), "basis": basis}, actor=actor, now=now)
    facts = {"step": step.value, **values}
    history.write(record, "shield_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_shield(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm, which carries the step out, or send back. Raises RuleViolation for one's own proposal, and as `marks` does."""
    proposal = take_proposal(record, RecordTaskKind.SHIELD, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "shield_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        if not _is_asked(record):
            close_task(record, RecordTaskKind.SHIELD, actor=actor, now=now)
        return None
    close_task(record, RecordTaskKind.SHIELD, actor=actor, now=now)
    step, values, basis = Step(proposal["step"]), proposal["values"], proposal["basis"]
    if step is Step.SHIELD:
        return marks.shield(record, ruling=_ruling(values), case_no=None, basis=basis, actor=actor, now=now)
    if step is Step.FAILED:
        return marks.unshield(record, case_no=None, basis=basis, actor=actor, now=now)
    receipts = [{"destination": name, "receipt_no": values[name]} for name in RECEIPTS]
    return marks.perform_plan(record, receipts=receipts, basis=basis, actor=actor, now=now)


def is_over(record: CreditRecord, *, on: date) -> bool:
    """Tell whether the plan over a shielded record has passed its last day."""
    return bool(record.shield) and date.fromisoformat(record.shield["plan_end_date"]) < on  # type: ignore[index]


def _is_asked(record: CreditRecord) -> bool:
    """Whether the plan has passed and the department was asked what follows."""
    return "over" in (record.shield or {}).get("told", [])


def shielded_ids() -> list[int]:
    """Return the records under a plan. There are few at a time, so each is looked at."""
    query = sa.select(CreditRecord.id).where(CreditRecord.status == lifecycle.Status.TEMP_SHIELDED.value)
    return list(db.session.scalars(query.order_by(CreditRecord.id)))


def watch_plan(record_id: int, *, now: datetime) -> tuple[CreditRecord, str] | None:
    """Return a record whose plan nears its end, twice, each once, or has passed it, with the word to be said; None where
    there is nothing to say. A plan that has passed gives the department the task of saying what follows."""
    require_transaction()
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )
    if record is None or not record.shield or record.status != lifecycle.Status.TEMP_SHIELDED:
        return None
    today, ends = legal_day(now), date.fromisoformat(record.shield["plan_end_date"])
    due = [name for name, key in NOTICES if (ends - today).days <= value_of(key, on=today).value]
    due += ["over"] if is_over(record, on=today) else []
    told = list(record.shield.get("told", []))
    if not set(due) - set(told):
        return None
    record.shield = record.shield | {"told": sorted({*told, *due})}
    if "over" not in due:
        return record, "plan_ends"
    open_task(record, RecordTaskKind.SHIELD, now=now)
    return record, "plan_over"


def _ruling(values: Mapping[str, str]) -> marks.Ruling:
    return marks.Ruling(
        court_case_no=values["court_case_no"],
        ruling_no=values["ruling_no"],
        ruling_date=date.fromisoformat(values["ruling_date"]),
        plan_end_date=date.fromisoformat(values["plan_end_date"]),
        administrator=values["administrator"],
    )
