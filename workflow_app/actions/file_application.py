"""Filing an application: a case number at once, whatever the answer will be; a too early one is warned of, never blocked."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.actions._advance import apply_step
from workflow_app.actions._record_events import deliver
from workflow_app.audit import log
from workflow_app.cases import clocks
from workflow_app.cases.case import Case, Channel
from workflow_app.cases.drafts import discard_draft, draft_of
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.forms import clean
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.kinds import Answer, FormContext, ProcessKind, StepContext, kind_of
from workflow_app.cases.numbers import take_case_number
from workflow_app.cases.query_codes import give_query_code
from workflow_app.cases.timeline import tell
from workflow_app.engine.instances import begin_instance
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import NotFound, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.people.accounts import Actor
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.records.classification import responsible_department
from workflow_app.records.credit_record import CreditRecord

FILING = "file"


def file_application(
    *,
    record_id: int,
    form: Answer,
    idempotency_key: str | None,
    actor: Actor,
    now: datetime,
    kind_key: str = "repair",
    channel: Channel = Channel.ONLINE,
    query_code: str | None = None,
) -> Case:
    """File an application on a record of the actor's organisation and start its process; return the case with its number.

    `query_code` opens the case to whoever holds its receipt; where the request was made before, the first one's code
    stands. Evidence that hangs on the actor's draft for the record goes with it. Raises NotFound for a foreign record,
    InvalidInput for the form, RuleViolation where an application on the record is already open.
    """
    kind = kind_of(kind_key)
    with transaction():
        case = _file(
            record_id, form, kind, key=idempotency_key, channel=channel, query_code=query_code, actor=actor, now=now
        )
    failpoint("file.after_commit")
    return case


def _file(
    record_id: int,
    form: Answer,
    kind: ProcessKind,
    *,
    key: str | None,
    channel: Channel,
    query_code: str | None,
    actor: Actor,
    now: datetime,
) -> Case:
    failpoint("file.begun")
    record = _record_for(record_id, actor)
    digest = request_digest(record=record_id, form=form, kind=kind.key)
    earlier = earlier_result(key, digest, actor=actor)
    if earlier is not None:
        return db.session.scalars(sa.select(Case).where(Case.number == earlier)).one()
    _refuse_second(record, kind)
    case = _new_case(record, kind, channel=channel, actor=actor, now=now)
    answer = _checked(kind, case, form, actor=actor, now=now)
    case.applicant_name, case.applicant_phone = str(answer["applicant_name"]), str(answer["applicant_phone"])
    case.details = answer
    case.number = take_case_number(kind.prefix, legal_day(now).year)
    db.session.add(case)
    db.session.flush()
    if query_code is not None:
        give_query_code(case, query_code, now=now)
    _take_evidence(case, f"apply:{record.id}", actor)
    tell(case.id, "filed", actor=actor, now=now, number=case.number, channel=channel)
    for clock in kind.case_clocks:
        clocks.arm(case, clock, start=legal_day(now), now=now)
    kind.filed(StepContext(case=case, params={}, answer=answer, actor=actor, now=now, today=legal_day(now)))
    data = dict(kind.routing) | {"route_known": case.department is not None}
    instance, step = begin_instance(kind.process_id, case_id=case.id, data=data, now=now)
    failpoint("file.engine_moved")
    done = apply_step(case, instance, step, answer=answer, actor=actor, now=now)
    deliver(done.raised, actor=actor, now=now)
    log.record(
        actor=actor,
        action="case.filed",
        object_type="case",
        object_id=case.number,
        case_no=case.number,
        details={"record": record.id, "form": answer},
        now=now,
    )
    remember(key, digest, case.number, actor=actor, now=now)
    failpoint("file.before_commit")
    return case


def _record_for(record_id: int, actor: Actor) -> CreditRecord:
    """Return the record, locked, so that two filings on it meet one after the other."""
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(of=CreditRecord)
    )
    if record is None:
        raise NotFound("record_not_found")
    require(actor, Permission.CASE_FILE, record)
    return record


def _refuse_second(record: CreditRecord, kind: ProcessKind) -> None:
    query = sa.select(Case.number).where(Case.record_id == record.id, Case.kind == kind.key, Case.closed_at.is_(None))
    if (number := db.session.scalar(query)) is not None:
        raise RuleViolation("application_open", number=number)


def _new_case(record: CreditRecord, kind: ProcessKind, *, channel: Channel, actor: Actor, now: datetime) -> Case:
    organisation = db.session.scalar(sa.select(Organisation).where(Organisation.code == record.subject_code))
    if organisation is None:
        raise NotFound("record_not_found")
    department = responsible_department(record, on=legal_day(now))
    return Case(
        kind=kind.key,
        record=record,
        organisation=organisation,
        department=department,
        filed_by_id=actor.account_id,
        channel=channel,
        stage=FILING,
        received_at=now,
        search_text=f"{record.subject_name} {record.subject_code} {record.document_number}"[:500],
    )


def _checked(kind: ProcessKind, case: Case, values: Answer, *, actor: Actor, now: datetime) -> Answer:
    form = kind.form_for(FILING)
    with db.session.no_autoflush:
        context = FormContext(case=case, actor=actor, now=now, today=legal_day(now))
        return form.check(context, clean(form, values))


def _take_evidence(case: Case, place: str, actor: Actor) -> None:
    draft = draft_of(actor.account_id, place)
    if draft is None:
        return
    hanging = sa.update(Evidence).where(Evidence.draft_id == draft.id)
    db.session.execute(hanging.where(Evidence.removed_at.is_(None)).values(case_id=case.id))
    db.session.execute(hanging.values(draft_id=None))
    discard_draft(actor.account_id, place)


def evidence_on_draft(record_id: int, actor: Actor) -> list[Evidence]:
    """Return the files an actor has put beside a draft application."""
    draft = draft_of(actor.account_id, f"apply:{record_id}")
    if draft is None:
        return []
    query = sa.select(Evidence).where(Evidence.draft_id == draft.id, Evidence.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Evidence.id)))
