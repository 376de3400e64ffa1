"""How a party sees that it is urged to perform: told, performed, verified, ended."""

from datetime import datetime

from workflow_app.cases.case import Case
from workflow_app.cases.milestones import Milestone


def _noted(case: Case, key: str) -> datetime | None:
    found = case.details.get(key)
    return datetime.fromisoformat(str(found)) if found else None


def performed_at(case: Case) -> datetime | None:
    """Return when the party reported; a verification that is over needs no report."""
    return _noted(case, "reported_at") or (case.decided_at if _noted(case, "told_at") else None)


MILESTONES = (
    Milestone(key="opened", steps=frozenset({"prepare", "approve_notice"}), done_at=lambda c: _noted(c, "told_at")),
    Milestone(key="performed", steps=frozenset({"perform"}), done_at=performed_at),
    Milestone(
        key="verified",
        steps=frozenset({"verify", "confirm"}),
        done_at=lambda case: case.decided_at if _noted(case, "told_at") else None,
    ),
    Milestone(key="concluded", done_at=lambda case: case.closed_at),
)
