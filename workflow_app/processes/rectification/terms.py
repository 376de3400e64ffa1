"""By when each obligation is to be performed: the day of the decision where it names one, else the period of the law; and the
one extension (rulebook §6)."""

from datetime import date
from typing import Any

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.people.calendars import current_calendar
from workflow_app.processes.rectification.replies import obligations_of
from workflow_app.processes.rectification.telling import issue, tell_letter, term_of


def set_terms(context: StepContext) -> None:
    """Put on each obligation its last day, and let the clock of performance run to the last of them."""
    case, clock = context.case, term_of(context.case)
    if clock is None or clock.due_on is None:
        raise RuntimeError(f"case {case.number} has no clock of performance")
    general, rows = clock.due_on, obligations_of(case)
    named = [date.fromisoformat(row["due_on"]) for row in rows if row["due_on"]]
    last = max(named) if named else None
    if last is not None and (last > general or len(named) == len(rows)):
        clock.value, clock.basis = (last - clock.started_on).days, str(case.details["term_basis"])
        clocks.compute(clock, current_calendar())
    case.details = case.details | {
        "obligations": [row | {"until": row["due_on"] or general.isoformat()} for row in rows]
    }


def extend(context: StepContext) -> None:
    """The head has granted the one extension: what is not yet due is due on the new day, and the party is told (L18)."""
    case, extension = context.case, context.answer["extension"]
    until = extension.due_after.isoformat()
    case.details = case.details | {"obligations": [_moved(row, until, context.today) for row in obligations_of(case)]}
    tell_letter(context, "rectification_extended", issue(context, "L18"))


def refuse_extension(context: StepContext) -> None:
    """The head has refused: the days stay, and the party is told why (L18)."""
    tell_letter(context, "rectification_not_extended", issue(context, "L18"))


def _moved(row: dict[str, Any], until: str, today: date) -> dict[str, Any]:
    return row if date.fromisoformat(row["until"]) < today else row | {"until": until}
