"""What the letters of reviews say: the context of each, as plain values taken from the case (L15R, and L15B of an extension)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.letter_facts import letter_facts
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Unit, due
from workflow_app.people.accounts import Account
from workflow_app.people.calendars import current_calendar
from workflow_app.processes.review.proposals import last_proposal
from workflow_app.processes.review.rules import CHANGED, REFUSED
from workflow_app.processes.review.subject import objection_of, period_of, reply_of

Context = dict[str, Any]


def build(code: str, step: StepContext) -> Context:
    """Return the context of a letter: what every letter says and what this one says."""
    objection = objection_of(step.case)
    ground = label(f"choice.objection.dispute_ground.{objection.details['dispute_ground']}")
    return letter_facts(step.case) | {"dispute_ground": ground} | BUILDERS[code](step)


def _clerk_basis(article: str) -> Context:
    """The article a letter rests on is the officer's word: the system prints none it has not verified (rulebook §9.2)."""
    return {"legal_bases": [{"text": article, "verified": False, "filled_by_clerk": True}]}


def _l15r(step: StepContext) -> Context:
    case, objection, decision = step.case, objection_of(step.case), last_proposal(step.case.id)
    changed, reply = decision.proposal == CHANGED, reply_of(objection)
    execute = _due("objection.execute", step.today) if changed else None
    return _clerk_basis(str(decision.details["basis_article"])) | {
        "asked_on": legal_day(case.received_at).isoformat(),
        "objection_case_no": objection.number,
        "reviewed_department": objection.department.name if objection.department else "",
        "reviewed_letter": reply.number if reply is not None else objection.number,
        "reviewed_conclusion": label(f"objection.conclusion.{objection.outcome}"),
        "conclusion": label(f"review.conclusion.{decision.proposal}"),
        "reasons": _paragraphs(decision.reasons),
        "refusal": _refusal(step) if decision.proposal == REFUSED else None,
        "changes": [
            {
                "name": label(f"record_field.{name}"),
                "before": row["before"] or label("objection.nothing_there"),
                "after": row["after"],
            }
            for name, row in decision.details["corrections"].items()
        ],
        "effects": _effects(step),
        "execute_by": execute.due.isoformat() if execute is not None and execute.due else None,
        "execute_provisional": execute.provisional if execute is not None else False,
        "flag_removed": label("objection.flag_removed"),
    }


def _effects(step: StepContext) -> list[str]:
    decision = last_proposal(step.case.id)
    if decision.proposal != CHANGED:
        return [label("review.effect.kept")]
    conclusion = str(decision.details["conclusion"])
    return [label(f"objection.conclusion.{conclusion}"), label(f"objection.effect.{conclusion}")]


def _refusal(step: StepContext) -> str:
    """Why a request is not looked into; a late one names its last day and from when it ran."""
    ground = str(last_proposal(step.case.id).details["ground"])
    asked_on = legal_day(step.case.received_at)
    period = period_of(objection_of(step.case), on=asked_on)
    if ground != "late" or period.ends_on is None or period.received_on is None:
        return label(f"review.refusal.{ground}")
    return label(
        "review.refusal.late", received=_cn(period.received_on), last=_cn(period.ends_on), asked=_cn(asked_on),
        days=period.law.value,
    )  # fmt: skip


def _l15b(step: StepContext) -> Context:
    extension = step.answer["extension"]
    approver = db.session.get(Account, extension.settled_by_id)
    clock = next((d for d in clocks.open_deadlines(step.case) if d.key == "objection.review_decide"), None)
    provisional = bool(clock.provisional) if clock is not None else False
    return _clerk_basis(str(step.answer["basis_article"])) | {
        "original_due_on": extension.due_before.isoformat(),
        "original_due_provisional": provisional,
        "reason": extension.reason,
        "new_due_on": extension.due_after.isoformat() if extension.due_after else "",
        "new_due_provisional": provisional,
        "approved_by": approver.name if approver else "",
    }


def _due(key: str, start: date) -> Due:
    law = value_of(key, on=start)
    return due(start=start, count=law.value, unit=Unit(law.unit), roll=law.roll, calendar=current_calendar())


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


BUILDERS: dict[str, Callable[[StepContext], Context]] = {"L15R": _l15r, "L15B": _l15b}
