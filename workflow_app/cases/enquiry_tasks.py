"""The task behind an open enquiry: what the body asked has to do, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from workflow_app.cases import clocks
from workflow_app.cases.clocks import Clock
from workflow_app.cases.enquiries import Enquiry
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Role


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An answer that is awaited: the task, the version of the case it is answered from, and its clock."""

    task_id: int
    case_version: int
    clock: Clock | None


def awaited(enquiry: Enquiry, today: date) -> Waiting | None:
    """Return what an enquiry waits for, or None where it has ended."""
    if enquiry.closed_at is not None:
        return None
    query = sa.select(CaseTask).where(
        CaseTask.case_id == enquiry.case_id, CaseTask.role == Role.PROVIDER, CaseTask.closed_at.is_(None)
    )
    task = db.session.scalars(query).one_or_none()
    if task is None:
        return None
    road = kind_of(enquiry.case.kind).enquiry
    running = (d for d in clocks.open_deadlines(enquiry.case) if road is not None and d.key == road.clock)
    found = next(running, None)
    return Waiting(
        task_id=task.id,
        case_version=enquiry.case.row_version,
        clock=clocks.read(found, today) if found is not None else None,
    )
