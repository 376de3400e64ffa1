"""The letters that answers of an objection lead to, for a look before they are sent. Called inside a trial that is taken
back, so a clock may be started here to learn its date."""

from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.people.departments import department_by_code
from workflow_app.processes.objection import letters
from workflow_app.processes.objection.telling import last_proposal

Draft = tuple[str, dict[str, Any]]
OF_OUTCOME = {
    "accepted": ("L12", "objection.total"),
    "correct": ("L13B", "objection.correct"),
    "refused": ("L13", None),
}


def of_acceptance(context: StepContext) -> Draft:
    """Return the letter of one of the three outcomes of acceptance."""
    code, clock = OF_OUTCOME[context.answer["outcome"]]
    if clock is not None:
        clocks.arm(context.case, clock, arming="trial", start=context.today, now=context.now)
    return code, letters.build(code, context)


def of_transfer(context: StepContext) -> Draft | None:
    """Return the letter of verification, where somebody is asked."""
    asked = department_by_code(str(context.answer.get("department_code", "")))
    if context.answer["road"] != "ask" or asked is None:
        return None
    clocks.arm(context.case, "objection.provider_verify", arming="trial", start=context.today, now=context.now)
    return "L14", letters.build("L14", context, to=asked)


def of_proposal(context: StepContext) -> Draft:
    """Return the reply that the newest proposal, kept in the same trial or before, leads to."""
    context.case.outcome = last_proposal(context.case.id).proposal
    return "L15", letters.build("L15", context)
