"""Filing an application: a case number at once, whatever the answer will be; a too early one is warned of, never blocked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.actions._begin import give_number, refuse_second, start_process
from workflow_app.actions._party import Intended, party_of
from workflow_app.audit import log
from workflow_app.cases.case import Case, Channel
from workflow_app.cases.drafts import discard_draft, draft_of, filing_place
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.forms import clean
from workflow_app.cases.idempotency import earlier_result, remember, request_digest
from workflow_app.cases.kinds import Answer, FormContext, ProcessKind, kind_of
from workflow_app.cases.query_codes import give_query_code
from workflow_app.cases.timeline import tell
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.records.classification import responsible_department
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.routing import is_of_other_province

FILING = "file"


def file_application(
    *,
    record_id: int,
    form: Answer,
    idempotency_key: str | None,
    actor: Actor,
    now: datetime,
    kind_key: str = "repair",
    counter: Mapping[str, Any] | None = None,
    query_code: str | None = None,
    then: Callable[[Case], None] | None = None,
) -> Case:
    """File an application on a record of the actor's organisation and start its process; return the case with its number.

    `query_code` opens the case to whoever holds its receipt; where the request was made before, the first one's code
    stands. Evidence that hangs on the actor's draft for the record goes with it. A clerk files at the counter, on paper:
    `counter` is what was noted of whoever handed it in, kept with the case. `then` runs in the same transaction. Raises
    NotFound for a foreign record, InvalidInput for the form, RuleViolation where an application on the record is open, and
    for a kind that the department opens itself.
    """
    kind, noted = kind_of(kind_key), counter or {}
    if kind.opening is not None:
        raise RuleViolation("kind_not_filed")
    with transaction():
        case = _file(
            record_id, form, kind, key=idempotency_key, counter=noted, query_code=query_code, actor=actor, now=now
        )
        if then is not None:
            then(case)
    failpoint("file.after_commit")
    return case


def check_filing(record: CreditRecord, form: Answer, *, kind_key: str, actor: Actor, now: datetime) -> dict[str, str]:
    """Return what is wrong with a form by field, without filing it. Raises NotFound and NotPermitted as filing would."""
    require(actor, Permission.CASE_FILE, Intended(record, kind_key))
    kind, party = kind_of(kind_key), party_of(record, actor=actor, now=now)
    try:
        _checked(kind, _new_case(record, party, kind, actor=actor, now=now), form, actor=actor, now=now)
    except InvalidInput as error:
        return error.fields
    return {}


def _file(
    record_id: int,
    form: Answer,
    kind: ProcessKind,
    *,
    key: str | None,
    counter: Mapping[str, Any],
    query_code: str | None,
    actor: Actor,
    now: datetime,
) -> Case:
    failpoint("file.begun")
    record = _record_for(record_id, kind, actor)
    digest = request_digest(record=record_id, form=form, kind=kind.key)
    earlier = earlier_result(key, digest, actor=actor)
    if earlier is not None:
        return db.session.scalars(sa.select(Case).where(Case.number == earlier)).one()
    refuse_second(record, kind)
    case = _new_case(record, party_of(record, actor=actor, now=now), kind, actor=actor, now=now)
    answer = _checked(kind, case, form, actor=actor, now=now)
    case.applicant_name, case.applicant_phone = str(answer["applicant_name"]), str(answer["applicant_phone"])
    case.details = answer | ({"counter": dict(counter)} if counter else {})
    give_number(case, kind, now=now)
    if query_code is not None:
        give_query_code(case, query_code, now=now)
    _take_evidence(case, filing_place(record.id, kind.key), actor)
    _tell(case, counter, actor=actor, now=now)
    start_process(case, kind, answer, actor=actor, now=now)
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


def _record_for(record_id: int, kind: ProcessKind, actor: Actor) -> CreditRecord:
    """Return the record, locked, so that two filings on it meet one after the other."""
    record = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(of=CreditRecord, key_share=True)
    )
    if record is None:
        raise NotFound("record_not_found")
    require(actor, Permission.CASE_FILE, Intended(record, kind.key))
    if kind.applied_for and is_of_other_province(record):
        raise RuleViolation("other_province", department=record.department_name)
    return record


def _new_case(record: CreditRecord, party: Organisation, kind: ProcessKind, *, actor: Actor, now: datetime) -> Case:
    return Case(
        kind=kind.key,
        record=record,
        organisation=party,
        department=responsible_department(record, on=legal_day(now)),
        filed_by_id=actor.account_id,
        channel=Channel.COUNTER if actor.role is Role.CLERK else Channel.ONLINE,
        stage=FILING,
        received_at=now,
        search_text=f"{record.subject_name} {record.subject_code} {record.document_number}"[:500],
    )


def _tell(case: Case, counter: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Put the filing on the timeline; whoever acts for the party online hears of one that was made at the counter."""
    if case.channel != Channel.COUNTER:
        tell(case.id, "filed", actor=actor, now=now, number=case.number, channel=case.channel)
        return
    handed_by = str(counter.get("handed_by") or case.applicant_name)
    tell(case.id, "filed_at_counter", actor=actor, now=now, number=case.number, handed_by=handed_by)
    party, number = case.organisation_id, case.number
    notify("filed_at_counter", now=now, organisation_id=party, case_number=number, handed_by=handed_by)


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


def evidence_on_draft(record_id: int, actor: Actor, kind_key: str | None = None) -> list[Evidence]:
    """Return the files an actor has put beside a draft application."""
    draft = draft_of(actor.account_id, filing_place(record_id, kind_key))
    if draft is None:
        return []
    query = sa.select(Evidence).where(Evidence.draft_id == draft.id, Evidence.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Evidence.id)))
