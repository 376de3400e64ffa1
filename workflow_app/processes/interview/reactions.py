"""What an interview does when something happens to its record, and what begins one: a rectification that failed (rulebook §6)."""

from datetime import datetime
from typing import Any

from workflow_app.actions.message_case import knows_message, message_case
from workflow_app.cases.case import Case
from workflow_app.people.accounts import Actor
from workflow_app.processes.interview import rules
from workflow_app.records.events import RecordEvent

RECORD_GONE, FAILED = "record_gone", "rectification_failed"


def end(case: Case, _event: RecordEvent, actor: Actor, now: datetime) -> None:
    """The decision was quashed or the record has come to its end: there is nothing left to speak of."""
    gone = case.record.status in rules.FINAL or not case.record.source_in_force
    if gone and case.decided_at is None and knows_message(case, RECORD_GONE):
        message_case(case, RECORD_GONE, answer={}, actor=actor, now=now)


def begin(event: RecordEvent) -> dict[str, Any] | None:
    """Begin an interview on what a rectification did not put right; one that cannot be done is no ground for it."""
    facts = event.facts
    if facts.get("outcome") not in rules.FAILED:
        return None
    missing = facts.get("missing") or ()
    lines = [missing] if isinstance(missing, str) else [str(line) for line in missing]
    return {
        "ground": "case",
        "failed_case": event.case_no or "",
        "paper_number": str(facts.get("notice") or ""),
        "failure": facts["outcome"],
        "missing": "\n".join(lines),
        "conclusion_paper": str(facts.get("conclusion") or ""),
        "failed_before": int(facts.get("failed_before") or 0),
    }


ENDINGS = ("source_revoked", "deleted", "expired", "delisted", "repaired", "plan_performed", "resumed", "unshielded")
REACTIONS = dict.fromkeys(ENDINGS, end)
BEGUN_BY = {FAILED: begin}
