"""The demo's past: applications filed and worked on over the last days, through the same actions people use."""

from datetime import datetime
from typing import Any

from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.sweep_slips import slip_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.actions.write_note import write_note
from workflow_app.cases.case import case_by_number
from workflow_app.cases.query_codes import new_query_code
from workflow_app.demo.afterwards import afterwards
from workflow_app.demo.interviews import interviews
from workflow_app.demo.morning import morning
from workflow_app.demo.objections import objections
from workflow_app.demo.people import Cast
from workflow_app.demo.rectifications import rectifications
from workflow_app.demo.stage import ARTICLE, Stage
from workflow_app.foundation.database import db


def play(cast: Cast, mine: dict[str, int], crowd: list[int], now: datetime) -> tuple[str, str]:
    """Bring the demo world to today: cases at every stage, some late, some done. Return number and query code of one."""
    stage, code = Stage(cast, now), new_query_code()
    followed = number = stage.file(mine["open"], 6, code)
    stage.accept(number, 4)
    write_note(case_number=number, text="没收款只见第一笔回单，尾款请核到账。", actor=stage.approver, now=stage.at(1))
    records = iter(crowd)
    for days in (0, 0, 1, 1, 2, 3, 4, 9):
        stage.file(next(records), days)
    claimed = stage.file(next(records), 1)
    db.session.rollback()
    claim_task(task_id=stage.task(case_by_number(claimed)).id, actor=stage.officer, now=stage.at(0))
    for filed, accepted in ((3, 2), (5, 4), (7, 6), (9, 8), (12, 11), (14, 13), (16, 14)):
        stage.accept(stage.file(next(records), filed), accepted)
    for filed in (6, 8):
        number = stage.file(next(records), filed)
        stage.accept(number, filed - 1)
        stage.propose(number, 1)
    for filed in (20, 24, 28, 34):
        number = stage.file(next(records), filed)
        stage.accept(number, filed - 2)
        stage.propose(number, filed - 5)
        stage.decide(number, filed - 6, confirmed=filed > 20)
    _side_roads(stage, records)
    morning(stage, first=len(crowd))
    objections(stage, first=len(crowd) + 30)
    rectifications(stage, first=len(crowd) + 40)
    interviews(stage, first=len(crowd) + 60)
    afterwards(stage, mine["repaired"])
    db.session.rollback()
    while deadline_sweep(now):
        pass
    slip_sweep(now)
    return followed, code


def _side_roads(stage: Stage, records: Any) -> None:
    asked = stage.file(next(records), 2)
    missing = [{"name": "授权委托书", "requirement": "加盖公章，写明委托权限和期限"}]
    stage.answer(
        asked,
        stage.officer,
        {"outcome": "correct", "missing_items": missing, "basis_article": "《信用修复管理办法》"},
        1,
    )
    refused = stage.file(next(records), 15)
    refusal = {
        "outcome": "refused",
        "ground": "out_of_scope",
        "reasons": "该信息已由其他程序处理。",
        "basis_article": ARTICLE,
    }
    stage.answer(refused, stage.officer, refusal, 13)
    extended = stage.file(next(records), 9)
    stage.accept(extended, 8)
    request_extension(case_number=extended, reason="需要向工程所在地核实整改情况", actor=stage.officer, now=stage.at(0))
    record_id = next(records)
    withdrawn = stage.file(record_id, 10)
    db.session.rollback()
    case = case_by_number(withdrawn)
    withdraw_application(
        case_number=withdrawn,
        case_version=case.row_version,
        reason="材料准备好后再申请",
        actor=stage.party_of(record_id),
        now=stage.at(9),
    )
