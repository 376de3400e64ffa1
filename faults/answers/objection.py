"""Objections on a walk: records of which the page may be wrong, and answers only this kind knows how to give."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from faults.answers import Answers, Question
from faults.walk_town import SAFETY, Town
from workflow_app.cases.kinds import Answer
from workflow_app.processes.objection.rules import GROUNDS


def _record(chance: Random, town: Town, day: date) -> dict[str, Any]:
    """Mostly a published record of the department itself or of another source; sometimes hidden, of nobody, on a list."""
    determined = day - timedelta(days=chance.choice((20, 100, 200, 364, 500)))
    department = chance.choices(({}, {"department_id": None}, {"department_id": town.ended}), (7, 3, 1))[0]
    status = chance.choices(("PUBLISHED", "NOT_PUBLISHED", "SUSPENDED"), (10, 1, 1))[0]
    return department | {
        "determination_date": determined,
        "publication_date": determined + timedelta(days=4),
        "source_code": chance.choice((SAFETY, SAFETY, "11620100MBW381091D")),
        "status": status,
        "published": status == "PUBLISHED",
        "on_serious_list": chance.random() < 0.2,
        "permit": chance.choice(("", "某某许可证")),
    }


def _file(question: Question) -> Answer:
    ground = question.chance.choice((*GROUNDS, "IDENTITY", "SOURCE_REVOKED"))
    return {"applicant_phone": "13900000001", "dispute_ground": ground}


def _accept(question: Question) -> Answer:
    outcome = question.chance.choices(("accepted", "correct", "refused"), (6, 2, 1))[0]
    return {"outcome": outcome, "competent_body": "兰州市应急管理局"}


def _correct(question: Question) -> Answer:
    """A reply to each paper asked for."""
    context = question.context
    wanted: Any = context.case.details.get("missing_items") if context else None
    return {"responses": [{"name": item["name"], "response": "已上传"} for item in wanted or []]}


def _transfer(question: Question) -> Answer:
    road = question.chance.choices(("ask", "own", "expert"), (5, 3, 2))[0]
    return {"road": road, "points": [{"point": "罚款金额与决定书不一致"}]}


def _examine(question: Question) -> Answer:
    """A conclusion, and a change where it is one."""
    amount = str(question.chance.randrange(1000, 90000))
    conclusion = question.chance.choice(
        ("corrected", "supplemented", "stopped", "deleted", "delisted", "upheld", "unverifiable")
    )
    column = "permit" if conclusion == "supplemented" else question.chance.choice(("fine_yuan", "violation_type"))
    value = amount if column == "fine_yuan" else f"违法行为{amount}"
    return {"conclusion": conclusion, "corrections": [{"key": column, "value": value}]}


ANSWERS = Answers(
    record=_record,
    forms={"file": _file, "accept": _accept, "correct": _correct, "transfer": _transfer, "examine": _examine},
)
