"""How a party sees a case about the revocation of its repair: told, heard, decided, carried out."""

from datetime import datetime

from workflow_app.cases.case import Case
from workflow_app.cases.milestones import Milestone

REVOKED = "revoked"


def told_at(case: Case) -> datetime | None:
    """Return when the party was told that its repair may be revoked."""
    found = case.details.get("told_at")
    return datetime.fromisoformat(str(found)) if found else None


MILESTONES = (
    Milestone(key="opened", steps=frozenset({"notify"}), done_at=lambda case: case.received_at),
    Milestone(key="told", steps=frozenset({"state_case"}), done_at=told_at),
    Milestone(
        key="examined",
        steps=frozenset({"examine"}),
        done_at=lambda case: case.decided_at if told_at(case) else None,
    ),
    Milestone(
        key="decided",
        steps=frozenset({"decide"}),
        done_at=lambda case: case.decided_at if told_at(case) else None,
    ),
    Milestone(
        key="restored",
        outcomes=frozenset({REVOKED}),
        done_at=lambda case: case.closed_at if case.outcome == REVOKED else None,
    ),
)
