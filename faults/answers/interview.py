"""Interviews on a walk: begun by a failed rectification or on a paper, arranged on days that are worked, held or missed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from faults.answers import SENTENCE, Answers, Beginning, Question, Readying, answer, table_of
from faults.walk_town import Town
from tests import papers
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.open_case import OPENING, open_case
from workflow_app.cases.appointments import Appointment, AppointmentPerson
from workflow_app.cases.kinds import Answer, kind_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.law.interviews import allowed_measures
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import working_days_after
from workflow_app.people.calendars import current_calendar
from workflow_app.people.colleagues import staff_of
from workflow_app.processes.interview.rules import LEAD
from workflow_app.records.credit_record import CreditRecord


def _record(chance: Random, _town: Town, day: date) -> dict[str, Any]:
    """A published record with something left to be put right; sometimes a serious one, which is warned at once."""
    determined = day - timedelta(days=chance.choice((60, 120, 200)))
    return {
        "determination_date": determined,
        "publication_date": determined + timedelta(days=4),
        "stops_on": determined + timedelta(days=365),
        "fully_performed": False,
        "performed_on": None,
        "corrected": None,
        "credit_class": chance.choices(("general", "serious"), (4, 1))[0],
    }


def _begin(beginning: Beginning) -> str:
    """Let an officer of the record's department open a case, now and then somebody else."""
    town, chance = beginning.town, beginning.chance
    place = db.session.scalar(sa.select(CreditRecord.department_id).where(CreditRecord.id == beginning.record_id))
    officers = staff_of(place)
    ours = [a for a in town.people if a.account_id in {o.id for o in officers} and a.role == "officer"]
    actor = chance.choice(ours) if ours and chance.random() < 0.9 else beginning.actor
    form, today = kind_of("interview").form_for(OPENING), legal_day(beginning.now)
    question = Question(chance=chance, town=town, form=form, context=None, today=today)
    case = open_case(
        record_id=beginning.record_id, kind_key="interview", form=answer(table_of("interview"), question),
        idempotency_key=beginning.key, actor=actor, now=beginning.now,
    )  # fmt: skip
    if chance.random() < 0.7:  # a letter of authority lies with the case, should somebody be sent
        add_evidence(
            purpose="interview_authority", filename="授权委托书.pdf", content=papers.pdf(padding=case.number.encode()),
            actor=town.party, now=beginning.now, case_number=case.number,
        )  # fmt: skip
    return case.number


def _file(question: Question) -> Answer:
    ground = question.chance.choices(("paper", "case"), (9, 1))[0]
    return {"ground": ground, "failed_case": "GSZG-2019-000001"}


def _propose(question: Question) -> Answer:
    return {
        "outcome": question.chance.choices(("interview", "drop"), (12, 1))[0],
        "fact_note": SENTENCE,
        "falsified": question.chance.choices(("no", "yes"), (6, 1))[0],
        "public_interest": "no",
    }


def _meeting(question: Question) -> Answer:
    """The first day the notice allows, in the morning; mostly with enough people of the department."""
    context = question.context
    staff = [a.id for a in staff_of(context.case.department_id)] if context else []
    chosen = question.chance.sample(staff, min(3, len(staff)))
    host, officer, recorder = (chosen * 3)[:3] if chosen else ("", "", "")
    lead = value_of(LEAD, on=question.today).value
    day = working_days_after(question.today, lead, current_calendar())
    begins = question.chance.choice(("08:30", "09:30", "10:30", "15:00"))
    hour = int(begins[:2]) + 1
    return {
        "day": day.isoformat(), "begins": begins, "ends": f"{hour:02}{begins[2:]}", "room": question.chance.choice("甲乙丙"),
        "host": host, "officer_1": officer, "officer_2": None, "officer_3": None, "recorder": recorder,
    }  # fmt: skip


def _ready(_readying: Readying) -> None:
    """Every sequence is a time of its own: whom earlier ones met does not make this one a second interview."""
    with transaction():
        db.session.execute(sa.delete(AppointmentPerson))
        db.session.execute(sa.delete(Appointment))


def _reply(question: Question) -> Answer:
    """Come, ask for another day, or send somebody: that needs the paper, which most parties have handed in."""
    return {"choice": question.chance.choices(("confirm", "reschedule", "delegate"), (2, 2, 2))[0]}


def _attend(question: Question) -> Answer:
    who = question.chance.choices(("legal", "principal", "delegate", "employee", "nobody"), (5, 1, 2, 1, 3))[0]
    after = question.chance.choices(("again", "escalate"), (1, 2))[0]
    return {"who": who, "after": after, "absence_note": SENTENCE, "identity_number": "620102198001010018"}


def _talk(question: Question) -> Answer:
    context = question.context
    staff = [a.id for a in staff_of(context.case.department_id)] if context else []
    pair = question.chance.sample(staff, 2) if len(staff) > 1 else ["", ""]
    return {"witness_1": pair[0], "witness_2": pair[1]}


def _minutes(question: Question) -> Answer:
    due = (question.today + timedelta(days=20)).isoformat()
    return {"commitments": [{"what": "补设标志", "person": "马珺玥", "due_on": due, "check": "现场核查"}]}


def _perform(question: Question) -> Answer:
    state = question.chance.choice(("done", "partly", "undone"))
    return {"progress": [{"key": "1", "state": state, "text": SENTENCE}]}


def _verify(question: Question) -> Answer:
    """A finding, and mostly the conclusion that follows from it."""
    context, chance = question.context, question.chance
    said = context.case.details if context else {}
    state = chance.choice(("met", "unmet", "unmet"))
    failed = "escalate" if said.get("level") == "reminder" else "measures"
    conclusion = failed if state == "unmet" or not said.get("commitments") else "closed"
    if chance.random() < 0.1:
        conclusion = chance.choice(("closed", "escalate", "measures"))
    rows = [{"key": "1", "state": state, "text": SENTENCE}] if said.get("commitments") else []
    return {"checked": rows, "conclusion": conclusion, "followup": [{"key": next(iter(allowed_measures())), "on": "1"}]}


def _verdict(question: Question) -> Answer:
    return {"verdict": question.chance.choices(("approved", "returned"), (5, 1))[0], "note": SENTENCE}


ANSWERS = Answers(
    record=_record,
    ready=_ready,
    begin=_begin,
    forms={
        "file": _file,
        "propose": _propose,
        **dict.fromkeys(("approve", "approve_warning", "confirm", "approve_end"), _verdict),
        **dict.fromkeys(("schedule", "rearrange"), _meeting),
        **dict.fromkeys(("reply", "change_reply"), _reply),
        "attend": _attend,
        "talk": _talk,
        "minutes": _minutes,
        "perform": _perform,
        "verify": _verify,
    },
)
