"""What must hold in a whole database when all is quiet, whatever kinds of cases there are and whatever died on the way."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from faults import invariants
from faults.picture import take
from workflow_app.audit.event import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.cases.case import Case, CaseCounter
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db
from workflow_app.letters.letter import Letter, LetterCounter
from workflow_app.letters.numbering import gaps
from workflow_app.people.two_person import ProposedChange


def broken() -> list[str]:
    """Return what does not hold, each in a few words."""
    checks = (_integrity, _chain, _rows, _letters, _numbers, _deadlines, _changes)
    return [fault for check in checks for fault in check()]


def _integrity() -> list[str]:
    if db.engine.dialect.name != "sqlite":
        return []
    answer = db.session.execute(sa.text("PRAGMA integrity_check")).scalar()
    return [] if answer == "ok" else [f"integrity_check: {answer}"]


def _chain() -> list[str]:
    chain = verify()
    return [] if chain.is_whole else [f"audit: {chain.finding.name} at {chain.seq}"]


def _rows() -> list[str]:
    """Every record and case by itself, as after a single act."""
    return invariants.broken(take())


def _letters() -> list[str]:
    """No letter without its pages, no serial without its letter."""
    bare = db.session.scalars(sa.select(Letter.number).where(Letter.file_digest.is_(None)))
    found = [f"letter {number} has no pages" for number in bare]
    for counter in db.session.scalars(sa.select(LetterCounter)):
        missing = gaps(department_id=counter.department_id, kind_word=counter.kind_word, year=counter.year)
        found += [f"letter number {counter.kind_word} {serial} was given to nothing" for serial in missing]
    return found


def _numbers() -> list[str]:
    """Case numbers without gaps."""
    given = sum(db.session.scalars(sa.select(CaseCounter.last)))
    used = db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
    return [] if given == used else [f"{given} case numbers given, {used} cases"]


def _deadlines() -> list[str]:
    """Who was reminded stands in the timeline, again where the day moved; every clock that ran out stands in the audit log
    once; none was set aside."""
    reminded = sa.select(Case.number).join(TimelineEntry, Case.id == TimelineEntry.case_id)
    told = Counter(db.session.scalars(reminded.where(TimelineEntry.key == "reminded")))
    logged = Counter(db.session.scalars(sa.select(AuditEvent.case_no).where(AuditEvent.action == "deadline.passed")))
    near: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    found = []
    for deadline in db.session.scalars(sa.select(Deadline)):
        near[deadline.case.number] += deadline.reminded_at is not None
        passed[deadline.case.number] += deadline.fired_at is not None
        if deadline.parked_error:
            found.append(f"{deadline.case.number} {deadline.key}: {deadline.parked_error}")
    for number in sorted(set(near) | set(told) | {n for n in logged if n}):
        if near[number] > told[number] or bool(near[number]) != bool(told[number]):
            found.append(f"{number}: {near[number]} reminders, told of {told[number]}")
        if passed[number] != logged[number]:
            found.append(f"{number}: {passed[number]} deadlines passed, {logged[number]} in the log")
    return found


def _changes() -> list[str]:
    """No change of accounts, departments or the calendar was approved by its proposer."""
    approved = db.session.scalars(sa.select(ProposedChange).where(ProposedChange.approved.is_(True)))
    return [f"change {c.id} approved by its proposer" for c in approved if c.settled_by_id == c.proposed_by_id]
