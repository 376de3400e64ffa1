"""The first steps of a review: before the lead department with the objection's papers, the mark on the record, extension."""

import sqlalchemy as sa

from workflow_app.cases import alarms
from workflow_app.cases.case import Case
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.leads import lead_over
from workflow_app.processes.review.subject import file_of, objection_of
from workflow_app.processes.review.telling import issue, tell_letter
from workflow_app.records import marks


def lay_before_lead(context: StepContext) -> None:
    """Give the case to the lead department over the one that concluded, with copies of the objection's papers: whoever reviews
    reads them here, and the objection itself stays closed to everybody it was closed to."""
    case, objection = context.case, objection_of(context.case)
    case.department = lead_over(objection.department, on=context.today)
    case.details = case.details | {"objection": file_of(objection)}
    papers = sa.select(Evidence).where(Evidence.case_id == objection.id, Evidence.removed_at.is_(None))
    for paper in list(db.session.scalars(papers.order_by(Evidence.id))):
        db.session.add(_copy(paper, case))


def _copy(paper: Evidence, case: Case) -> Evidence:
    """The file is the same one, named by its content; its name says from where it came."""
    return Evidence(
        case_id=case.id,
        organisation_id=paper.organisation_id,
        purpose=paper.purpose,
        display_name=label("review.from_objection", name=paper.display_name)[:200],
        media_type=paper.media_type,
        size=paper.size,
        page_count=paper.page_count,
        digest=paper.digest,
        added_by_id=paper.added_by_id,
        added_at=paper.added_at,
    )


def receive(context: StepContext) -> None:
    """Mark the record disputed again, so that nothing else moves it, and tell the lead department and the one that concluded."""
    case, objection = context.case, objection_of(context.case)
    case.delivered_at = context.now
    event = marks.mark_in_dispute(case.record, case_no=case.number, actor=context.actor, now=context.now)
    context.raised.append(event)
    name = case.department.name if case.department else ""
    tell(case.id, "review_received", actor=Actor.system(), now=context.now, kind="system", department=name)
    tell(objection.id, "review_asked", actor=context.actor, now=context.now, number=case.number, department=name)
    notify(
        "review_arrived", now=context.now, department_id=case.department_id, role=Role.OFFICER, case_number=case.number
    )
    notify(
        "review_asked", now=context.now, department_id=objection.department_id, role=Role.OFFICER,
        case_number=objection.number, department=name,
    )  # fmt: skip


def escalate_overdue(context: StepContext) -> None:
    """A clock has run out: those who answer for it are told."""
    alarms.tell_overdue(context.case, str(context.params["key"]), now=context.now)


def extend(context: StepContext) -> None:
    """Tell the party that the time was extended, until when, why and by whom (L15B)."""
    tell_letter(context, "extended", issue(context, "L15B"))
