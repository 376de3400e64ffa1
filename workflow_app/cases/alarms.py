"""Whom the clock tells of a deadline, and of what: near, passed, and still not met after some more working days.

The officer and whoever has the step are reminded; when the deadline has passed, their head of department is told as well;
later the leader and the lead department. The party is told of its own deadlines only.
"""

from datetime import date, datetime
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.enquiries import open_enquiry, tell_asked
from workflow_app.cases.holders import Holder, holders_of, officer_of
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import passed_before
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.calendars import current_calendar
from workflow_app.people.overseers import overseers_of

ESCALATE = "supervision.escalate"


def remind(deadline: Deadline, *, now: datetime) -> None:
    """Say that a deadline is near: to the party where it is the party's, else to the officer and whoever has the step."""
    case, due = deadline.case, _iso(deadline.due_on)
    to_party = deadline.step in kind_of(case.kind).party_steps
    facts: dict[str, Any] = {"clock": deadline.key, "due": due}
    if to_party:
        notify("deadline_near", now=now, organisation_id=case.organisation_id, case_number=case.number, **facts)
    else:
        _tell_all(_answerable(case), "deadline_near", case, now=now, **facts)
    _tell_asked(deadline, "enquiry_near", now=now)
    tell(case.id, "reminded", actor=Actor.system(), now=now, kind="system", public=to_party, **facts)


def tell_overdue(case: Case, key: str, *, now: datetime) -> None:
    """Say that a clock has run out: to the officer, whoever has the step, and the head of the department."""
    tell(case.id, "deadline_passed", actor=Actor.system(), now=now, kind="system", clock=key)
    _tell_all(_answerable(case, heads=(Role.APPROVER,)), "deadline_passed", case, now=now, clock=key)


def tell_enquiry_overdue(case: Case, key: str, *, now: datetime) -> None:
    """Say that the body asked has not answered in time: to it and its head, and to the officer who waits for it."""
    tell(case.id, "enquiry_overdue", actor=Actor.system(), now=now, kind="system", public=False, clock=key)
    _tell_all(_answerable(case), "enquiry_not_answered", case, now=now, clock=key)
    enquiry = open_enquiry(case.id)
    if enquiry is not None:
        tell_asked(enquiry, "enquiry_late", now=now, heads=True)


def escalated_from(now: datetime) -> date:
    """Return the last due day whose deadlines are the lead department's business by now."""
    today = legal_day(now)
    return passed_before(today, value_of(ESCALATE, on=today).value, current_calendar())


def escalate(deadline: Deadline, *, now: datetime) -> None:
    """Say that a deadline passed days ago and is still not met: to the leader and to the lead department."""
    case = deadline.case
    leads = overseers_of(case.department_id)
    told = [Holder(role=Role.SUPERVISOR, department_id=lead.id) for lead in leads]
    _tell_asked(deadline, "enquiry_late", now=now, heads=True)
    if case.department_id is not None:
        told.append(Holder(role=Role.LEADER, department_id=case.department_id))
    words = {"clock": deadline.key, "name": label(f"clock.{deadline.key}"), "due": _iso(deadline.due_on)}
    where = case.department.name if case.department else label("alarm.no_department")
    _tell_all(told, "deadline_escalated", case, now=now, department=where, **words)
    names = "、".join(lead.name for lead in leads) or label("alarm.nobody")
    tell(case.id, "escalated", actor=Actor.system(), now=now, kind="system", public=False, leads=names, **words)


def _answerable(case: Case, *, heads: tuple[Role, ...] = ()) -> list[Holder]:
    found = [holder for holder in holders_of(case) if holder.role not in heads]
    if case.assignee_id is not None:
        found.append(officer_of(case))
    if case.department_id is not None:
        found += [Holder(role=role, department_id=case.department_id) for role in heads]
    return list(dict.fromkeys(found))


def _tell_all(holders: list[Holder], key: str, case: Case, *, now: datetime, **facts: Any) -> None:
    for holder in holders:
        notify(key, now=now, case_number=case.number, **holder.address(), **facts)


def _tell_asked(deadline: Deadline, key: str, *, now: datetime, heads: bool = False) -> None:
    """Tell the body that was asked of the clock of its answer, where it is that clock."""
    road = kind_of(deadline.case.kind).enquiry
    if road is not None and deadline.key == road.clock:
        enquiry = open_enquiry(deadline.case_id)
        if enquiry is not None:
            tell_asked(enquiry, key, now=now, heads=heads, due=_iso(deadline.due_on))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
