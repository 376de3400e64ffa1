"""Revocations on a walk: a record that was repaired first, by the road of repair, and officers who open a case on it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from faults.answers import SENTENCE, Answers, Beginning, Question, Readying, answer, table_of
from faults.walk_town import Town
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.file_application import file_application
from workflow_app.actions.open_case import OPENING, open_case
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, FormContext, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.people.accounts import Actor, Role
from workflow_app.records.credit_record import CreditRecord

FILING = {"applicant_name": "马珺玥", "applicant_phone": "13900000001", "signer_name": "马珺玥", "commitment": True,
          "publish_commitment": True}  # fmt: skip
GRANT = {"recommendation": "grant", "reasons": SENTENCE, "basis_article": "第三条"}


def _record(chance: Random, _town: Town, day: date) -> dict[str, Any]:
    """A general fine that may be repaired; its longest period has often little left."""
    determined = day - timedelta(days=chance.choice((120, 200, 330, 350, 355)))
    return {
        "determination_date": determined,
        "publication_date": determined + timedelta(days=4),
        "performed_on": determined + timedelta(days=10),
        "stops_on": determined + timedelta(days=365),
    }


def _ready(readying: Readying) -> None:
    """Let the record be repaired: filed, accepted, proposed, granted, and every platform's receipt there."""
    town, now = readying.town, readying.now
    case = file_application(
        record_id=readying.record_id, form=FILING, idempotency_key=None, actor=town.party, now=now
    )  # fmt: skip
    here = case.department_id
    officer, head = town.holding(Role.OFFICER, here)[0], town.holding(Role.APPROVER, here)[0]
    _answer(case.number, officer, {"outcome": "accepted"}, readying)
    _answer(case.number, officer, GRANT, readying)
    _answer(case.number, head, {"verdict": "approved"}, readying)
    queue: RecordingQueue = readying.app.extensions["jobs"]
    queue.drain(readying.app)
    db.session.rollback()


def _answer(number: str, actor: Actor, given: Answer, readying: Readying) -> None:
    db.session.rollback()
    case = db.session.scalars(sa.select(Case).where(Case.number == number)).unique().one()
    task = db.session.scalars(
        sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.closed_at.is_(None))
    ).one()
    context = FormContext(case=case, actor=actor, now=readying.now, today=legal_day(readying.now))
    seen = kind_of(case.kind).form_for(task.step).prefill(context)
    found = [c | {"finding": "met", "remark": SENTENCE} for c in seen.get("conditions", ())]
    complete_task(
        task_id=task.id, case_version=case.row_version, answer=given | ({"conditions": found} if found else {}),
        idempotency_key=None, actor=actor, now=readying.now,
    )  # fmt: skip


def _begin(beginning: Beginning) -> str:
    """Let an officer of the record's department open a case, now and then somebody else."""
    town, chance = beginning.town, beginning.chance
    place = db.session.scalar(sa.select(CreditRecord.department_id).where(CreditRecord.id == beginning.record_id))
    officers = town.holding(Role.OFFICER, place)
    actor = chance.choice(officers) if officers and chance.random() < 0.9 else beginning.actor
    form, today = kind_of("revocation").form_for(OPENING), legal_day(beginning.now)
    question = Question(chance=chance, town=town, form=form, context=None, today=today)
    case = open_case(
        record_id=beginning.record_id, kind_key="revocation", form=answer(table_of("revocation"), question),
        idempotency_key=beginning.key, actor=actor, now=beginning.now,
    )  # fmt: skip
    return case.number


def _notify(question: Question) -> Answer:
    return {"outcome": question.chance.choices(("notify", "drop"), (7, 1))[0]}


def _examine(question: Question) -> Answer:
    recommendation = question.chance.choices(("revoke", "uphold"), (3, 1))[0]
    return {"recommendation": recommendation, "figures_checked": question.chance.random() < 0.95}


ANSWERS = Answers(record=_record, ready=_ready, begin=_begin, forms={"notify": _notify, "examine": _examine})
