"""Work on a record outside any case, by two persons: its class where no table answers, from which day its periods run where
no rule says, what becomes of it when the longest has passed unperformed, whether a commitment is kept. One proposes, another
confirms or sends back; only a confirmation changes it."""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.actions._record_events import deliver
from workflow_app.audit import log
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.law.facts import CreditClass
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.organisations import organisation_by_code
from workflow_app.people.permissions import Permission, require
from workflow_app.records import orders
from workflow_app.records.classification import propose_class, settle_class
from workflow_app.records.contests import settle_contest
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.delisting import propose_delisting, settle_delisting
from workflow_app.records.following_up import Finding, propose_finding, settle_finding
from workflow_app.records.held import settle_fate
from workflow_app.records.record_tasks import RecordTaskKind, open_task_of
from workflow_app.records.shields import settle_shield
from workflow_app.records.start_day import Start, propose_start, settle_start
from workflow_app.records.unperformed import Outcome, propose_outcome, settle_outcome

MAX_BASIS, MAX_REASON = 200, 500
SETTLE = {
    RecordTaskKind.CLASSIFY: settle_class,
    RecordTaskKind.START_DAY: settle_start,
    RecordTaskKind.UNPERFORMED: settle_outcome,
    RecordTaskKind.DELIST: settle_delisting,
    RecordTaskKind.COMMITMENT: settle_finding,
    RecordTaskKind.CONTEST: settle_contest,
    RecordTaskKind.SHIELD: settle_shield,
    RecordTaskKind.ORDER: orders.settle_seen,
    RecordTaskKind.HELD: settle_fate,
}


