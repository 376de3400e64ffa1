"""The way around for staff: the entries of the rail with what waits behind each, by role. Only pages that exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app, url_for
from werkzeug.local import LocalProxy

from workflow_app.cases.asked import waiting_for as questions_for
from workflow_app.cases.enquiries import waiting_for
from workflow_app.cases.queues import queue_counts
from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import unread_count
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.enrolments import waiting_count
from workflow_app.people.permissions import Permission, Scoped, may
from workflow_app.portals.shared.session import viewer
from workflow_app.records.record_tasks import count_for

DESK = frozenset({Role.CLERK, Role.OFFICER, Role.APPROVER, Role.LEADER, Role.PROVIDER})
READERS = DESK | {Role.SUPERVISOR, Role.AUDITOR}
ASKED = frozenset({Role.OFFICER, Role.APPROVER, Role.LEADER})  # beside providers, who do nothing else
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.APPROVER, Role.LEADER, Role.AUDITOR})
LAW = frozenset({Role.SYSTEM_ADMIN, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.LEADER})

# key of the section, endpoint, its arguments, icon, key of the count, roles
ENTRIES: tuple[tuple[str, str, Mapping[str, Any], str, str, frozenset[Role]], ...] = (
    ("enquiries", "officer.enquiries", {}, "inbox", "enquiries", frozenset({Role.PROVIDER})),
    ("desk", "officer.desk", {}, "inbox", "mine", DESK - {Role.PROVIDER}),
    ("department", "officer.desk", {"tab": "department"}, "team", "department", DESK - {Role.PROVIDER}),
    ("waiting", "officer.desk", {"tab": "waiting"}, "clock", "waiting", DESK - {Role.PROVIDER, Role.CLERK}),
    ("asked", "officer.asked", {}, "ask", "asked", ASKED | {Role.PROVIDER}),
    ("enquiries", "officer.enquiries", {}, "ask", "enquiries", ASKED),
    ("overview", "supervisor.overview", {}, "chart", "", OVERSEERS),
    ("slips", "supervisor.slips", {}, "bell", "", OVERSEERS),
    ("cases", "officer.desk", {"tab": "waiting"}, "inbox", "", READERS - DESK),
    ("counter", "officer.counter", {}, "edit", "", frozenset({Role.CLERK})),
    ("enrolments", "officer.enrolments", {}, "user", "enrolments", frozenset({Role.CLERK})),
    ("applicants", "officer.applicants", {}, "lock", "", frozenset({Role.CLERK})),
    ("records", "officer.records", {}, "doc", "records", READERS - {Role.PROVIDER}),
    ("measures", "officer.measures", {}, "undo", "", frozenset({Role.OFFICER, Role.APPROVER})),
    ("advice", "officer.advice", {}, "letter", "", READERS - {Role.PROVIDER}),
    ("letters", "officer.day_letters", {}, "print", "", DESK - {Role.PROVIDER}),
    ("imports", "officer.imports", {}, "up", "", frozenset({Role.CLERK, Role.OFFICER})),
    ("changes", "admin.changes", {}, "team", "", ADMINS),
    ("departments", "admin.departments", {}, "flag", "", ADMINS),
    ("accounts", "admin.accounts", {}, "user", "", ADMINS),
    ("calendar", "admin.calendar", {}, "cal", "", ADMINS),
    ("parameters", "admin.parameters", {}, "book", "", LAW),
    ("templates", "admin.letter_templates", {}, "letter", "", LAW | {Role.CLERK}),
    ("jobs", "admin.jobs", {}, "sync", "", ADMINS | {Role.CLERK}),
    ("audit", "admin.audit", {}, "eye", "", ADMINS),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the rail; `count` is None where nothing is counted."""

    key: str
    label: str
    url: str
    icon: str
    count: int | None


def nav_for(actor: Actor) -> tuple[Entry, ...]:
    """Return the entries an actor may use, with counts for those whose work is in queues."""
    counts = queue_counts(actor) | {"records": count_for(actor)} if actor.role in DESK else {}
    if actor.role in ASKED or actor.role is Role.PROVIDER:
        counts |= {"enquiries": waiting_for(actor), "asked": questions_for(actor)}
    if actor.role is Role.CLERK:
        counts |= {"enrolments": waiting_count()}
    return tuple(
        Entry(
            key=key,
            label=label(f"nav.{key}"),
            url=url_for(endpoint, **arguments),
            icon=icon,
            count=counts.get(counted),
        )
        for key, endpoint, arguments, icon, counted, roles in ENTRIES
        if actor.role in roles and endpoint in current_app.view_functions
    )


def home_of(actor: Actor) -> str:
    """Return the page a member of staff starts from: the first entry of the rail."""
    entries = nav_for(actor)
    return entries[0].url if entries else "/"


def staff_context() -> dict[str, Any]:
    """What the staff shell needs, looked up only when it is shown: entries, unread messages, department and place; and
    `may(permission, subject)` for pages that offer an act only to whom it is open."""
    found = viewer()
    if found is None or found.role is Role.APPLICANT:
        return {}
    actor = found.actor
    entries = cache(lambda: nav_for(actor))
    unread = cache(lambda: unread_count(actor))
    seat = cache(lambda: db.session.get(Department, actor.department_id) if actor.department_id else None)

    def allowed(permission: str, subject: Scoped | None = None) -> bool:
        return may(actor, Permission(permission), subject)

    return {
        "may": allowed,
        "nav": LocalProxy(entries),
        "unread": LocalProxy(unread),
        "seat": LocalProxy(lambda: here.name if (here := seat()) else ""),
        "place": LocalProxy(lambda: here.region_name if (here := seat()) else label("nav.province")),
    }
