"""Reviews on a walk: a record on which an objection was concluded first, and findings of the lead department."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from faults.answers import SENTENCE, Answers, Question, Readying
from faults.walk_town import Town
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.file_application import file_application
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.letters.delivery import deliver_to_inbox, note_opened
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor, Role

FILING = {
    "applicant_name": "马珺玥", "applicant_phone": "13900000001", "dispute_ground": "ERROR", "dispute": SENTENCE,
    "request": SENTENCE, "truthful": True,
}  # fmt: skip


def _record(chance: Random, _town: Town, day: date) -> dict[str, Any]:
    """A published record, sometimes on a list, that has a while to go."""
    determined = day - timedelta(days=chance.choice((20, 100, 200)))
    return {
        "determination_date": determined,
        "publication_date": determined + timedelta(days=4),
        "on_serious_list": False,
        "permit": chance.choice(("", "某某许可证")),
    }


def _ready(readying: Readying) -> None:
    """Let an objection on the record be upheld, and its reply be opened: some days ago, sometimes too long ago."""
    town = readying.town
    chance = Random(readying.record_id)
    then = readying.now - timedelta(days=chance.choice((0, 0, 0, 3, 40)))
    case = file_application(
        record_id=readying.record_id, form=FILING, idempotency_key=None, actor=town.party, now=then, kind_key="objection"
    )  # fmt: skip
    here = case.department_id
    officer, head = town.holding(Role.OFFICER, here)[0], town.holding(Role.APPROVER, here)[0]
    clerk, concluded = town.holding(Role.CLERK)[0], chance.choice(("upheld", "upheld", "unverifiable"))
    proposal = {"conclusion": concluded, "reasons": SENTENCE, "basis_article": "第三条"}
    for actor, given in (
        (officer, {"outcome": "accepted"}),
        (clerk, {"platform_finding": "same", "platform_words": SENTENCE}),
        (officer, {"road": "own", "own_words": SENTENCE}),
        (officer, proposal),
        (head, {"verdict": "approved"}),
    ):
        _answer(case.number, actor, given, readying)
    queue: RecordingQueue = readying.app.extensions["jobs"]
    queue.drain(readying.app)
    db.session.rollback()
    with transaction():
        letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == case.number, Letter.code == "L15")).one()
        deliver_to_inbox(letter, now=then)
        db.session.flush()
        note_opened(letter, actor=town.party, now=then)


def _answer(number: str, actor: Actor, given: Answer, readying: Readying) -> None:
    db.session.rollback()
    case = db.session.scalars(sa.select(Case).where(Case.number == number)).unique().one()
    task = db.session.scalars(
        sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    ).one()
    complete_task(
        task_id=task.id, case_version=case.row_version, answer=given, idempotency_key=None, actor=actor,
        now=readying.now,
    )  # fmt: skip


def _file(_question: Question) -> Answer:
    return {"applicant_phone": "13900000001"}


def _examine(question: Question) -> Answer:
    """What may be found: a late request is refused, mostly; a change of words names one."""
    case = question.context.case if question.context else None
    late = case is not None and bool(case.details.get("late"))
    chance = question.chance
    finding = "refused" if late else chance.choices(("upheld", "changed", "refused"), (3, 6, 1))[0]
    amount = str(chance.randrange(1000, 90000))
    conclusion = chance.choice(("corrected", "supplemented", "stopped", "deleted", "upheld", "unverifiable"))
    column = "permit" if conclusion == "supplemented" else chance.choice(("fine_yuan", "violation_type"))
    value = amount if column == "fine_yuan" else f"违法行为{amount}"
    return {
        "finding": finding,
        "ground": "late" if late else "other_matter",
        "conclusion": conclusion,
        "corrections": [{"key": column, "value": value}],
    }


ANSWERS = Answers(record=_record, ready=_ready, forms={"file": _file, "examine": _examine})
