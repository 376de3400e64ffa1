"""How an enterprise sees its application for repair: five milestones, from the receipt to the end of publication."""

from workflow_app.cases.milestones import Milestone

GRANTED = "granted"
MILESTONES = (
    Milestone(key="filed", done_at=lambda case: case.received_at),
    Milestone(
        key="accepted", steps=frozenset({"file", "forward", "accept", "correct"}), done_at=lambda case: case.accepted_at
    ),
    Milestone(
        key="reviewed",
        steps=frozenset({"review", "answer_enquiry"}),
        done_at=lambda case: case.decided_at if case.accepted_at else None,
    ),
    Milestone(
        key="decided",
        steps=frozenset({"decide"}),
        done_at=lambda case: case.decided_at if case.outcome in (GRANTED, None) else None,
    ),
    Milestone(
        key="removed",
        outcomes=frozenset({GRANTED}),
        done_at=lambda case: case.closed_at if case.outcome == GRANTED else None,
        within="repair.sync",
    ),
)
