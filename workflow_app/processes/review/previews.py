"""The letter that an answer of a review leads to, for a look before it is sent. Called inside a trial that is taken back."""

from typing import Any

from workflow_app.cases.kinds import StepContext
from workflow_app.processes.review import letters
from workflow_app.processes.review.proposals import last_proposal


def of_proposal(context: StepContext) -> tuple[str, dict[str, Any]]:
    """Return the reply that the newest proposal, kept in the same trial or before, leads to."""
    context.case.outcome = last_proposal(context.case.id).proposal
    return "L15R", letters.build("L15R", context)
