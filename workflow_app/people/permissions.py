"""The only place that says who may do what. Out of scope is NotFound, in scope but not allowed is NotPermitted."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from workflow_app.foundation.errors import NotFound, NotPermitted
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


def may(actor: Actor, permission: Permission, subject: Scoped | None = None) -> bool:
    """Tell whether an actor may do an act, on a subject where there is one."""
    try:
        require(actor, permission, subject)
    except (NotFound, NotPermitted):
        return False
    return True


def require(actor: Actor, permission: Permission, subject: Scoped | None = None) -> None:
    """Raise NotFound where the subject is out of the actor's scope and NotPermitted where the act is not theirs."""
    raise NotImplementedError  # replaced by the matrix before anything uses it


def scope_filter(
    actor: Actor, *, department: sa.ColumnElement[Any], organisation: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """Return the condition that limits a list to what the actor may know of: the same rule as `require`, for queries."""
    if actor.role is Role.APPLICANT:
        return organisation == actor.organisation_id
    if actor.role in (Role.CLERK, Role.AUDITOR, Role.SERVICE):
        return sa.true()
    if actor.role in (Role.OFFICER, Role.APPROVER, Role.LEADER):
        return department == actor.department_id
    return sa.false()
