"""The letter that goes to the platforms with the orders of a conclusion (L16): which entry, from what to what, from when.

The orders themselves travel as write-backs; the letter is their paper, one for all destinations, and is sent nowhere else.
"""

from typing import Any

from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor
from workflow_app.processes.objection import letters, rules
from workflow_app.processes.objection.shields import DESTINATIONS
from workflow_app.processes.objection.telling import department_of, last_proposal

DELETE = "delete_record"
SHOWN = {
    rules.Order.END: ("objection.shown", "objection.not_shown"),
    rules.Order.RESTORE: ("objection.not_shown", "objection.shown"),
}


def issue_platform_letter(context: StepContext, act: rules.Order) -> Letter:
    """Issue the letter of a conclusion's orders, and put it on the timeline."""
    case = context.case
    letter = issue_letter(
        code="L16",
        case_id=case.id,
        case_no=case.number,
        department=department_of(case),
        addressee_name="、".join(label(f"destination.{destination}") for destination in DESTINATIONS),
        addressee_code="",
        context=letters.build("L16", context) | said_of(context, act),
        actor=context.actor,
        now=context.now,
    )
    tell(
        case.id, "objection_platforms_told", actor=Actor.system(), now=context.now, kind="system", letter=letter.number
    )
    return letter


def said_of(context: StepContext, act: rules.Order) -> dict[str, Any]:
    """Return what the letter says of an order."""
    case, decision = context.case, last_proposal(context.case.id)
    deleted = act is rules.Order.END and decision.proposal == rules.Conclusion.DELETED
    corrections = letters.changes_of(decision)
    return {
        "act": DELETE if deleted else act.value,
        "addressee_name": "、".join(label(f"destination.{destination}") for destination in DESTINATIONS),
        "record_key": str(case.record.id),
        "changes": corrections if act is rules.Order.CORRECT and corrections else [_shown(act, deleted)],
        "effective_on": context.today.isoformat(),
        "feedback_how": label("objection.feedback_how"),
    }


def _shown(act: rules.Order, deleted: bool) -> dict[str, str]:
    before, after = SHOWN.get(act, SHOWN[rules.Order.RESTORE])
    return {
        "name": label("objection.shown_state"),
        "before": label(before),
        "after": label("objection.deleted" if deleted else after),
    }
