"""How a rectification ends: put right, not put right, impossible, or with the record. Nothing here repairs or punishes."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.proposals import last_decision
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.processes.rectification import letters, rules
from workflow_app.processes.rectification.telling import issue, notify_office, notify_party, tell_letter
from workflow_app.records import rectifying


def settle_done(context: StepContext) -> None:
    """Everything was put right (L19): the file says so, and the party is told that repair is a matter of its own."""
    case, found = context.case, last_decision(context.case.id)
    case.outcome, case.decided_at = rules.OUTCOMES[found.proposal], context.now
    letter = issue(context, "L19")
    day = date.fromisoformat(str(found.details["performed_on"]))
    event = rectifying.finish(
        case.record, case_no=case.number, performed_on=day, basis=letter.number, actor=context.actor, now=context.now
    )
    context.raised.append(event)
    tell_letter(context, "rectification_done", letter)


def settle_failed(context: StepContext) -> None:
    """Not, or not all, put right (L19): raise it, whoever reacts; the record stays public as it was."""
    case, found = context.case, last_decision(context.case.id)
    case.outcome, case.decided_at = rules.OUTCOMES[found.proposal], context.now
    letter = issue(context, "L19")
    facts: dict[str, Any] = {
        "outcome": found.proposal,
        "notice": str(case.details.get("notice", "")),
        "conclusion": letter.number,
        "missing": letters.missing_of(case, found.details["findings"]),
        "verified_by": [found.details["verifier"], found.details["second"]],
        "verified_by_ids": [found.proposed_by_id, found.decided_by_id],
        "failed_before": _failed_before(case),
    }
    event = rectifying.fail(
        case.record, case_no=case.number, basis=letter.number, facts=facts, actor=context.actor, now=context.now
    )
    context.raised.append(event)
    tell_letter(context, "rectification_failed", letter)


def settle_impossible(context: StepContext) -> None:
    """It cannot be done as ordered (L19): the plan is changed, or the case stays for a ground of its own, or is dropped."""
    case = context.case
    letter = issue(context, "L19")
    case.details = {k: v for k, v in case.details.items() if k not in ("verification", "silent")}
    tell_letter(context, "rectification_impossible", letter)


def end_with_record(context: StepContext) -> None:
    """The decision is gone or the record has come to its end: nothing is urged any more, for the reason its state gives."""
    case = context.case
    case.outcome, case.decided_at = "ended", context.now
    reason = label(f"record_status.{case.record.status}")
    rectifying.leave(case.record, case_no=case.number, reason=case.record.status, actor=context.actor, now=context.now)
    tell(case.id, "rectification_ended", actor=context.actor, now=context.now, kind="system", reason=reason)
    if case.details.get("told_at"):
        notify_party(context, "rectification_ended", reason=reason)
    notify_office(case, "rectification_ended_office", context=context)


def _failed_before(case: Case) -> int:
    """Count the earlier cases on the record that failed: a second failure weighs more (rulebook §5.2, §6)."""
    failed = [outcome for key, outcome in rules.OUTCOMES.items() if key != rules.Conclusion.DONE]
    query = sa.select(sa.func.count()).where(
        Case.record_id == case.record_id, Case.kind == case.kind, Case.id != case.id, Case.outcome.in_(failed)
    )
    return db.session.scalar(query) or 0
