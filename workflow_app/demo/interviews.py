"""Interviews in the demo: one that is arranged for the next days, and one whose kind is still to be approved."""

from datetime import date

from workflow_app.actions.open_case import open_case
from workflow_app.demo.records import crowd
from workflow_app.demo.stage import Stage
from workflow_app.foundation.clock import legal_day
from workflow_app.law.periods import working_days_after
from workflow_app.people.calendars import current_calendar

ARTICLE = "《甘肃省社会信用条例》有关规定（条款由经办人填写）"
GROUND = {
    "ground": "paper",
    "paper_number": "兰建整通〔2026〕3号",
    "failure": "PARTIAL",
    "missing": "施工现场安全警示标志没有补设到位",
}
PROPOSAL = {
    "outcome": "interview",
    "falsified": "no",
    "public_interest": "no",
    "fact_note": "",
    "reasons": "整改期限届满，经核查仍有一项没有整改到位。",
}


def interviews(stage: Stage, *, first: int) -> None:
    """Add them; `first` is how many firms the crowd has already."""
    arranged, proposed = crowd(stage.cast, legal_day(stage.now), 2, first=first)
    number = _open(stage, arranged, 3)
    stage.answer(number, stage.officer, PROPOSAL, 2)
    stage.answer(number, stage.approver, {"verdict": "approved", "note": ""}, 1)
    stage.answer(number, stage.officer, _meeting(stage), 0)
    stage.answer(_open(stage, proposed, 1), stage.officer, PROPOSAL, 0)


def _open(stage: Stage, record_id: int, days_ago: int) -> str:
    now = stage.at(days_ago, 1)
    return open_case(
        record_id=record_id, kind_key="interview", form=GROUND, idempotency_key=None, actor=stage.officer, now=now
    ).number


def _meeting(stage: Stage) -> dict[str, object]:
    day: date = working_days_after(legal_day(stage.now), 4, current_calendar())
    return {
        "invitee_name": "法定代表人",
        "invitee_title": "法定代表人",
        "mode": "on_site",
        "day": day.isoformat(),
        "begins": "09:30",
        "ends": "10:30",
        "room": "三楼约谈室",
        "host": stage.officer.account_id,
        "officer_1": stage.cast.actors["jingban2"].account_id,
        "recorder": stage.approver.account_id,
        "materials": "营业执照复印件\n参加人的身份证件\n整改情况说明和佐证材料",
        "basis_article": ARTICLE,
        "contact_person": stage.officer.name,
    }
