"""What the letters of credit repair say: the context of each, as plain values taken from the case (rulebook §9.2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.enquiries import enquiry_by_id
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.letter_facts import letter_facts
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Unit, due
from workflow_app.people.accounts import Account
from workflow_app.people.calendars import current_calendar
from workflow_app.processes.repair import rules
from workflow_app.processes.repair.replies import application_day, last_decision, running
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord

Context = dict[str, Any]


def build(code: str, step: StepContext) -> Context:
    """Return the context of a letter: what every letter says and what this one says."""
    return _common(step) | BUILDERS[code](step)


def _common(step: StepContext) -> Context:
    return letter_facts(step.case) | {
        "legal_bases": [{"text": label("repair.basis.measures"), "verified": True, "filled_by_clerk": False}],
    }


def _clerk_basis(article: str) -> Context:
    """The article a letter rests on is the clerk's word: the system prints no article it has not verified (rulebook §9.2)."""
    return {"legal_bases": [{"text": article, "verified": False, "filled_by_clerk": True}]}


def _l02(step: StepContext) -> Context:
    deadline = _clock(step.case, "repair.decide")
    return {
        "received_on": application_day(step.case).isoformat(),
        "accepted_on": step.today.isoformat(),
        "due_on": deadline.due_on.isoformat() if deadline.due_on else "",
        "due_provisional": deadline.provisional,
        "responsible_department": step.case.department.name if step.case.department else "",
    }


def _l03(step: StepContext) -> Context:
    answer, ground = step.answer, str(step.answer["ground"])
    found = assess_record(step.case.record, on=application_day(step.case), judged_on=step.today)
    day = rules.earliest(found)
    earliest = day.isoformat() if day else None
    kinds = [ground] if ground == "too_early" or not earliest else [ground, "too_early"]
    return _clerk_basis(answer["basis_article"]) | {
        "grounds": [*(label(f"repair.ground.{kind}") for kind in kinds), *_paragraphs(answer["reasons"])],
        "ground_kinds": kinds,
        "earliest_date": earliest,
        "competent_body": answer.get("competent_body") or None,
        "objection_path": label("repair.objection_path") if ground == "out_of_scope" else None,
        "reapply": label("repair.reapply_from", day=_cn(earliest)) if earliest else label("repair.reapply"),
    }


def _l04(step: StepContext) -> Context:
    deadline = _clock(step.case, "repair.correct")
    restarts = value_of("repair.correction_restarts", on=application_day(step.case)).value
    return _clerk_basis(step.answer["basis_article"]) | {
        "missing_items": step.answer["missing_items"],
        "due_on": deadline.due_on.isoformat() if deadline.due_on else "",
        "due_provisional": deadline.provisional,
        "lapse_consequence": label("repair.lapse_consequence"),
        "clock_note": label("repair.correction_restarts" if restarts else "repair.correction_not_counted"),
    }


def _l05(step: StepContext) -> Context:
    """To the body that is asked, not to the party; it learns what it is asked and of whom, nothing else of the case."""
    asked, deadline = enquiry_by_id(int(step.answer["enquiry_id"])), _clock(step.case, "repair.enquiry")
    return _clerk_basis(str(step.answer["basis_article"])) | {
        "addressee_name": asked.department.name,
        "addressee_code": asked.department.code,
        "subject_name": step.case.organisation.name,
        "subject_code": step.case.organisation.code,
        "questions": _paragraphs(asked.question),
        "papers": [paper.display_name for paper in asked.sent],
        "due_on": deadline.due_on.isoformat() if deadline.due_on else "",
        "due_provisional": deadline.provisional,
        "reply_how": asked.reply_how,
    }


def _l06(step: StepContext) -> Context:
    extension, article = step.answer["extension"], str(step.answer["basis_article"])
    approver = db.session.get(Account, extension.settled_by_id)
    provisional = _clock(step.case, "repair.decide").provisional
    return _clerk_basis(article) | {
        "original_due_provisional": provisional,
        "new_due_provisional": provisional,
        "original_due_on": extension.due_before.isoformat(),
        "reason": extension.reason,
        "new_due_on": extension.due_after.isoformat() if extension.due_after else "",
        "approved_by": approver.name if approver else "",
    }


