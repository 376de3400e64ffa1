"""The letters that answers of a rectification lead to, for a look before they are sent. Called inside a trial that is taken
back, so a clock may be started here to learn its date."""

from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.proposals import last_decision
from workflow_app.processes.rectification import letters, rules, terms
from workflow_app.processes.rectification.telling import term_of

Draft = tuple[str, dict[str, Any]]


def of_plan(context: StepContext) -> Draft | None:
    """Return the notice that the plan kept last leads to; whoever drops the case sends none."""
    if last_decision(context.case.id).proposal != "notify":
        return None
    if term_of(context.case) is None:
        clocks.arm(context.case, rules.TERM, arming="trial", start=context.today, now=context.now)
    terms.set_terms(context)
    return "L17", letters.build("L17", context)


def of_conclusion(context: StepContext) -> Draft:
    """Return the opinion that the conclusion kept last leads to."""
    return "L19", letters.build("L19", context)
