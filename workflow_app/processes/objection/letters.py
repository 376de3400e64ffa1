"""What the letters of objections say: the context of each, as plain values taken from the case (rulebook §9.2, L12–L16)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.letter_facts import letter_facts
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Unit, due
from workflow_app.people.accounts import Account
from workflow_app.people.calendars import current_calendar
from workflow_app.people.departments import Department
from workflow_app.people.overseers import overseers_of
from workflow_app.processes.objection import rules

Context = dict[str, Any]


def build(code: str, step: StepContext, *, to: Department | None = None) -> Context:
    """Return the context of a letter: what every letter says and what this one says."""
    return _common(step) | BUILDERS[code](step) | (_to(step, to) if to else {})


def _common(step: StepContext) -> Context:
    return letter_facts(step.case) | {
        "dispute_ground": _ground(step.case),
        # The regulation is in force; its fourth chapter could not be read, so no article of it is printed.
        "legal_bases": [{"text": label("objection.basis"), "verified": True, "filled_by_clerk": False}],
    }


def _to(step: StepContext, to: Department) -> Context:
    subject = step.case.organisation
    return {
        "addressee_name": to.name,
        "addressee_code": to.code,
        "subject_name": subject.name,
        "subject_code": subject.code,
    }


def _clerk_basis(article: str) -> Context:
    """The article a letter rests on is the clerk's word: the system prints no article it has not verified (rulebook §9.2)."""
    return {"legal_bases": [{"text": article, "verified": False, "filled_by_clerk": True}]}


def _l12(step: StepContext) -> Context:
    total = _clock(step.case, "objection.total", step)
    shielded = bool(step.case.details.get("shielded") or step.answer.get("shielded"))
    return {
        "received_on": legal_day(step.case.received_at).isoformat(),
        "flagged_on": legal_day(step.case.received_at).isoformat(),
        "accepted_on": step.today.isoformat(),
        "due_on": total["on"],
        "due_provisional": total["provisional"],
        "responsible_department": step.case.department.name if step.case.department else "",
        "publication": label("objection.shielded_meanwhile" if shielded else "objection.public_meanwhile"),
    }


def _l13(step: StepContext) -> Context:
    answer, ground = step.answer, str(step.answer["ground"])
    return _clerk_basis(answer["basis_article"]) | {
        "grounds": [label(f"objection.refusal.{ground}"), *_paragraphs(answer["reasons"])],
        "ground_kinds": [ground],
        "competent_body": answer.get("competent_body") or None,
        "repair_path": label("objection.repair_path") if ground == "out_of_scope" else None,
        "again": label("objection.again"),
    }


def _l13b(step: StepContext) -> Context:
    clock = _clock(step.case, "objection.correct", step)
    return _clerk_basis(step.answer["basis_article"]) | {
        "missing_items": step.answer["missing_items"],
        "due_on": clock["on"],
        "due_provisional": clock["provisional"],
        "lapse_consequence": label("objection.lapse_consequence"),
        "clock_note": label("objection.correction_not_counted"),
    }


def _l14(step: StepContext) -> Context:
    answer, clock = step.answer, _clock(step.case, "objection.provider_verify", step)
    return _clerk_basis(str(answer["basis_article"])) | {
        "points": [row["point"] for row in answer["points"]],
        "attachments": label("objection.original_wanted"),
        "due_on": clock["on"],
        "due_provisional": clock["provisional"],
        "reply_how": answer["reply_how"],
    }


def _l15(step: StepContext) -> Context:
    case, decision = step.case, _proposal(step.case.id)
    execute = _due("objection.execute", step.today)
    conclusion = decision.proposal
    return _clerk_basis(str(decision.details["basis_article"])) | {
        "conclusion": label(f"objection.conclusion.{conclusion}"),
        "reasons": _paragraphs(decision.reasons),
        "changes": changes_of(decision),
        "effects": [label(f"objection.effect.{_effect(case, conclusion)}")],
        "execute_by": execute.due.isoformat() if execute.due else "",
        "execute_provisional": execute.provisional,
        "flag_removed": label("objection.flag_removed"),
        "review_path": label(
            "objection.review_path",
            days=value_of("objection.review_apply", on=step.today).value,
            body=_review_body(case),
        ),
    }


def changes_of(decision: Decision) -> list[Context]:
    """Return what a conclusion changes, from what to what, field by field."""
    return [
        {
            "name": label(f"record_field.{name}"),
            "before": row["before"] or label("objection.nothing_there"),
            "after": row["after"] or label("objection.nothing_there"),
        }
        for name, row in decision.details.get("corrections", {}).items()
    ]


def _l16(step: StepContext) -> Context:
    clock, subject = _clock(step.case, "objection.execute", step), step.case.organisation
    return _clerk_basis(str(_proposal(step.case.id).details["basis_article"])) | {
        "subject_name": subject.name,
        "subject_code": subject.code,
        "due_on": clock["on"],
        "due_provisional": clock["provisional"],
    }


def _effect(case: Case, conclusion: str) -> str:
    quashed = conclusion == rules.Conclusion.DELETED and case.details["dispute_ground"] == rules.Ground.SOURCE_REVOKED
    return "withdrawn" if quashed else conclusion


def _l15b(step: StepContext) -> Context:
    extension = step.answer["extension"]
    approver = db.session.get(Account, extension.settled_by_id)
    provisional = bool(_clock(step.case, "objection.total", step)["provisional"])
    return _clerk_basis(str(step.answer["basis_article"])) | {
        "original_due_on": extension.due_before.isoformat(),
        "original_due_provisional": provisional,
        "reason": extension.reason,
        "new_due_on": extension.due_after.isoformat() if extension.due_after else "",
        "new_due_provisional": provisional,
        "approved_by": approver.name if approver else "",
    }


def _review_body(case: Case) -> str:
    """Who reviews: the lead departments that oversee this one, by name where the register has them."""
    leads = "、".join(lead.name for lead in overseers_of(case.department_id) if lead.id != case.department_id)
    return leads or label("objection.review_body")


def _ground(case: Case) -> str:
    return label(f"choice.objection.dispute_ground.{case.details['dispute_ground']}")


def _proposal(case_id: int) -> Decision:
    query = sa.select(Decision).where(Decision.case_id == case_id, Decision.proposal.in_(rules.CONCLUSIONS))
    return db.session.scalars(query.order_by(Decision.sequence.desc()).limit(1)).one()


def _clock(case: Case, key: str, step: StepContext) -> Context:
    """When a clock is due: as it runs, or as it will where the step that writes the letter comes before it."""
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.key == key, Deadline.closed_at.is_(None))
    running = db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).first()
    if running is not None and running.due_on is not None:
        return {"on": running.due_on.isoformat(), "provisional": running.provisional}
    then = _due(key, step.today)
    return {"on": then.due.isoformat() if then.due else "", "provisional": then.provisional}


def _due(key: str, start: date) -> Due:
    law = value_of(key, on=start)
    return due(start=start, count=law.value, unit=Unit(law.unit), roll=law.roll, calendar=current_calendar())


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


BUILDERS: dict[str, Callable[[StepContext], Context]] = {
    "L12": _l12,
    "L13": _l13,
    "L13B": _l13b,
    "L14": _l14,
    "L15": _l15,
    "L15B": _l15b,
    "L16": _l16,
}
