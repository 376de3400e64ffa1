"""What the letters of an interview say: the context of each, as plain values taken from the case (rulebook §5.4, §5.5, §9.2).

They cite the decision that stands, and the notice that was not followed; nothing is imposed.
"""

from collections.abc import Callable
from typing import Any

from workflow_app.cases.appointments import Part
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.letter_facts import letter_facts
from workflow_app.cases.proposals import last_decision
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.law.interviews import allowed_measures
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Account
from workflow_app.processes.interview import scheduling
from workflow_app.processes.interview.rules import Level

Context = dict[str, Any]
PLAN = "interview.plan"


def build(code: str, step: StepContext) -> Context:
    """Return the context of a letter: what every letter says and what this one says."""
    return letter_facts(step.case) | _common(step.case) | BUILDERS[code](step)


def notice_of(case: Case) -> str:
    """Return which notice invites to the interview that was decided."""
    return "L20W" if scheduling.level_of(case) is Level.WARNING else "L20"


def _common(case: Case) -> Context:
    return {
        "level": scheduling.level_words(case),
        "failed_notice": _said(case, "paper_number") or _said(case, "failed_case"),
        "missing": _lines(_said(case, "missing")),
        "contact_person": _said(case, "contact_person"),
    } | _basis(_said(case, "basis_article"))


def _basis(article: str) -> Context:
    """The article a letter rests on is the officer's word: the system prints none it has not verified (rulebook §9.2)."""
    return {"legal_bases": [{"text": article, "verified": False, "filled_by_clerk": True}]} if article else {}


def _meeting(case: Case) -> Context:
    found = scheduling.the_appointment(case)
    return {
        "met_on": legal_day(found.starts_at).isoformat(),
        "met_hours": found.hours,
        "room": found.room,
        "mode": label(f"choice.interview.mode.{_said(case, 'mode') or 'on_site'}"),
        "host": "、".join(found.names(Part.HOST)),
        "officers": "、".join(found.names(Part.OFFICER)) or label("interview.nobody_else"),
        "recorder": "、".join(found.names(Part.RECORDER)),
        "invitee": _person(_said(case, "invitee_name"), _said(case, "invitee_title")),
    }


def _l20(step: StepContext) -> Context:
    case, level = step.case, scheduling.level_of(step.case)
    before = value_of("interview.reschedule_before", on=step.today)
    rights = label("interview.rights", days=before.value)
    return _meeting(case) | {
        "cause": _lines(_said(case, "cause")),
        "findings": [row["reason"] for row in _rows(case, "findings")],
        "materials": _lines(_said(case, "materials")),
        "attendance": label(f"interview.attendance.{level}"),
        "rights": rights,
        "absence": label(f"interview.absence.{level}"),
    }


def _l21(step: StepContext) -> Context:
    return _meeting(step.case) | {"move_note": _said(step.case, "move_note")}


def _l22(step: StepContext) -> Context:
    case, came, talk = step.case, _group(step.case, "attendance"), _group(step.case, "talk")
    refused = talk.get("signature") == "refused"
    witnesses = "、".join(_name(talk.get(f"witness_{n}")) for n in (1, 2)) if refused else ""
    said = {
        "attendee": _person(came.get("came_name", ""), came.get("came_title", "")),
        "attendee_who": label(f"choice.interview.who.{came.get('who')}"),
        "identity": label(
            "interview.identity",
            kind=label(f"choice.interview.identity_kind.{came.get('identity_kind')}"),
            number=came.get("identity_number", ""),
        ),
        "authority": came.get("authority_paper") or label("interview.no_authority_needed"),
        "challenge": came.get("challenge_note") or label(f"choice.interview.challenge.{came.get('challenge')}"),
        "recording": talk.get("recording") or label("interview.no_recording"),
        "signature": label(f"choice.interview.signature.{talk.get('signature')}"),
        "refusal": talk.get("refusal_note", ""),
        "witnesses": witnesses,
    }
    steps = {
        name: _lines(talk.get(f"talk_{name}", "")) for name in ("reason", "problems", "statement", "agreed", "summary")
    }
    return _meeting(case) | said | steps


def _l23(step: StepContext) -> Context:
    case, came = step.case, _group(step.case, "attendance")
    plan = value_of(PLAN, on=step.today)
    return _meeting(case) | {
        "attendee": _person(came.get("came_name", ""), came.get("came_title", "")),
        "summary": _lines(_group(case, "talk").get("talk_summary", "")),
        "commitments": [dict(row) for row in _rows(case, "commitments")],
        "plan_days": label("interview.plan_days", days=plan.value),
        "requirements": _lines(_said(case, "requirements")),
    }


def _l19y(step: StepContext) -> Context:
    case, found = step.case, last_decision(step.case.id)
    rows, committed = found.details.get("findings_made") or [], _rows(case, "commitments")
    checked = [
        {"what": what["what"], "finding": label(f"interview.finding.{row['state']}"), "remark": row["text"]}
        for what, row in zip(committed, rows, strict=False)
    ]
    measures = [allowed_measures()[key].title for key in found.details.get("measures_chosen") or ()]
    officers = [str(found.details.get(key) or "") for key in ("verifier", "second")]
    return _basis(str(found.details.get("basis_article") or "")) | {
        "checked": checked,
        "reasons": _lines(found.reasons),
        "conclusion": label(f"interview.concluded.{found.proposal}"),
        "measures": measures,
        "verifiers": "、".join(name for name in officers if name),
    }


def _said(case: Case, key: str) -> str:
    return str(case.details.get(key) or "")


def _rows(case: Case, key: str) -> list[dict[str, Any]]:
    found = case.details.get(key)
    return found if isinstance(found, list) else []


def _group(case: Case, key: str) -> dict[str, Any]:
    found = case.details.get(key)
    return found if isinstance(found, dict) else {}


def _person(name: str, title: str) -> str:
    return f"{name}（{title}）" if title else name


def _name(account_id: Any) -> str:
    found = db.session.get(Account, account_id) if account_id else None
    return found.name if found else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


BUILDERS: dict[str, Callable[[StepContext], Context]] = {
    "L20": _l20, "L20W": _l20, "L21": _l21, "L22": _l22, "L23": _l23, "L19Y": _l19y,
}  # fmt: skip
