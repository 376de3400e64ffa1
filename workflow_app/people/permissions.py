"""The only place that says who may do what. Out of scope is NotFound, in scope but not allowed is NotPermitted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from workflow_app.foundation.errors import AnotherPersonsAct, NotFound, NotPermitted
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.authority import NARROW, PRINCIPALS, judge
from workflow_app.people.mandates import grants_of
from workflow_app.people.permission_names import Permission as Permission
from workflow_app.people.reach import authority_over, in_reach, reach_condition

P = Permission
_AP, _CL, _OF, _DS, _LD = Role.APPLICANT, Role.CLERK, Role.OFFICER, Role.APPROVER, Role.LEADER
_PR, _PS, _AU, _SY, _SE = Role.PROVIDER, Role.SUPERVISOR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN
DEPARTMENT_ROLES = frozenset({_OF, _DS, _LD})
STAFF = frozenset({_CL, _OF, _DS, _LD, _PR, _PS, _AU})

# One line an act: whose roles may do it, to what lies within their reach (people.reach). The service account does
# its jobs under every act. Administrators stand in no line that shows a case; the auditor in none that changes one.
TABLE: Mapping[Permission, frozenset[Role]] = {
    P.CASE_FILE: frozenset({_AP, _CL}),  # the clerk on paper, at the counter
    P.CASE_OPEN: frozenset({_OF}),
    P.CASE_VIEW: frozenset({_AP, _CL, _OF, _DS, _LD, _PR, _PS, _AU}),
    P.CASE_LIST: frozenset({_AP, _CL, _OF, _DS, _LD, _PR, _PS, _AU}),
    P.CASE_CLAIM: frozenset({_CL, _OF, _DS, _LD}),
    P.CASE_RELEASE: frozenset({_CL, _OF, _DS, _LD}),
    P.CASE_WORK: frozenset({_OF}),
    P.CASE_DECIDE: frozenset({_DS, _LD}),
    P.CASE_FORWARD: frozenset({_CL}),
    P.CASE_WITHDRAW: frozenset({_AP}),
    P.CASE_CORRECT: frozenset({_AP}),
    P.CASE_QUERY_CODE: frozenset({_AP}),
    P.EXTENSION_REQUEST: frozenset({_OF}),
    P.EXTENSION_APPROVE: frozenset({_DS, _LD}),
    P.STAY_REQUEST: frozenset({_OF}),
    P.STAY_APPROVE: frozenset({_DS, _LD}),
    P.ENQUIRY_ASK: frozenset({_OF}),
    P.ENQUIRY_VIEW: frozenset({_PR, _OF, _DS, _LD}),
    P.ENQUIRY_ANSWER: frozenset({_PR, _OF}),
    P.APPOINTMENT_VIEW: frozenset({_OF, _DS, _LD}),
    P.NOTE_WRITE: frozenset({_CL, _OF, _DS, _LD}),
    P.EVIDENCE_ADD: frozenset({_AP, _OF}),
    P.EVIDENCE_READ: frozenset({_AP, _OF, _DS, _LD}),
    P.LETTER_READ: frozenset({_AP, _CL, _OF, _DS, _LD, _PS, _AU}),
    P.LETTER_PREVIEW: frozenset({_OF, _DS, _LD}),
    P.LETTER_BUNDLE: frozenset({_CL, _OF, _DS, _LD}),
    P.LETTER_END: frozenset({_OF}),
    P.LETTER_END_SETTLE: frozenset({_DS, _LD}),
    P.RECORD_VIEW: frozenset({_AP, _CL, _OF, _DS, _LD, _PS, _AU}),
    P.RECORD_LIST: frozenset({_AP, _CL, _OF, _DS, _LD, _PS, _AU}),
    P.RECORD_IMPORT: frozenset({_CL, _OF}),
    P.RECORD_PROPOSE: frozenset({_OF, _DS}),
    P.RECORD_SETTLE: frozenset({_DS, _LD}),
    P.ADVICE_VIEW: frozenset({_AP, _CL, _OF, _DS, _LD, _PS, _AU}),
    P.ADVICE_SERVE: frozenset({_CL, _OF}),
    P.SERVICE_NOTE: frozenset({_CL, _OF}),
    P.SERVICE_REVIEW: frozenset({_DS, _LD}),
    P.ADDRESS_CONFIRM: frozenset({_AP, _CL}),
    P.WRITE_BACK_RESOLVE: frozenset({_CL}),
    P.MEASURE_ANSWER: frozenset({_OF, _DS}),
    P.SUPERVISE: frozenset({_DS, _LD, _PS, _AU}),
    P.SUPERVISE_EXPORT: frozenset({_DS, _LD, _PS, _AU}),
    P.CASE_URGE: frozenset({_DS, _LD, _PS}),
    P.CASE_REASSIGN: frozenset({_DS, _LD}),
    P.SLIP_ANSWER: frozenset({_CL, _OF, _DS, _LD}),
    P.ACCOUNT_VIEW: frozenset({_SY, _SE, _AU}),
    P.ACCOUNT_RESCUE: frozenset({_CL}),
    P.ACCOUNT_MANAGE: frozenset({_SE}),
    P.DEPARTMENT_VIEW: frozenset({_SY, _SE, _AU}),
    P.DEPARTMENT_MANAGE: frozenset({_SY}),
    P.CALENDAR_VIEW: frozenset({_CL, _OF, _DS, _LD, _SY, _SE, _AU}),
    P.CALENDAR_MANAGE: frozenset({_SY}),
    P.MANDATE_MANAGE: frozenset({_AP, _CL}),
    P.ENROLMENT_CHECK: frozenset({_CL}),
    P.CHANGE_VIEW: frozenset({_SY, _SE, _AU}),
    P.CHANGE_SETTLE: frozenset({_SY, _SE}),
    P.PARAMETER_VIEW: frozenset({_CL, _OF, _DS, _LD, _SY, _SE, _AU}),
    P.LETTER_TEMPLATES: frozenset({_CL, _OF, _DS, _LD, _SY, _SE, _AU}),
    P.JOB_VIEW: frozenset({_CL, _SY, _SE, _AU}),
    P.JOB_RETRY: frozenset({_CL, _SY}),
    P.AUDIT_READ: frozenset({_AU, _SY, _SE}),
    P.AUDIT_VERIFY: frozenset({_AU}),
}

# What a closed case still allows. A page offers nothing else; an act that arrives all the same is answered by the
# action itself, because a repeated request must get its first answer again.
READING = frozenset({
    P.CASE_VIEW, P.CASE_LIST, P.EVIDENCE_READ, P.LETTER_READ, P.RECORD_VIEW, P.RECORD_LIST, P.ENQUIRY_VIEW,
    P.SUPERVISE, P.SUPERVISE_EXPORT, P.MEASURE_ANSWER, P.LETTER_END, P.LETTER_END_SETTLE,
})  # fmt: skip


class Scoped(Protocol):
    """What the table needs to know of a case or record."""

    @property
    def department_id(self) -> int | None:
        """The department that works on it."""

    @property
    def organisation_id(self) -> int | None:
        """The organisation it is about."""

    @property
    def assignee_id(self) -> int | None:
        """The account that works on it."""

    @property
    def closed_at(self) -> datetime | None:
        """When it ended; from then on it is read only."""


class OutOfScope(NotFound):
    """The thing exists, but not for this actor; it is answered exactly like one that does not exist."""

    code = "not_found"


class NoAuthority(NotPermitted):
    """An applicant's authority is missing, over, or does not go this far. The code says which (`authority_…`)."""

    code = "authority_none"


