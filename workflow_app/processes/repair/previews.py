"""The letters that answers of credit repair lead to, for a look before they are sent. Called inside a trial that is
taken back, so a clock may be started here to learn its date."""

from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.processes.repair import letters
from workflow_app.processes.repair.replies import last_decision

Draft = tuple[str, dict[str, Any]]
OF_OUTCOME = {"accepted": ("L02", "repair.decide"), "correct": ("L04", "repair.correct"), "refused": ("L03", None)}
OF_PROPOSAL = {"grant": "L07", "deny": "L08"}


def of_acceptance(context: StepContext) -> Draft:
    """Return the letter of one of the three outcomes of acceptance."""
    code, clock = OF_OUTCOME[context.answer["outcome"]]
    if clock is not None:
        clocks.arm(context.case, clock, arming="trial", start=context.today, now=context.now)
    return code, letters.build(code, context)


def of_proposal(context: StepContext) -> Draft:
    """Return the decision that the newest proposal, kept in the same trial or before, leads to."""
    code = OF_PROPOSAL[last_decision(context.case.id).proposal]
    return code, letters.build(code, context)
