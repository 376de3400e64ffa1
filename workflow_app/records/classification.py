"""The class of a record that no table answers (rulebook §1.2): one person proposes, another confirms; nobody guesses."""

from __future__ import annotations

from datetime import date, datetime

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.law.facts import CreditClass
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department, successor_of
from workflow_app.records import history, lifecycle, window
from workflow_app.records.credit_record import CreditRecord, facts_of
from workflow_app.records.events import RecordEvent
from workflow_app.records.publication import publications
from workflow_app.records.record_tasks import (
    RecordTask,
    RecordTaskKind,
    close_task,
    open_task,
    put_proposal,
    take_proposal,
)


def responsible_department(record: CreditRecord, *, on: date) -> Department | None:
    """Return the department that recognised a record or continues its work, None where nobody was named (§12.2 no. 10)."""
    if record.department_id is None:
        return None
    return successor_of(db.session.get_one(Department, record.department_id), on=on)


def propose_class(
    record: CreditRecord,
    *,
    credit_class: CreditClass,
    basis: str,
    publication_necessary: bool = False,
    actor: Actor,
    now: datetime,
) -> RecordTask:
    """Propose a record's class with the standard it rests on.

    Raises RuleViolation while another proposal waits and for a record that has come to its end.
    """
    if record.is_entry:
        raise RuleViolation("record_is_entry")
    if record.status in lifecycle.FINAL:
        raise RuleViolation("record_final", status=record.status)
    task = open_task(record, RecordTaskKind.CLASSIFY, now=now)
    necessary = publication_necessary and credit_class is CreditClass.MINOR
    values = {"credit_class": credit_class.value, "basis": basis, "publication_necessary": necessary}
    put_proposal(task, values, actor=actor, now=now)
    facts = {"credit_class": credit_class.value}
    history.write(record, "class_proposed", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    return task


def settle_class(
    record: CreditRecord, *, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> RecordEvent | None:
    """Confirm or, with a reason, send back what another person proposed; sent back, the task stays open.

    Raises RuleViolation for one's own proposal or where none waits.
    """
    proposal = take_proposal(record, RecordTaskKind.CLASSIFY, actor=actor)
    if not approve:
        facts = {"reason": reason, "proposed_by": proposal["by_name"]}
        history.write(record, "class_sent_back", before=record.status, actor=actor, now=now, facts=facts)
        return None
    return determine_class(
        record,
        credit_class=CreditClass(proposal["credit_class"]),
        basis=proposal["basis"],
        publication_necessary=proposal["publication_necessary"],
        actor=actor,
        now=now,
    )


def determine_class(
    record: CreditRecord,
    *,
    credit_class: CreditClass,
    basis: str,
    publication_necessary: bool,
    actor: Actor,
    now: datetime,
) -> RecordEvent | None:
    """Put a class on a record with what follows: a new window, off the page where the law does not show such a record, and on
    it where the law does and the record was kept off. What a longest period has passed for stays off (rulebook §1.3)."""
    require_transaction()
    before, today = record.credit_class, legal_day(now)
    minor = credit_class is CreditClass.MINOR
    record.credit_class, record.class_basis = credit_class.value, basis
    record.publication_found_necessary = publication_necessary and minor
    ending = window.set_window(record, on=today)
    facts = {"before": before, "after": credit_class.value, "publication_necessary": record.publication_found_necessary}
    history.write(record, "classified", before=record.status, actor=actor, now=now, basis=basis, facts=facts)
    close_task(record, RecordTaskKind.CLASSIFY, actor=actor, now=now)
    is_public = publications(on=today).of(facts_of(record)).public
    if record.status == lifecycle.Status.PUBLISHED and not is_public:
        return lifecycle.withhold(record, actor=actor, now=now, basis=basis)
    over = ending.is_over(today) and window.ends_by_itself(record, ending)
    if record.status == lifecycle.Status.NOT_PUBLISHED and is_public and not over:
        return lifecycle.publish(record, actor=actor, now=now, basis=basis)
    return None
