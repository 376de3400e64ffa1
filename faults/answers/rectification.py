"""Rectifications on a walk: a record whose period of performance has passed, and officers who open a case on it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from faults.answers import SENTENCE, Answers, Beginning, Question, answer, table_of
from faults.walk_town import Town
from workflow_app.actions.open_case import OPENING, open_case
from workflow_app.cases.kinds import Answer, kind_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Role
from workflow_app.processes.rectification import rules
from workflow_app.records.credit_record import CreditRecord


def _record(chance: Random, _town: Town, day: date) -> dict[str, Any]:
    """A fine that was not paid, or not put right; some have little left of their longest period."""
    determined = day - timedelta(days=chance.choice((40, 60, 200, 330)))
    paid = chance.random() < 0.2
    return {
        "determination_date": determined,
        "publication_date": determined + timedelta(days=4),
        "fully_performed": True if paid else chance.choice((False, None)),
        "performed_on": determined + timedelta(days=10) if paid else None,
        "corrected": False,
        "stops_on": determined + timedelta(days=365),
    }


def _begin(beginning: Beginning) -> str:
    """Let an officer of the record's department open a case, now and then somebody else."""
    town, chance = beginning.town, beginning.chance
    place = db.session.scalar(sa.select(CreditRecord.department_id).where(CreditRecord.id == beginning.record_id))
    officers = town.holding(Role.OFFICER, place)
    actor = chance.choice(officers) if officers and chance.random() < 0.9 else beginning.actor
    form, today = kind_of("rectification").form_for(OPENING), legal_day(beginning.now)
    question = Question(chance=chance, town=town, form=form, context=None, today=today)
    case = open_case(
        record_id=beginning.record_id, kind_key="rectification",
        form=answer(table_of("rectification"), question),
        idempotency_key=beginning.key, actor=actor, now=beginning.now,
    )  # fmt: skip
    return case.number


def _file(question: Question) -> Answer:
    return {"performance_ended_on": "" if question.chance.random() < 0.8 else question.today.isoformat()}


def _prepare(question: Question) -> Answer:
    """One to three obligations, some with a day that the decision names; now and then a word that no such letter may use."""
    chance = question.chance
    days = ["" if chance.random() < 0.6 else _in_days(question, chance.choice((1, 5, 20, 45))) for _ in range(3)]
    rows = [
        {"what": f"{n}. 缴清罚款", "standard": SENTENCE, "acceptance": "核对缴款书", "due_on": day}
        for n, day in enumerate(days[: chance.choice((1, 1, 2, 3))], 1)
    ]
    if chance.random() < 0.05:
        rows[0]["standard"] = "逾期处以罚款"
    return {
        "outcome": chance.choices(("notify", "drop"), (9, 1))[0],
        "obligations": rows,
        "term_basis": "处罚决定书第二项载明" if chance.random() < 0.9 else "",
    }


def _in_days(question: Question, days: int) -> str:
    return (question.today + timedelta(days=days)).isoformat()


def _perform(question: Question) -> Answer:
    states = ("done", "done", "partly", "unable")
    return {
        "reports": [{"key": str(n), "state": question.chance.choice(states), "text": SENTENCE} for n in _each(question)]
    }


def _verify(question: Question) -> Answer:
    chance = question.chance
    road = chance.choice(("met", "met", "mixed", "unmet"))
    found = [{"met": "met", "unmet": "unmet"}.get(road) or chance.choice(rules.FINDINGS) for _ in _each(question)]
    allowed = sorted(rules.possible_conclusions(found))
    return {
        "way": chance.choice(rules.WAYS),
        "on_site_officers": "王丽萍、李建国" if chance.random() < 0.9 else "王丽萍",
        "findings": [{"key": str(n), "finding": f, "remark": SENTENCE} for n, f in enumerate(found, 1)],
        "conclusion": chance.choice(allowed if chance.random() < 0.95 else sorted(rules.Conclusion)),
        "performed_on": question.today.isoformat(),
    }


def _each(question: Question) -> range:
    context = question.context
    rows = context.case.details.get("obligations") if context else None
    return range(1, len(rows if isinstance(rows, list) else []) + 1)


def _verdict(question: Question) -> Answer:
    return {"verdict": question.chance.choices(("approved", "returned"), (5, 1))[0]}


ANSWERS = Answers(
    record=_record,
    begin=_begin,
    forms={
        "file": _file,
        "prepare": _prepare,
        "approve_notice": _verdict,
        "perform": _perform,
        "verify": _verify,
        "confirm": _verdict,
    },
)
