"""The letters that answers of a revocation lead to, for a look before they are sent. Called inside a trial that is taken
back, so a clock may be started here to learn its date."""

from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.processes.revocation import letters
from workflow_app.processes.revocation.replies import last_decision

Draft = tuple[str, dict[str, Any]]
OF_PROPOSAL = {"revoke": "L10", "uphold": "L10N"}


def of_notice(context: StepContext) -> Draft | None:
    """Return the notice; whoever finds nothing sends no letter."""
    if context.answer["outcome"] != "notify":
        return None
    clocks.arm(context.case, "revocation.hearing", arming="trial", start=context.today, now=context.now)
    return "L09", letters.build("L09", context)


def of_proposal(context: StepContext) -> Draft:
    """Return the decision that the newest proposal, kept in the same trial or before, leads to."""
    code = OF_PROPOSAL[last_decision(context.case.id).proposal]
    return code, letters.build(code, context)
