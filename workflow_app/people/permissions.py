"""The only place that says who may do what. Out of scope is NotFound, in scope but not allowed is NotPermitted."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from workflow_app.foundation.errors import NotFound, NotPermitted, RuleViolation
from workflow_app.people.accounts import Actor, Role


class Permission(StrEnum):
    """One act a person may or may not do; every route carries one."""

    PUBLIC = "public"  # no sign-in
    SIGNED_IN = "signed_in"
    CASE_FILE = "case.file"
    CASE_VIEW = "case.view"
    CASE_LIST = "case.list"
    CASE_CLAIM = "case.claim"
    CASE_RELEASE = "case.release"
    CASE_WORK = "case.work"
    CASE_DECIDE = "case.decide"
    CASE_FORWARD = "case.forward"
    CASE_WITHDRAW = "case.withdraw"
    CASE_CORRECT = "case.correct"
    EXTENSION_REQUEST = "extension.request"
    EXTENSION_APPROVE = "extension.approve"
    NOTE_WRITE = "note.write"
    EVIDENCE_ADD = "evidence.add"
    EVIDENCE_READ = "evidence.read"
    LETTER_READ = "letter.read"
    LETTER_PREVIEW = "letter.preview"
    RECORD_VIEW = "record.view"
    RECORD_LIST = "record.list"
    RECORD_IMPORT = "record.import"
    RECORD_CLASSIFY = "record.classify"
    WRITE_BACK_RESOLVE = "write_back.resolve"
    SUPERVISE = "supervise"
    ACCOUNT_MANAGE = "account.manage"
    DEPARTMENT_MANAGE = "department.manage"
    CALENDAR_MANAGE = "calendar.manage"
    PARAMETER_VIEW = "parameter.view"
    JOB_VIEW = "job.view"
    JOB_RETRY = "job.retry"
    AUDIT_READ = "audit.read"


P = Permission
DEPARTMENT_ROLES = frozenset({Role.OFFICER, Role.APPROVER, Role.LEADER})
STAFF = frozenset(
    {Role.CLERK, Role.OFFICER, Role.APPROVER, Role.LEADER, Role.PROVIDER, Role.SUPERVISOR, Role.AUDITOR}
)
_READS = {P.CASE_VIEW, P.CASE_LIST, P.EVIDENCE_READ, P.LETTER_READ, P.RECORD_VIEW, P.RECORD_LIST}
_CLAIMS = {P.CASE_CLAIM, P.CASE_RELEASE, P.NOTE_WRITE}

# One line a role: what it may do to what lies in its scope (design: authorization matrix). The scope is `in_scope`.
TABLE: Mapping[Role, frozenset[Permission]] = {
    Role.APPLICANT: frozenset(
        {P.CASE_FILE, P.CASE_VIEW, P.CASE_LIST, P.CASE_WITHDRAW, P.CASE_CORRECT, P.EVIDENCE_ADD}
        | {P.EVIDENCE_READ, P.LETTER_READ, P.RECORD_VIEW, P.RECORD_LIST}
    ),
    Role.CLERK: frozenset(
        _READS | _CLAIMS | {P.CASE_FORWARD, P.WRITE_BACK_RESOLVE, P.RECORD_IMPORT, P.PARAMETER_VIEW} - {P.EVIDENCE_READ}
    ),
    Role.OFFICER: frozenset(
        _READS
        | _CLAIMS
        | {P.CASE_WORK, P.EXTENSION_REQUEST, P.EVIDENCE_ADD, P.LETTER_PREVIEW, P.RECORD_IMPORT, P.PARAMETER_VIEW}
        | {P.RECORD_CLASSIFY}
    ),
    Role.APPROVER: frozenset(
        _READS | _CLAIMS | {P.CASE_DECIDE, P.EXTENSION_APPROVE, P.LETTER_PREVIEW, P.RECORD_CLASSIFY, P.PARAMETER_VIEW}
    ),
    Role.LEADER: frozenset(_READS | _CLAIMS | {P.CASE_DECIDE, P.EXTENSION_APPROVE, P.LETTER_PREVIEW, P.PARAMETER_VIEW}),
    Role.PROVIDER: frozenset({P.CASE_LIST}),
    Role.SUPERVISOR: frozenset({P.CASE_VIEW, P.CASE_LIST, P.LETTER_READ, P.RECORD_VIEW, P.RECORD_LIST, P.SUPERVISE}),
    Role.AUDITOR: frozenset(
        {P.CASE_VIEW, P.CASE_LIST, P.LETTER_READ, P.RECORD_VIEW, P.RECORD_LIST, P.AUDIT_READ, P.PARAMETER_VIEW, P.JOB_VIEW}
    ),
    Role.SYSTEM_ADMIN: frozenset(
        {P.DEPARTMENT_MANAGE, P.CALENDAR_MANAGE, P.PARAMETER_VIEW, P.JOB_VIEW, P.JOB_RETRY}
    ),
    Role.SECURITY_ADMIN: frozenset({P.ACCOUNT_MANAGE, P.DEPARTMENT_MANAGE, P.CALENDAR_MANAGE, P.PARAMETER_VIEW, P.JOB_VIEW}),
    Role.SERVICE: frozenset(Permission),
}


class Scoped(Protocol):
    """What the table needs to know of a case or record."""

    @property
    def department_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def assignee_id(self) -> int | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


def in_scope(actor: Actor, subject: Scoped) -> bool:
    """Tell whether an actor may know that a case or record exists."""
    if actor.role is Role.APPLICANT:
        return actor.organisation_id is not None and subject.organisation_id == actor.organisation_id
    if actor.role in DEPARTMENT_ROLES:
        return actor.department_id is not None and subject.department_id == actor.department_id
    return actor.role in (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR, Role.SERVICE)


def may(actor: Actor, permission: Permission, subject: Scoped | None = None) -> bool:
    """Tell whether an actor may do an act, on a subject where there is one."""
    allowed = permission in (P.PUBLIC, P.SIGNED_IN) or permission in TABLE[actor.role]
    return allowed and (subject is None or in_scope(actor, subject))


def require(actor: Actor, permission: Permission, subject: Scoped | None = None) -> None:
    """Raise NotFound where the subject is out of the actor's scope and NotPermitted where the act is not theirs."""
    if subject is not None and not in_scope(actor, subject):
        raise NotFound
    if not may(actor, permission, subject):
        raise NotPermitted(permission=permission.value)


def scope_filter(
    actor: Actor, *, department: sa.ColumnElement[Any] | Any, organisation: sa.ColumnElement[Any] | Any
) -> sa.ColumnElement[bool]:
    """Return the condition that limits a list to what the actor may know of: `in_scope`, for queries."""
    condition: sa.ColumnElement[bool]
    if actor.role is Role.APPLICANT:
        condition = organisation == actor.organisation_id if actor.organisation_id is not None else sa.false()
    elif actor.role in DEPARTMENT_ROLES:
        condition = department == actor.department_id if actor.department_id is not None else sa.false()
    elif actor.role in (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR, Role.SERVICE):
        condition = sa.true()
    else:
        condition = sa.false()
    return condition


def forbid_same_person(earlier_account_id: int | None, actor: Actor) -> None:
    """Refuse that one person both proposes and decides."""
    if earlier_account_id is not None and earlier_account_id == actor.account_id:
        raise RuleViolation("same_person_decides")
