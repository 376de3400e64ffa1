"""How a party sees its review: received, examined, answered, carried out."""

from workflow_app.cases.milestones import Milestone
from workflow_app.processes.review.rules import CHANGED, OUTCOMES

MILESTONES = (
    Milestone(key="filed", done_at=lambda case: case.received_at),
    Milestone(
        key="answered",
        steps=frozenset({"file", "examine", "decide"}),
        done_at=lambda case: case.decided_at if case.outcome in (*OUTCOMES, None) else None,
    ),
    Milestone(
        key="carried_out",
        outcomes=frozenset({CHANGED}),
        done_at=lambda case: case.closed_at if case.outcome == CHANGED else None,
        within="objection.execute",
    ),
)
