"""What must hold in the tables of credit repair when all is quiet, whatever died on the way."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa


def broken() -> list[str]:
    """Return what does not hold, each in a few words."""
    checks = (_integrity, _chain, _tasks_apart, _grants, _letters, _numbers, _deadlines)
    return [fault for check in checks for fault in check()]


def _integrity() -> list[str]:
    from workflow_app.foundation.database import db

    if db.engine.dialect.name != "sqlite":
        return []
    answer = db.session.execute(sa.text("PRAGMA integrity_check")).scalar()
    return [] if answer == "ok" else [f"integrity_check: {answer}"]


def _chain() -> list[str]:
    from workflow_app.audit.verify import verify

    chain = verify()
    return [] if chain.is_whole else [f"audit: {chain.finding.name} at {chain.seq}"]


def _tasks_apart() -> list[str]:
    """The open tasks of a case are where its engine waits, and a closed case has neither."""
    from workflow_app.cases.case import Case
    from workflow_app.cases.tasks import CaseTask
    from workflow_app.engine import runner
    from workflow_app.engine.instances import instance_of
    from workflow_app.foundation.database import db

    found = []
    for case in db.session.scalars(sa.select(Case)).unique():
        instance = instance_of(case.id)
        open_here = sa.select(CaseTask.step).where(
            CaseTask.case_id == case.id, CaseTask.closed_at.is_(None), CaseTask.engine_id.is_not(None)
        )
        tasks = sorted(db.session.scalars(open_here))
        tokens = runner.tokens(instance.definition, instance.state)
        alike = set(tasks) <= tokens and len(tasks) == len(set(tasks))
        if not alike or (case.closed_at is None) == (instance.state is None):
            found.append(f"{case.number}: tasks {tasks}, engine {sorted(tokens)}")
    return found


def _grants() -> list[str]:
    """Every grant ended: its record repaired, with a receipt from each destination."""
    from workflow_app.cases.case import Case
    from workflow_app.foundation.database import db
    from workflow_app.processes.repair.replies import last_decision
    from workflow_app.records.write_back import all_confirmed

    granted = db.session.scalars(sa.select(Case).where(Case.outcome == "granted")).unique()
    return [
        f"{case.number}: record {case.record.status}, closed {case.closed_at}"
        for case in granted
        if case.record.status != "REPAIRED"
        or case.closed_at is None
        or not all_confirmed(case.id, last_decision(case.id).sequence)
    ]


def _letters() -> list[str]:
    """No letter without its pages, no serial without its letter."""
    from workflow_app.foundation.database import db
    from workflow_app.letters.letter import Letter, LetterCounter
    from workflow_app.letters.numbering import gaps

    bare = db.session.scalars(sa.select(Letter.number).where(Letter.file_digest.is_(None)))
    found = [f"letter {number} has no pages" for number in bare]
    for counter in db.session.scalars(sa.select(LetterCounter)):
        missing = gaps(department_id=counter.department_id, kind_word=counter.kind_word, year=counter.year)
        found += [f"letter number {counter.kind_word} {serial} was given to nothing" for serial in missing]
    return found


def _numbers() -> list[str]:
    """Case numbers without gaps."""
    from workflow_app.cases.case import Case, CaseCounter
    from workflow_app.foundation.database import db

    given = sum(db.session.scalars(sa.select(CaseCounter.last)))
    used = db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
    return [] if given == used else [f"{given} case numbers given, {used} cases"]


def _deadlines() -> list[str]:
    """Every clock that ran out told so once, in the timeline and in the audit log; none was set aside."""
    from workflow_app.audit.event import AuditEvent
    from workflow_app.cases.case import Case
    from workflow_app.cases.deadlines import Deadline
    from workflow_app.cases.timeline import TimelineEntry
    from workflow_app.foundation.database import db

    told: Counter[tuple[str, str]] = Counter()
    kinds = {"reminded": "reminded", "deadline_passed": "fired", "correction_lapsed": "fired"}
    rows = sa.select(Case.number, TimelineEntry.key).join(Case, Case.id == TimelineEntry.case_id)
    for number, key in db.session.execute(rows.where(TimelineEntry.key.in_(kinds))):
        told[number, kinds[key]] += 1
    logged = sa.select(AuditEvent.case_no).where(AuditEvent.action == "deadline.passed")
    in_log = Counter(db.session.scalars(logged))
    due: Counter[tuple[str, str]] = Counter()
    found = []
    for deadline in db.session.scalars(sa.select(Deadline)):
        due[deadline.case.number, "reminded"] += deadline.reminded_at is not None
        due[deadline.case.number, "fired"] += deadline.fired_at is not None
        if deadline.parked_error:
            found.append(f"{deadline.case.number} {deadline.key}: {deadline.parked_error}")
    for number, what in sorted(set(due) | set(told)):
        counts = {due[number, what], told[number, what]} | ({in_log[number]} if what == "fired" else set())
        if len(counts) > 1:
            found.append(f"{number}: {due[number, what]} deadlines {what}, told of {told[number, what]}")
    return found
