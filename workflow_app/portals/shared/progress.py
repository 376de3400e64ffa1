"""A case's progress as its party sees it: five steps with dates. The words are the templates'."""

from dataclasses import dataclass
from datetime import date, datetime

from workflow_app.cases.deadlines import Suspension
from workflow_app.cases.standing import CaseStanding
from workflow_app.cases.views import CaseView
from workflow_app.foundation.clock import legal_day
from workflow_app.law.parameters import value_of

ORDER = ("filed", "accepted", "reviewed", "decided", "removed")
AT = {"file": 1, "forward": 1, "accept": 1, "correct": 1, "review": 2, "decide": 3}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: `state` is done, now or empty; `on` is when it was done, `by` when the office has it due. A case that
    ended otherwise than by removal has a last step `ended`."""

    key: str
    state: str
    on: datetime | None = None
    by: date | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The steps of a case, how it ended if it did, whether it waits for the party, the stops of its clocks, each told once
    where several stood still together, and the working days that the last step has."""

    steps: tuple[Step, ...]
    outcome: str | None
    waits_for_party: bool
    stops: tuple[Suspension, ...]
    sync_days: int


def progress_of(view: CaseView | CaseStanding) -> Progress:
    """Return how far a case is. A case that ends before the last step shows only the steps it has had."""
    case = view.case
    at = ORDER.index("removed") if case.outcome == "granted" else AT.get(case.stage, 1)
    done_on = {
        "filed": case.received_at,
        "accepted": case.accepted_at,
        "reviewed": case.decided_at if case.accepted_at else None,
        "decided": case.decided_at if case.outcome in ("granted", None) else None,
        "removed": case.closed_at if case.outcome == "granted" else None,
    }
    steps = []
    for index, key in enumerate(ORDER):
        if case.is_closed and done_on[key] is None:
            continue
        state = "done" if index < at or case.is_closed else "now" if index == at else ""
        due = view.clock.due_on if state == "now" and view.clock and not view.waits_for_party else None
        steps.append(Step(key=key, state=state, on=done_on[key], by=due))
    if case.is_closed and case.outcome != "granted":
        steps.append(Step(key="ended", state="done", on=case.closed_at))
    return Progress(
        steps=tuple(steps),
        outcome=case.outcome,
        waits_for_party=view.waits_for_party,
        stops=_stops(view),
        sync_days=value_of("repair.sync", on=legal_day(case.received_at)).value,
    )


def _stops(view: CaseView | CaseStanding) -> tuple[Suspension, ...]:
    found = (s for c in view.clocks for s in c.deadline.suspensions)
    return tuple({(s.stopped_on, s.resumed_on, s.reason): s for s in found}.values())
