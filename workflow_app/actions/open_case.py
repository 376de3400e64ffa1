"""Opening a case on a record of one's department, for the kinds that nobody applies for: the house begins them itself."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.actions._begin import give_number, refuse_second, start_process
from workflow_app.actions._party import party_of
from workflow_app.audit import log
from workflow_app.cases.case import Case, Channel
from workflow_app.cases.forms import clean
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.kinds import Answer, FormContext, ProcessKind, kind_of
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction, transaction
from workflow_app.foundation.errors import NotFound, NotPermitted, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import DEPARTMENT_ROLES, Permission, in_scope, require
from workflow_app.records.classification import responsible_department
from workflow_app.records.credit_record import CreditRecord

OPENING = "file"


class NotCompetent(NotPermitted):
    """Another department answers for the record; the facts say which."""

    code = "not_competent"


def open_case(
    *, record_id: int, kind_key: str, form: Answer, idempotency_key: str | None, actor: Actor, now: datetime
) -> Case:
    """Open a case of a kind on a record and return it with its number; whoever opened it has it in hand.

    Raises NotFound for a foreign record and for a kind that is not opened, NotPermitted where it is another role's,
    InvalidInput for the form, RuleViolation where the record is not such that the kind suits it or one is open already.
    """
    kind = kind_of(kind_key)
    with transaction():
        case = _open(record_id, kind, form, key=idempotency_key, actor=actor, now=now)
    failpoint("open.after_commit")
    return case


def openable_record(record_id: int, kind: ProcessKind, actor: Actor) -> CreditRecord:
    """Return a record, locked, on which an actor may open cases of a kind. Raises NotFound and NotPermitted."""
    query = sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(of=CreditRecord, key_share=True)
    record = db.session.scalar(query)
    if record is None or kind.opening is None:
        raise NotFound("record_not_found")
    check_competence(record, kind, actor)
    require(actor, Permission.CASE_OPEN, record)
    if kind.opening.role is not actor.role:
        raise NotPermitted(permission=Permission.CASE_OPEN.value)
    return record


def check_competence(record: CreditRecord, kind: ProcessKind, actor: Actor) -> None:
    """Tell a department that may know of a record, and is not the one that answers for it, which one is (rulebook §12.2 no.
    32: 谁认定、谁约谈). Raises NotCompetent; a record that does not exist for the actor stays hidden."""
    ours = actor.role in DEPARTMENT_ROLES or actor.role is Role.SUPERVISOR
    if kind.opening is None or not kind.opening.foreign or not ours or actor.department_id == record.department_id:
        return
    if record.published or in_scope(actor, record):
        raise NotCompetent(kind.opening.foreign, kind=kind.title, department=record.department_name)


def _open(record_id: int, kind: ProcessKind, form: Answer, *, key: str | None, actor: Actor, now: datetime) -> Case:
    failpoint("open.begun")
    record, today = openable_record(record_id, kind, actor), legal_day(now)
    digest = request_digest(record=record_id, form=form, kind=kind.key)
    earlier = earlier_result(key, digest, actor=actor)
    if earlier is not None:
        return db.session.scalars(sa.select(Case).where(Case.number == earlier)).unique().one()
    refuse_second(record, kind)
    if kind.opening is None or not kind.opening.suits(record, today):
        raise RuleViolation("kind_does_not_suit", kind=kind.title)
    case = _new_case(record, kind, actor=actor, now=now)
    opening = kind.form_for(OPENING)
    with db.session.no_autoflush:
        context = FormContext(case=case, actor=actor, now=now, today=today)
        answer = opening.check(context, clean(opening, form))
    case.details = answer
    give_number(case, kind, now=now)
    tell(case.id, "opened", actor=actor, now=now, number=case.number, kind_title=kind.title)
    start_process(case, kind, answer, actor=actor, now=now)
    details = {"record": record.id, "form": answer}
    log.record(
        actor=actor, action="case.opened", object_type="case", object_id=case.number, case_no=case.number,
        details=details, now=now,
    )  # fmt: skip
    remember(key, digest, case.number, actor=actor, now=now)
    failpoint("open.before_commit")
    return case


def open_by_event(record_id: int, kind: ProcessKind, form: Answer, *, actor: Actor, now: datetime) -> Case | None:
    """Begin a case because something happened to its record: nobody asks for it, so nobody's permission is asked; `actor` is who
    made it happen. Return None where one is open already, or no department answers for the record."""
    require_transaction()
    record = db.session.get_one(CreditRecord, record_id, with_for_update=True)
    open_one = sa.select(Case.number).where(
        Case.record_id == record_id, Case.kind == kind.key, Case.closed_at.is_(None)
    )
    if db.session.scalar(open_one) is not None or responsible_department(record, on=legal_day(now)) is None:
        return None
    house = Actor.system()
    case = _new_case(record, kind, actor=house, now=now)
    case.details = form
    give_number(case, kind, now=now)
    tell(case.id, "opened", actor=house, now=now, number=case.number, kind_title=kind.title)
    start_process(case, kind, form, actor=house, now=now)
    details = {"record": record.id, "form": form, "begun_by": actor.account_id}
    log.record(
        actor=house, action="case.opened", object_type="case", object_id=case.number, case_no=case.number,
        details=details, now=now,
    )  # fmt: skip
    return case


def _new_case(record: CreditRecord, kind: ProcessKind, *, actor: Actor, now: datetime) -> Case:
    party = party_of(record, actor=actor, now=now)
    return Case(
        kind=kind.key,
        record=record,
        organisation=party,
        department=responsible_department(record, on=legal_day(now)),
        assignee_id=actor.account_id,
        filed_by_id=actor.account_id,
        applicant_name=party.legal_representative or "",
        channel=Channel.OFFICE,
        stage=OPENING,
        received_at=now,
        delivered_at=now,
        search_text=f"{record.subject_name} {record.subject_code} {record.document_number}"[:500],
    )
