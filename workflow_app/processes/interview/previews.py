"""The letters that answers of an interview lead to, for a look before they are sent. Called inside a trial that is taken back,
after `keep`."""

from typing import Any

from workflow_app.cases.kinds import StepContext
from workflow_app.processes.interview import letters

Draft = tuple[str, dict[str, Any]]


def of_notice(context: StepContext) -> Draft:
    """Return the notice as the answer arranges the meeting."""
    code = letters.notice_of(context.case)
    return code, letters.build(code, context)


def of_move(context: StepContext) -> Draft:
    """Return the letter with the new time."""
    return "L21", letters.build("L21", context)


def of_record(context: StepContext) -> Draft:
    """Return the record of the talk as far as it is typed."""
    return "L22", letters.build("L22", context)


def of_minutes(context: StepContext) -> Draft:
    """Return the minutes."""
    return "L23", letters.build("L23", context)


def of_conclusion(context: StepContext) -> Draft:
    """Return what the last proposal, kept in the same trial or before, leads to."""
    return "L19Y", letters.build("L19Y", context)