# What only those do who speak for the subject itself; an agent passes nothing on.
OF_PRINCIPALS = frozenset({P.MANDATE_MANAGE, P.ADDRESS_CONFIRM})
# What an officer does only to a case that nobody else of the department has in hand.
IN_HAND = frozenset({P.EXTENSION_REQUEST, P.STAY_REQUEST, P.ENQUIRY_ASK, P.EVIDENCE_ADD, P.SLIP_ANSWER})


def in_scope(actor: Actor, subject: Scoped) -> bool:
    """Tell whether an actor may know that a case or record exists."""
    return in_reach(
        actor,
        department_id=subject.department_id,
        organisation_id=subject.organisation_id,
        record_id=_record_of(subject),
        kind=_kind_of(subject),
        asked_department_id=getattr(subject, "asked_department_id", None),
    )


def holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether an act belongs to an actor's role at all."""
    if permission in (P.PUBLIC, P.SIGNED_IN) or actor.role is Role.SERVICE:
        return True
    return actor.role in TABLE[permission]


def may(actor: Actor, permission: Permission, subject: Scoped | None = None) -> bool:
    """Tell whether a page should offer an act to an actor, on a subject where there is one."""
    if not holds(actor, permission):
        return False
    if subject is None:
        return True
    if not in_scope(actor, subject) or _is_others(actor, permission, subject):
        return False
    return subject.closed_at is None or permission in READING