def _l07(step: StepContext) -> Context:
    decision = last_decision(step.case.id)
    listed = _paragraphs(str(decision.details.get("measures", "")))
    sync = value_of("repair.sync", on=step.today)
    until = due(start=step.today, count=sync.value, unit=Unit(sync.unit), roll=sync.roll, calendar=current_calendar())
    return _clerk_basis(str(decision.details["basis_article"])) | {
        "ruleset_name": _ruleset(str(decision.details["ruleset"])),
        "conditions": _conditions(decision.conditions),
        "effects": {
            "end_publication": _end_publication(step.case.record),
            "stop_sharing": label("repair.stop_sharing"),
            "lift_measures": listed or [label("repair.no_measures")],
        },
        "execute_by": label(
            "repair.execute_by", days=sync.value, day=_cn(until.due.isoformat() if until.due else None)
        ),
        "execute_by_provisional": until.provisional,
        "commitments": [label(f"repair.commitment.{n}") for n in range(1, 5)],
        "breach_consequences": [label(f"repair.breach.{n}") for n in range(1, 4)],
        "reasons": _paragraphs(decision.reasons),
    }


def _end_publication(record: CreditRecord) -> str:
    """What a grant does to the record: an entry leaves its list (rulebook §1.11)."""
    return label("repair.end_listing", name=record.list_name) if record.is_entry else label("repair.end_publication")


def _ruleset(key: str) -> str:
    return label(f"ruleset.{key}") if key else label("repair.basis.measures")


def _l08(step: StepContext) -> Context:
    decision = last_decision(step.case.id)
    article = str(decision.details["basis_article"])
    return _clerk_basis(article) | {
        "unmet": [
            {
                "name": c["text"],
                "finding": label("repair.finding.unmet"),
                "evidence": c["remark"],
                "basis": c["basis"] if c["verified"] else article,
            }
            for c in decision.conditions
            if c["finding"] == "unmet"
        ],
        "reasons": _paragraphs(decision.reasons),
        "reapply_condition": str(decision.details["reapply_condition"]),
    }


def _l11(step: StepContext) -> Context:
    """`ended` is in the answer of a step that ends the case; else the case waits for its record, and `why` says what for."""
    if "stay" in step.answer:
        return _stayed(step)
    ended, why = bool(step.answer.get("ended")), str(step.answer.get("why", "dispute"))
    status = step.case.record.status
    outlook = {"dispute": "repair.waiting_outlook"}.get(why, f"repair.waiting_outlook_{why}")
    return {
        "ended": ended,
        "reason": label(f"repair.ended.{status}") if ended else label(f"repair.waits_for_{why}"),
        "outlook": label("repair.ended_outlook") if ended else label(outlook),
    }


def _stayed(step: StepContext) -> Context:
    """The officer's stay: its ground with the facts, the paper it rests on, and when the case goes on."""
    stay = step.answer["stay"]
    reason = f"{label(f'stay.ground.{stay.ground}')}。{stay.facts}（{stay.paper}）"
    outlook = label(f"repair.stay_outlook.{stay.ground}")
    return _clerk_basis(str(step.answer["basis_article"])) | {"ended": False, "reason": reason, "outlook": outlook}


def _conditions(findings: list[dict[str, Any]]) -> list[Context]:
    return [
        {
            "name": f["text"],
            "finding": label(f"repair.finding.{f['finding']}") + (f"（{f['remark']}）" if f["remark"] else ""),
            "basis": f["basis"] if f["verified"] else "",
        }
        for f in findings
    ]


def _clock(case: Case, key: str) -> Deadline:
    deadline = running(case, key)
    if deadline is None:
        raise RuntimeError(f"{case.number} has no running clock {key}")
    return deadline


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cn(iso: str | None) -> str:
    day = date.fromisoformat(iso) if iso else None
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def platform_order(case: Case, destination: str, *, decided_on: date) -> Context:
    """Return the order to a platform, fixed at the moment of decision."""
    record = case.record
    entry = {"record_type": record.record_type, "list_name": record.list_name} if record.is_entry else {}
    return entry | {
        "act": "end_publication" if destination == "publication" else "stop_sharing",
        "case_no": case.number,
        "record_id": record.id,
        "document_number": record.document_number,
        "department_code": record.department_code,
        "subject_code": record.subject_code,
        "decided_on": decided_on.isoformat(),
    }


BUILDERS: dict[str, Callable[[StepContext], Context]] = {
    "L02": _l02,
    "L03": _l03,
    "L04": _l04,
    "L05": _l05,
    "L06": _l06,
    "L07": _l07,
    "L08": _l08,
    "L11": _l11,
}
