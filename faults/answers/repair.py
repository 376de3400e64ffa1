"""Credit repair on a walk: records that may be repaired and such that may not, and answers only this kind knows how to give."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from faults.answers import Answers, Question
from faults.walk_town import Town
from workflow_app.cases.kinds import Answer

ENTRY = {
    "record_type": "serious_list",
    "list_name": "建筑市场主体严重失信名单",
    "violation_type": "建筑市场主体严重失信名单",
    "facts": "因未按规定设置安全警示标志被列入",
    "penalties": [],
    "penalty_text": "",
}


def _record(chance: Random, town: Town, day: date) -> dict[str, Any]:
    """Mostly a general fine performed long enough ago; sometimes too early, unperformed, of another class, of
    nobody, or an entry in a list."""
    determined = day - timedelta(days=chance.choice((20, 88, 100, 120, 200, 330, 364, 500)))
    performed = chance.random() < 0.85
    department = chance.choices(({}, {"department_id": None}, {"department_id": town.ended}), (6, 3, 1))[0]
    entry = chance.random() < 0.15
    if entry:  # in a list: it leaves by repair, ex officio or with its longest period, and is never called repaired
        determined = day - timedelta(days=chance.choice((200, 370, 500, 700)))
    return (department | (ENTRY if entry else {})) | {
        "determination_date": determined,
        "publication_date": determined + timedelta(days=4),
        "fully_performed": performed,
        "performed_on": determined + timedelta(days=10) if performed else None,
        "corrected": chance.choice((True, True, True, None)),
        "credit_class": "serious" if entry else chance.choices(("general", "serious", "minor", None), (12, 1, 1, 1))[0],
        "publication_found_necessary": chance.random() < 0.5,
    }


def _file(question: Question) -> Answer:
    return {"applicant_phone": question.chance.choice(("13900000001", "0931-1234567")), "performed_on": ""}


def _accept(question: Question) -> Answer:
    outcome = question.chance.choices(("accepted", "correct", "refused"), (6, 2, 1))[0]
    return {"outcome": outcome, "competent_body": "兰州市应急管理局"}


def _correct(question: Question) -> Answer:
    """A reply to each paper asked for."""
    context = question.context
    wanted: Any = context.case.details.get("missing_items") if context else None
    return {"responses": [{"name": item["name"], "response": "已上传"} for item in wanted or []]}


def _review(question: Question) -> Answer:
    """A finding for each condition, mostly as the system sees it, and the recommendation that follows."""
    found = []
    for seen in question.form.prefill(question.context)["conditions"] if question.context else ():
        finding = seen["finding"] or "met"
        if question.chance.random() < 0.06:
            finding = {"met": "unmet", "unmet": "met"}[finding]
        found.append({"key": seen["key"], "finding": finding, "remark": "已核对材料"})
    unmet = any(f["finding"] == "unmet" for f in found)
    return {"conditions": found, "recommendation": "deny" if unmet else "grant"}


ANSWERS = Answers(
    record=_record,
    forms={"file": _file, "accept": _accept, "correct": _correct, "review": _review},
)
