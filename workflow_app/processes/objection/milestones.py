"""How an enterprise sees its objection: received and flagged, accepted, verified, answered, carried out."""

from workflow_app.cases.milestones import Milestone
from workflow_app.records.conclusions import CONCLUSIONS

MILESTONES = (
    Milestone(key="filed", done_at=lambda case: case.received_at),
    Milestone(
        key="accepted", steps=frozenset({"file", "forward", "accept", "correct"}), done_at=lambda case: case.accepted_at
    ),
    Milestone(
        key="verified",
        steps=frozenset({"check_platform", "transfer", "await_expert", "verify"}),
        done_at=lambda case: case.decided_at if case.accepted_at else None,
    ),
    Milestone(
        key="answered",
        steps=frozenset({"examine", "decide"}),
        done_at=lambda case: case.decided_at if case.outcome in (*CONCLUSIONS, None) else None,
    ),
    Milestone(
        key="carried_out",
        outcomes=frozenset(CONCLUSIONS),
        done_at=lambda case: case.closed_at if case.outcome in CONCLUSIONS else None,
        within="objection.execute",
    ),
)
