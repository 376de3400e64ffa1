"""What the letters of a rectification say: the context of each, as plain values taken from the case (rulebook §9.2, L17–L19).

They only repeat the facts, the number and the duties of a decision that stands; nothing in them is new or a penalty.
"""

from collections.abc import Callable, Sequence
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.letter_facts import letter_facts
from workflow_app.cases.proposals import last_decision
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Account
from workflow_app.processes.rectification import rules, telling
from workflow_app.processes.rectification.replies import obligations_of

Context = dict[str, Any]
CONSEQUENCES = ("interview", "supervision", "publication", "enforcement")


def build(code: str, step: StepContext) -> Context:
    """Return the context of a letter: what every letter says and what this one says."""
    return letter_facts(step.case) | BUILDERS[code](step)


def missing_of(case: Case, findings: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is not put right, one line an obligation with what was found."""
    return [
        f"{row['what']}：{_found(finding)}"
        for row, finding in zip(obligations_of(case), findings, strict=True)
        if finding["finding"] != "met"
    ]


def _basis(article: str) -> Context:
    """The article a letter rests on is the officer's word: the system prints none it has not verified (rulebook §9.2)."""
    return {"legal_bases": [{"text": article, "verified": False, "filled_by_clerk": True}]}


def _l17(step: StepContext) -> Context:
    case, clock = step.case, telling.term_of(step.case)
    details, provisional = case.details, bool(clock and clock.provisional)
    return _basis(str(details["basis_article"])) | {
        "performance_ended_on": str(details["performance_ended_on"]),
        "unperformed": str(details["unperformed"]),
        "obligations": [
            {
                "what": row["what"],
                "standard": row["standard"],
                "due": _cn(row["until"]),
                "acceptance": row["acceptance"],
            }
            for row in obligations_of(case)
        ],
        "term_basis": str(details.get("term_basis") or label("rectification.general_term")),
        "due_on": clock.due_on.isoformat() if clock and clock.due_on else "",
        "due_provisional": provisional,
        "report_how": label("rectification.report_how"),
        "consequences": [label(f"rectification.consequence.{key}") for key in CONSEQUENCES],
        "channels": label("rectification.channels"),
    }


def _l18(step: StepContext) -> Context:
    extension, article = step.answer["extension"], str(step.answer["basis_article"])
    approver = db.session.get(Account, extension.settled_by_id)
    clock = telling.term_of(step.case)
    granted = bool(extension.granted)
    return _basis(article or str(step.case.details["basis_article"])) | {
        "notice_number": str(step.case.details.get("notice", "")),
        "original_due_on": extension.due_before.isoformat(),
        "reason": extension.reason,
        "result_kinds": ["granted" if granted else "refused"],
        "new_due_on": extension.due_after.isoformat() if granted and extension.due_after else None,
        "new_due_provisional": bool(clock and clock.provisional),
        "refusal": extension.note if not granted else None,
        "approved_by": approver.name if approver else "",
    }


def _l19(step: StepContext) -> Context:
    case, found = step.case, last_decision(step.case.id)
    details, conclusion = found.details, rules.Conclusion(found.proposal)
    missing = missing_of(case, details["findings"])
    return _basis(str(details["basis_article"])) | {
        "notice_number": str(case.details.get("notice", "")),
        "way": _way(details),
        "verifiers": "、".join(
            name
            for name in (details["verifier"], details.get("second") or label("rectification.second_to_come"))
            if name
        ),
        "findings": [
            {"what": row["what"], "finding": _found(finding)}
            for row, finding in zip(obligations_of(case), details["findings"], strict=True)
        ],
        "conclusion": label(f"choice.rectification.conclusion.{conclusion}"),
        "reasons": [line.strip() for line in found.reasons.splitlines() if line.strip()],
        "result_kinds": ["done" if conclusion is rules.Conclusion.DONE else "missing"],
        "missing": missing or None,
        "outlook": label(f"rectification.outlook.{conclusion}"),
    }


def _l11r(step: StepContext) -> Context:
    granted = step.answer["stay"]
    reason = f"{label(f'stay.ground.{granted.ground}')}。{granted.facts}（{granted.paper}）"
    return _basis(str(step.answer["basis_article"])) | {
        "reason": reason,
        "outlook": label(f"rectification.stay_outlook.{granted.ground}"),
    }


def _found(finding: dict[str, Any]) -> str:
    said = label(f"rectification.finding.{finding['finding']}")
    return f"{said}（{finding['remark']}）" if finding["remark"] else said


def _way(details: dict[str, Any]) -> str:
    way, more = str(details["way"]), ""
    if way == "on_site":
        more = label("rectification.on_site_by", names=details["on_site_officers"])
    elif way == "third_party":
        more = label("rectification.third_party_paper", paper=details["third_party_paper"])
    return label(f"choice.rectification.way.{way}") + more


def _cn(day: str) -> str:
    year, month, rest = day.split("-")
    return f"{year}年{int(month)}月{int(rest)}日"


BUILDERS: dict[str, Callable[[StepContext], Context]] = {"L17": _l17, "L18": _l18, "L19": _l19, "L11R": _l11r}
