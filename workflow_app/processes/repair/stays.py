"""A stay of a repair (中止) and its end: the party is told by L11, every clock stands still on that letter, and runs on with
the days it had left (rulebook §10.4, §12.2 no. 13)."""

from collections.abc import Mapping

from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.stays import Stay
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.processes.repair.telling import issue

# The closed list: what the case may wait for, and the parameter that says when somebody looks whether it still must.
GROUNDS: Mapping[str, str] = {
    "litigation": "repair.stay_litigation",
    "appraisal": "repair.stay_appraisal",
    "party_request": "repair.stay_party_request",
}


def stay(context: StepContext) -> None:
    """Let the case stand still, on the paper that says so (L11)."""
    case, granted = context.case, context.answer["stay"]
    letter = issue(context, "L11")
    granted.letter_number = letter.number
    for deadline in clocks.open_deadlines(case):
        if deadline.fired_at is None:
            clocks.stop(
                deadline, on=context.today, reason=_why(granted), paper=letter.number, by=context.actor.account_id,
                now=context.now,
            )  # fmt: skip
    reason = label(f"stay.ground.{granted.ground}")
    tell(case.id, "stayed", actor=context.actor, now=context.now, reason=reason, letter=letter.number, code=letter.code)
    notify(
        "stayed", now=context.now, organisation_id=case.organisation_id, case_number=case.number, letter=letter.number
    )


def resume(context: StepContext) -> None:
    """Let the clocks of a stayed case run on; one that stands still for something else goes on standing still."""
    case, ended = context.case, context.answer["stay"]
    for deadline in clocks.open_deadlines(case):
        if clocks.is_stopped_for(deadline, _why(ended)):
            clocks.resume(deadline, on=context.today, reason=_why(ended))
    tell(case.id, "resumed", actor=context.actor, now=context.now)
    notify("resumed", now=context.now, organisation_id=case.organisation_id, case_number=case.number)


def _why(granted: Stay) -> str:
    return label("stay.stopped", ground=label(f"stay.ground.{granted.ground}"))