def require(actor: Actor, permission: Permission, subject: Scoped | None = None) -> None:
    """Raise NotFound where the subject is out of the actor's scope and NotPermitted where the act is not theirs.

    An applicant whose authority for the subject is in force but does not go this far is told so (NoAuthority).
    """
    if subject is not None and not in_scope(actor, subject):
        raise out_of_scope(actor, subject)
    if not holds(actor, permission) or (subject is not None and _is_others(actor, permission, subject)):
        raise NotPermitted(permission=permission.value)


def out_of_scope(actor: Actor, subject: Scoped) -> OutOfScope | NoAuthority:
    """Return how a thing outside of an actor's scope is answered: hidden, but for those who act for its very subject."""
    if actor.role is Role.APPLICANT:
        record_id, kind = _record_of(subject), _kind_of(subject)
        found = authority_over(actor, organisation_id=subject.organisation_id, record_id=record_id, kind=kind)
        if found.refusal in NARROW:
            return NoAuthority(f"authority_{found.refusal}")
    return OutOfScope()


def _record_of(subject: Scoped) -> int | None:
    """The record a thing is about; None where it is about the subject as a whole."""
    return getattr(subject, "record_id", None)


def _kind_of(subject: Scoped) -> str | None:
    """The kind of process a thing belongs to; None for a record and whatever else belongs to none."""
    return getattr(subject, "process_kind", None)


def _is_others(actor: Actor, permission: Permission, subject: Scoped) -> bool:
    """Tell whether an act within the actor's role and scope still belongs to somebody else."""
    if actor.role is Role.APPLICANT and permission in OF_PRINCIPALS:
        return not judge(
            grants_of(actor),
            organisation_id=subject.organisation_id,
            record_id=None,
            kind=None,
            on=actor.on,
            capacities=PRINCIPALS,
        ).allowed
    return _has_colleague(actor, permission, subject)


def _has_colleague(actor: Actor, permission: Permission, subject: Scoped) -> bool:
    """Tell whether an act belongs to another officer, who has the case in hand."""
    if actor.role is not Role.OFFICER or permission not in IN_HAND:
        return False
    return subject.assignee_id not in (None, actor.account_id)


def scope_filter(
    actor: Actor,
    *,
    department: sa.ColumnElement[Any] | Any,
    organisation: sa.ColumnElement[Any] | Any,
    record: Any = None,
    kind: Any = None,
) -> sa.ColumnElement[bool]:
    """Return the condition that limits a list to what the actor may know of: `in_scope`, for queries."""
    return reach_condition(actor, department=department, organisation=organisation, record=record, kind=kind)


def forbid_same_person(earlier_account_id: int | None, actor: Actor) -> None:
    """Refuse that one person both proposes and decides. Raises AnotherPersonsAct."""
    if earlier_account_id == actor.account_id:
        raise AnotherPersonsAct("same_person_decides")
