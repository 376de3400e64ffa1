"""The guard of every route: a view carries one permission, a wing has its audience. What is out of scope is not there
(404), whatever one wanted to do with it; what is in scope but not one's own act is refused (403)."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask import abort, redirect, request, url_for

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.enquiries import Enquiry
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.filings import FilingPart
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import AppError, NotPermitted
from workflow_app.letters.bundles import LetterBundle
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.enrolments import Enrolment
from workflow_app.people.mandates import Mandate
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import OutOfScope, Permission, Scoped, holds, in_scope, out_of_scope
from workflow_app.portals.shared.authority_words import no_authority
from workflow_app.portals.shared.session import current_actor, viewer
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import ImportBatch
from workflow_app.records.measure_notices import MeasureNotice

View = TypeVar("View", bound=Callable[..., Any])
STAFF = frozenset(Role) - {Role.APPLICANT, Role.SERVICE}
# Who a wing is for: its pages show what its audience may see, private notes for one. Other wings are for everybody.
AUDIENCES: Mapping[str, frozenset[Role]] = {
    "identity": frozenset({Role.APPLICANT}),
    "enterprise": frozenset({Role.APPLICANT}),
    "officer": STAFF,
    "supervisor": STAFF,
    "admin": STAFF,
}
# Wings that exist only for accounts which may act for somebody today.
BEHIND_AUTHORITY = frozenset({"enterprise"})
# What the arguments of an address name, the most telling first.
SUBJECTS: Mapping[str, Callable[[Any], sa.Select[Any]]] = {
    "number": lambda number: sa.select(Case).where(Case.number == number),
    "task_id": lambda task_id: sa.select(Case).join(CaseTask).where(CaseTask.id == task_id),
    "asked_id": lambda task_id: sa.select(CaseTask).where(CaseTask.id == task_id, CaseTask.role == Role.PROVIDER),
    "deadline_id": lambda deadline_id: sa.select(Case).join(Deadline).where(Deadline.id == deadline_id),
    "letter_id": lambda letter_id: (
        sa.select(Case).join(Letter, Letter.case_id == Case.id).where(Letter.id == letter_id)
    ),
    "evidence_id": lambda evidence_id: sa.select(Case).join(Evidence).where(Evidence.id == evidence_id),
    "filing_id": lambda filing_id: (
        sa.select(CreditRecord)
        .join(FilingPart)
        .where(FilingPart.filing_id == filing_id)
        .order_by(FilingPart.id)
        .limit(1)
    ),
    "enquiry_id": lambda enquiry_id: sa.select(Enquiry).where(Enquiry.id == enquiry_id),
    "enrolment_id": lambda enrolment_id: sa.select(Enrolment).where(Enrolment.id == enrolment_id),
    "mandate_id": lambda mandate_id: sa.select(Mandate).where(Mandate.id == mandate_id),
    "organisation_id": lambda organisation_id: sa.select(Organisation).where(Organisation.id == organisation_id),
    "slip_id": lambda slip_id: (
        sa.select(Case).join(UrgeSlip, UrgeSlip.case_id == Case.id).where(UrgeSlip.id == slip_id)
    ),
    "record_id": lambda record_id: sa.select(CreditRecord).where(CreditRecord.id == record_id),
    "notice_id": lambda notice_id: sa.select(MeasureNotice).where(MeasureNotice.id == notice_id),
    "bundle_id": lambda bundle_id: sa.select(LetterBundle).where(LetterBundle.id == bundle_id),
    "batch_id": lambda batch_id: sa.select(ImportBatch).where(ImportBatch.id == batch_id),
}


def guarded(permission: Permission) -> Callable[[View], View]:
    """Let a view run only for its wing's audience and roles with the permission; all others sign in or are refused."""

    def guard(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            if permission is not Permission.PUBLIC:
                if viewer() is None:
                    return _to_sign_in()
                if not _is_open(current_actor(), permission):
                    raise _refusal(current_actor(), permission)
                if request.blueprint in BEHIND_AUTHORITY and (missing := no_authority(current_actor())) is not None:
                    raise missing  # whatever the address names: it is not even looked at
            return view(*args, **kwargs)

        run.permission = permission  # type: ignore[attr-defined]
        return cast(View, run)

    return guard


def _is_open(actor: Actor, permission: Permission) -> bool:
    audience = AUDIENCES.get(request.blueprint or "")
    return holds(actor, permission) and (audience is None or actor.role in audience)


def _refusal(actor: Actor, permission: Permission) -> AppError:
    """Return NotPermitted only where the actor may know of what the address names, or where it names nothing."""
    named = request.view_args or {}
    key = next((key for key in SUBJECTS if key in named), None)
    if key is not None:
        subject: Scoped | None = db.session.scalars(SUBJECTS[key](named[key])).unique().one_or_none()
        if subject is None:
            return OutOfScope()
        if not in_scope(actor, subject):
            return out_of_scope(actor, subject)
    return NotPermitted(permission=permission.value)


def _to_sign_in() -> Any:
    if request.method not in ("GET", "HEAD") or "HX-Request" in request.headers:
        abort(401)
    target = request.full_path.rstrip("?")
    return redirect(url_for("sign_in.form", next=target))
