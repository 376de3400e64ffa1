"""A case in the eyes of its party: a few milestones instead of the steps of the diagram, and what is promised at filing.
A kind brings its own; one that brings none is received, worked on and ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workflow_app.cases.case import Case


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """One milestone. `key` names its words (`milestone.<kind>.<key>`).

    It is under way while the case is at one of `steps` or has one of `outcomes` and is not closed; `done_at` says when it
    was done. `within` is the parameter of the law that says how many days it may take, where the party is told so.
    """

    key: str
    done_at: Callable[[Case], datetime | None]
    steps: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    within: str = ""

    def is_under_way(self, case: Case) -> bool:
        """Tell whether a case that is open is here now."""
        return case.outcome in self.outcomes if case.outcome else case.stage in self.steps


RECEIVED = Milestone(key="received", done_at=lambda case: case.received_at)
STANDARD = (RECEIVED, Milestone(key="working", done_at=lambda _case: None))


@dataclass(frozen=True, kw_only=True)
class Promised:
    """The clocks, as parameters of the law, behind what an applicant is told at filing: whether the application is taken up,
    the answer, and the execution of a good one."""

    accept: str
    answer: str
    execute: str
