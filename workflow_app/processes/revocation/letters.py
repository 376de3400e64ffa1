"""What the letters of a revocation say: the context of each, as plain values taken from the case (rulebook §9.2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.letter_facts import letter_facts
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.processes.revocation import figures, rules
from workflow_app.processes.revocation.replies import last_decision, noted
from workflow_app.records.assessment import original_end
from workflow_app.records.history import last_of

Context = dict[str, Any]
DESTINATIONS = ("publication", "sharing")


def build(code: str, step: StepContext) -> Context:
    """Return the context of a letter: what every letter says and what this one says."""
    return _common(step) | BUILDERS[code](step)


def _common(step: StepContext) -> Context:
    return letter_facts(step.case) | {
        "repair_case": _repair_case(step.case),
    }


def _repair_case(case: Case) -> str:
    """Name the repair that is in question: its case, and the day it took effect."""
    done = last_of(case.record_id, "delisted" if case.record.is_entry else "repaired")
    if done is None:
        return label("revocation.repair_unknown")
    return label("revocation.repair_case", number=done.case_no or "", day=_cn(legal_day(done.at)))


def _basis(article: str) -> Context:
    """The article a letter rests on is the officer's word: the system prints none it has not verified (rulebook §9.2)."""
    return {"legal_bases": [{"text": article, "verified": False, "filled_by_clerk": True}]}


def _l09(step: StepContext) -> Context:
    case, hearing, days = step.case, _hearing(step.case), figures.consequences(on=step.today)
    told = [
        restoration(case, on=step.today),
        label("revocation.would_be_barred", day=_cn(days.bar_ends_on), from_day=_cn(days.bar_begins_on)),
        label("revocation.would_be_shown", day=_cn(days.breach_shown_until)),
        label("revocation.counted_from_decision"),
    ]
    return _basis(noted(case, "basis_article")) | {
        "cause": label(f"revocation.cause.{noted(case, 'cause')}"),
        "found": _paragraphs(noted(case, "found")),
        "evidence": _paragraphs(noted(case, "evidence")),
        "consequences": told,
        "due_on": hearing.due_on.isoformat() if hearing.due_on else "",
        "due_provisional": hearing.provisional,
        "ways": label("revocation.ways"),
    }


def _l10(step: StepContext) -> Context:
    case, decision, days = step.case, last_decision(step.case.id), figures.consequences(on=step.today)
    return _basis(str(decision.details["basis_article"])) | {
        "cause": label(f"revocation.cause.{decision.details['cause']}"),
        "found": _paragraphs(decision.reasons),
        "evidence": _paragraphs(str(decision.details["evidence"])),
        "response": _paragraphs(str(decision.details["response"])),
        "restoration": restoration(case, on=step.today),
        "bar_begins_on": days.bar_begins_on.isoformat(),
        "bar_ends_on": days.bar_ends_on.isoformat(),
        "breach_shown_until": days.breach_shown_until.isoformat(),
        "told": [label(f"destination.{d}") for d in DESTINATIONS] + [label("revocation.others_told")],
    }


def _l10n(step: StepContext) -> Context:
    decision = last_decision(step.case.id)
    return _basis(str(decision.details["basis_article"])) | {
        "reasons": _paragraphs(decision.reasons),
        "response": _paragraphs(str(decision.details["response"])),
        "outlook": label("revocation.stays_repaired"),
    }


def restoration(case: Case, *, on: date) -> str:
    """Say from when to when the record is public again, or that it stays off the page and why (rulebook §12.2 no. 15, 33)."""
    end = original_end(case.record, on=on)
    if end is None or not rules.is_restored(ends_on=end, decided_on=on):
        return label("revocation.not_restored", day=_cn(end) if end else "")
    return label("revocation.restored", from_day=_cn(on), day=_cn(end))


def platform_order(case: Case, destination: str, *, decided_on: date) -> Context:
    """Return the order to a platform, fixed at the moment of decision: show the record again, or only that the commitment was
    broken."""
    record, days = case.record, figures.consequences(on=decided_on)
    restored = record.published
    act = {"publication": "restore_publication", "sharing": "restore_sharing"}[destination]
    return {
        "act": act if restored else "note_breach",
        "finds": "ended",
        "leaves": "active" if restored else "breached",
        "case_no": case.number,
        "record_id": record.id,
        "document_number": record.document_number,
        "department_code": record.department_code,
        "subject_code": record.subject_code,
        "decided_on": decided_on.isoformat(),
        "shown_until": record.stops_on.isoformat() if restored and record.stops_on else None,
        "breach_shown_until": days.breach_shown_until.isoformat(),
        "barred_until": days.bar_ends_on.isoformat(),
    }


def _hearing(case: Case) -> Deadline:
    query = sa.select(Deadline).where(
        Deadline.case_id == case.id, Deadline.key == "revocation.hearing", Deadline.closed_at.is_(None)
    )
    return db.session.scalars(query.order_by(Deadline.id.desc()).limit(1)).one()


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


BUILDERS: dict[str, Callable[[StepContext], Context]] = {"L09": _l09, "L10": _l10, "L10N": _l10n}
