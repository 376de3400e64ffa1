"""How a party sees an interview: invited, held, minutes, put right, concluded."""

from datetime import datetime

from workflow_app.cases.case import Case
from workflow_app.cases.milestones import Milestone

ENDINGS = frozenset({"interview_closed", "interview_measures"})


def _concluded(case: Case) -> datetime | None:
    return case.closed_at if case.outcome in ENDINGS else None


MILESTONES = (
    Milestone(
        key="begun", steps=frozenset({"propose", "approve", "approve_warning"}), done_at=lambda case: case.received_at
    ),
    Milestone(
        key="invited",
        steps=frozenset({"schedule", "rearrange", "reply", "change_reply", "permit_delegate", "attend"}),
        done_at=_concluded,
    ),
    Milestone(key="held", steps=frozenset({"talk", "minutes"}), done_at=_concluded),
    Milestone(key="performed", steps=frozenset({"plan", "perform"}), done_at=_concluded),
    Milestone(
        key="concluded", steps=frozenset({"verify", "confirm", "approve_end"}), outcomes=ENDINGS, done_at=_concluded
    ),
)
