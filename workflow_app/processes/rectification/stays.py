"""A stay of a rectification (中止) and its end: a court or a reconsideration body stops the execution, an appraisal takes time,
or nothing can be done for now. On the letter (L11R) every clock stands still, and runs on with the days it had left."""

from collections.abc import Mapping

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.stays import Stay
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.processes.rectification.telling import issue, notify_party

GROUNDS: Mapping[str, str] = {
    "execution_stopped": "rectification.stay_execution",
    "appraisal": "rectification.stay_appraisal",
    "impossible": "rectification.stay_impossible",
}


def stay(context: StepContext) -> None:
    """Let the case stand still, on the paper that says so."""
    case, granted = context.case, context.answer["stay"]
    letter = issue(context, "L11R")
    granted.letter_number = letter.number
    for deadline in clocks.open_deadlines(case):
        if deadline.fired_at is None:
            clocks.stop(
                deadline, on=context.today, reason=_why(granted), paper=letter.number, by=context.actor.account_id,
                now=context.now,
            )  # fmt: skip
    reason = label(f"stay.ground.{granted.ground}")
    tell(case.id, "stayed", actor=context.actor, now=context.now, reason=reason, letter=letter.number, code=letter.code)
    notify_party(context, "rectification_stayed", letter=letter.number)


def resume(context: StepContext) -> None:
    """Let the clocks of a stayed case run on; one that stands still for something else goes on standing still."""
    case, ended = context.case, context.answer["stay"]
    for deadline in clocks.open_deadlines(case):
        if clocks.is_stopped_for(deadline, _why(ended)):
            clocks.resume(deadline, on=context.today, reason=_why(ended))
    tell(case.id, "resumed", actor=context.actor, now=context.now)
    notify_party(context, "rectification_resumed")


def _why(granted: Stay) -> str:
    return label("stay.stopped", ground=label(f"stay.ground.{granted.ground}"))