def propose_record_class(
    *,
    record_id: int,
    record_version: int,
    credit_class: str,
    basis: str,
    publication_necessary: bool = False,
    actor: Actor,
    now: datetime,
) -> CreditRecord:
    """Propose a record's class, with the standard it rests on. `publication_necessary` counts for minor ones alone.

    Raises InvalidInput for an unknown class or a missing basis, Conflict where the record has changed meanwhile,
    RuleViolation while another proposal waits.
    """

    def act(record: CreditRecord) -> None:
        wrong = {} if credit_class in set(CreditClass) else {"credit_class": label("field_error.choose")}
        text = _checked(wrong, basis)
        propose_class(
            record, credit_class=CreditClass(credit_class), basis=text, publication_necessary=publication_necessary,
            actor=actor, now=now,
        )  # fmt: skip
        _tell_those_who_settle(record, RecordTaskKind.CLASSIFY, actor=actor, now=now)
        _audit(record, "class_proposed", actor, now, credit_class=credit_class, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_record_outcome(
    *,
    record_id: int,
    record_version: int,
    outcome: str,
    basis: str,
    performed_on: date | None,
    actor: Actor,
    now: datetime,
) -> CreditRecord:
    """Propose what becomes of a record that was not performed in its longest period (`records.unperformed.Outcome`).

    Raises InvalidInput for an unknown outcome, a missing basis or, where it was performed after all, a day that cannot be.
    """

    def act(record: CreditRecord) -> None:
        wrong = {} if outcome in set(Outcome) else {"outcome": label("field_error.choose")}
        if outcome == Outcome.PERFORMED:
            wrong |= _wrong_day("performed_on", "day_between", performed_on, record, legal_day(now))
        text = _checked(wrong, basis)
        propose_outcome(record, outcome=Outcome(outcome), basis=text, performed_on=performed_on, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.UNPERFORMED, actor=actor, now=now)
        _audit(record, "outcome_proposed", actor, now, outcome=outcome, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_record_start(
    *,
    record_id: int,
    record_version: int,
    start: str,
    basis: str,
    publication_date: date | None,
    actor: Actor,
    now: datetime,
) -> CreditRecord:
    """Propose from which day a record's publication period runs (`records.start_day.Start`).

    Raises InvalidInput for an unknown start, a missing basis or, where it runs from a publication nobody has noted, a day
    that cannot be.
    """

    def act(record: CreditRecord) -> None:
        wrong = {} if start in set(Start) else {"start": label("field_error.choose")}
        if start == Start.PUBLICATION and record.publication_date is None:
            wrong |= _wrong_day("publication_date", "published_between", publication_date, record, legal_day(now))
        text = _checked(wrong, basis)
        noted = publication_date if record.publication_date is None else None
        propose_start(record, start=Start(start), basis=text, publication_date=noted, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.START_DAY, actor=actor, now=now)
        _audit(record, "start_proposed", actor, now, start=start, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_record_delisting(
    *, record_id: int, record_version: int, reason: str, basis: str, actor: Actor, now: datetime
) -> CreditRecord:
    """Propose that an entry leaves its list ex officio. Raises InvalidInput for a missing reason or basis, RuleViolation for
    what is no standing entry."""

    def act(record: CreditRecord) -> None:
        wrong, why = {}, ""
        try:
            why = typed_text("reason", reason, limit=MAX_BASIS, multiline=False)
        except InvalidInput as error:
            wrong = error.fields
        text = _checked(wrong, basis)
        propose_delisting(record, reason=why, basis=text, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.DELIST, actor=actor, now=now)
        _audit(record, "delisting_proposed", actor, now, reason=why, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_commitment_finding(
    *, record_id: int, record_version: int, finding: str, basis: str, actor: Actor, now: datetime
) -> CreditRecord:
    """Propose what was found about the commitment behind a repair (`records.following_up.Finding`).

    Raises InvalidInput for an unknown finding or a missing basis.
    """

    def act(record: CreditRecord) -> None:
        text = _checked({} if finding in set(Finding) else {"finding": label("field_error.choose")}, basis)
        propose_finding(record, finding=Finding(finding), basis=text, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.COMMITMENT, actor=actor, now=now)
        _audit(record, "commitment_proposed", actor, now, finding=finding, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def settle_record_task(
    *,
    record_id: int,
    record_version: int,
    kind: RecordTaskKind,
    approved: bool,
    reason: str,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
) -> CreditRecord:
    """Confirm another person's proposal, which carries it out, or send it back with a reason, which leaves the task open.

    `shown` is the task as the page showed it (`RecordTask.shown`): nobody confirms a proposal that came in place of the one
    they read. Raises InvalidInput on `reason`, Conflict for another proposal than the one shown, RuleViolation for one's own
    and where none waits.
    """

    def act(record: CreditRecord) -> None:
        why = typed_text("reason", reason, limit=MAX_REASON, required=not approved)
        task = open_task_of(record, kind)
        if shown is not None and task is not None and task.shown != shown:
            raise Conflict("record_changed")
        proposal = dict(task.proposal or {}) if task else {}
        event = SETTLE[kind](record, approve=approved, reason=why, actor=actor, now=now)
        if event is not None:
            deliver([event], actor=actor, now=now)
            orders.follow(record, event, basis=str(proposal.get("basis", "")), now=now)
        if kind is RecordTaskKind.CLASSIFY and approved:
            _tell_class(record, now)
        key = f"record_{kind.value}_{'confirmed' if approved else 'sent_back'}"
        notify(
            key, now=now, account_id=proposal.get("by_id"), record_id=record.id, subject=record.subject_name, reason=why
        )
        _audit(record, key.removeprefix("record_"), actor, now, proposal=proposal, reason=why)

    return _on_record(record_id, record_version, Permission.RECORD_SETTLE, act, actor=actor)


def _tell_class(record: CreditRecord, now: datetime) -> None:
    """Tell the subject the class that was determined: its record's page promises it."""
    subject = organisation_by_code(record.subject_code)
    if subject is not None and record.published:
        notify(
            "record_classed", now=now, organisation_id=subject.id, record_id=record.id,
            document=record.document_number, credit_class=label(f"credit_class.{record.credit_class}"),
        )  # fmt: skip


def _on_record(
    record_id: int, version: int, permission: Permission, act: Callable[[CreditRecord], None], *, actor: Actor
) -> CreditRecord:
    """Do an act on a locked record in a transaction. Raises NotFound, NotPermitted, Conflict where it changed meanwhile."""

    @transactional
    def run() -> CreditRecord:
        named = sa.select(CreditRecord).where(CreditRecord.id == record_id)
        record = db.session.scalar(named.with_for_update(key_share=True))
        if record is None:
            raise NotFound("record_not_found")
        require(actor, permission, record)
        if record.row_version != version:
            raise Conflict("record_changed")
        act(record)
        return record

    try:
        return run()
    except StaleDataError as error:
        raise Conflict("record_changed") from error


def _checked(wrong: dict[str, str], basis: str) -> str:
    """Return the basis. Raises InvalidInput with everything that is wrong at once."""
    text = ""
    try:
        text = typed_text("basis", basis, limit=MAX_BASIS, multiline=False)
    except InvalidInput as error:
        wrong = wrong | error.fields
    if wrong:
        raise InvalidInput(wrong)
    return text


def _wrong_day(field: str, words: str, day: date | None, record: CreditRecord, today: date) -> dict[str, str]:
    if day is None:
        return {field: label("field_error.not_a_date")}
    if not record.determination_date <= day <= today:
        return {field: label(f"record_task.{words}", first=record.determination_date.isoformat())}
    return {}


def _tell_those_who_settle(record: CreditRecord, kind: RecordTaskKind, *, actor: Actor, now: datetime) -> None:
    notify(
        f"record_{kind.value}_proposed", now=now, department_id=record.department_id, role=Role.APPROVER,
        record_id=record.id, subject=record.subject_name, by=actor.name,
    )  # fmt: skip


def _audit(record: CreditRecord, action: str, actor: Actor, now: datetime, **details: object) -> None:
    log.record(
        actor=actor, action=f"record.{action}", object_type="record", object_id=str(record.id), details=details, now=now
    )
