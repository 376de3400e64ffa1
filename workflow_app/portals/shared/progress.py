"""A case's progress as its party sees it: the milestones of its kind with dates, and in one sentence how it stands."""

from dataclasses import dataclass
from datetime import date, datetime

from workflow_app.cases.deadlines import Suspension
from workflow_app.cases.milestones import Milestone
from workflow_app.cases.standing import CaseStanding
from workflow_app.cases.stays import is_stayed
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.labels import has_label, label
from workflow_app.law.parameters import value_of


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: `state` is done, now or empty; `on` is when it was done, `by` when the office has it due, `hint` what else
    is said of it."""

    name: str
    state: str
    on: datetime | None = None
    by: date | None = None
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The steps of a case, how it stands in words, the stops of its clocks, each told once where several stood still
    together, and for a party that is to act the words of what it is to do (empty otherwise)."""

    steps: tuple[Step, ...]
    now: str
    to_do: str
    stops: tuple[Suspension, ...]

    @property
    def waits_for_party(self) -> bool:
        """Whether the party is to act."""
        return bool(self.to_do)


def progress_of(view: CaseStanding) -> Progress:
    """Return how far a case is. A case that ended early shows only the steps it has had, and that it ended."""
    case, milestones = view.case, view.kind.milestones
    at = next((i for i, m in enumerate(milestones) if m.is_under_way(case)), min(1, len(milestones) - 1))
    steps = []
    for index, milestone in enumerate(milestones):
        done = milestone.done_at(case)
        if case.is_closed and done is None:
            continue
        state = "done" if index < at or case.is_closed else "now" if index == at else ""
        steps.append(_step(view, milestone, state, done))
    if case.is_closed and milestones[-1].done_at(case) is None:
        steps.append(Step(name=outcome_words(view), state="done", on=case.closed_at))
    return Progress(
        steps=tuple(steps),
        now=_now(view),
        to_do=_to_do(view),
        stops=_stops(view),
    )


def outcome_words(view: CaseStanding) -> str:
    """Return how a case stands in a word or two: its outcome, else its stage."""
    case = view.case
    if case.outcome and has_label(f"outcome.{case.outcome}"):
        return label(f"outcome.{case.outcome}")
    return label("progress.ended") if case.is_closed else view.kind.stage_label(case.stage)


def _step(view: CaseStanding, milestone: Milestone, state: str, done: datetime | None) -> Step:
    name = view.kind.words("milestone", milestone.key) or label(f"milestone.{milestone.key}")
    if state == "now" and view.waits_for_party:
        return Step(
            name=name, state=state, hint=view.kind.words("waiting", view.case.stage) or label("progress.waiting")
        )
    if done is not None:
        return Step(name=name, state=state, on=done)
    if state == "now" and view.clock is not None and view.clock.due_on is not None:
        return Step(name=name, state=state, by=view.clock.due_on)
    if not milestone.within:
        return Step(name=name, state=state)
    days = value_of(milestone.within, on=legal_day(view.case.received_at)).value
    return Step(name=name, state=state, hint=view.kind.words("milestone_hint", milestone.key, days=days))


def _now(view: CaseStanding) -> str:
    """Return one sentence to the party: the kind's own for where the case stands, else a general one."""
    case = view.case
    facts = {"department": case.department.name if case.department else label("progress.some_department")}
    if case.is_closed:
        return view.kind.words("now", f"ended.{case.outcome}") or label(
            "progress.is_ended", outcome=outcome_words(view)
        )
    if case.outcome:
        return view.kind.words("now", f"decided.{case.outcome}", **facts) or label("progress.is_working")
    if is_stayed(case) and (waits := view.kind.words("now", "stayed")):
        return waits
    if view.waits_for_dispute and (waits := view.kind.words("now", "disputed")):
        return waits
    own = view.kind.words("now", case.stage, **facts)
    return own or label("progress.is_yours" if view.waits_for_party else "progress.is_working")


def _to_do(view: CaseStanding) -> str:
    step = view.party_step
    return "" if step is None else view.kind.words("party_act", step) or view.kind.step_label(step)


def _stops(view: CaseStanding) -> tuple[Suspension, ...]:
    found = (s for c in view.clocks for s in c.deadline.suspensions)
    return tuple({(s.stopped_on, s.resumed_on, s.reason): s for s in found}.values())
