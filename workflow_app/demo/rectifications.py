"""Rectifications in the demo: one whose notice is out and whose party asks for more days, one reported and to be verified."""

import sqlalchemy as sa

from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.open_case import open_case
from workflow_app.demo.records import crowd
from workflow_app.demo.stage import Stage
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.records.credit_record import CreditRecord

ARTICLE = "《甘肃省社会信用条例》有关规定（条款由经办人填写）"
PLAN = {
    "outcome": "notify",
    "obligations": [
        {"what": "缴清罚款", "standard": "按决定书载明的金额全额缴清", "due_on": "", "acceptance": "核对缴款书"},
        {"what": "改正违法行为", "standard": "施工现场符合规范", "due_on": "", "acceptance": "现场核对"},
    ],
    "term_basis": "",
    "basis_article": ARTICLE,
}
REPORT = {
    "reports": [
        {"key": "1", "state": "done", "text": "罚款已缴清，缴款书随附。"},
        {"key": "2", "state": "partly", "text": "主要出入口已经改正，其余正在施工。"},
    ],
    "explanation": "",
    "truthful": "on",
}


def rectifications(stage: Stage, *, first: int) -> None:
    """Add them, and one record more that could be opened; `first` is how many firms the crowd has already."""
    ids = crowd(stage.cast, legal_day(stage.now), 3, first=first)
    with transaction():
        columns = {"fully_performed": False, "performed_on": None, "corrected": False}
        db.session.execute(sa.update(CreditRecord).where(CreditRecord.id.in_(ids)).values(**columns))
    asking, reported = (_noticed(stage, record_id) for record_id in ids[:2])
    request_extension(
        case_number=asking, reason="设备采购还需要时间", days=10, actor=stage.party_of(ids[0]), now=stage.at(1)
    )
    stage.answer(reported, stage.party_of(ids[1]), REPORT, 2)


def _noticed(stage: Stage, record_id: int) -> str:
    form = {"performance_ended_on": "", "unperformed": "履行期限已过，没有查到缴款记录，违法行为没有改正。"}
    now = stage.at(14)
    number = open_case(
        record_id=record_id, kind_key="rectification", form=form, idempotency_key=None, actor=stage.officer, now=now
    ).number
    stage.answer(number, stage.officer, PLAN, 13)
    stage.answer(number, stage.approver, {"verdict": "approved", "note": ""}, 12)
    return number
