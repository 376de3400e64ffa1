"""What comes after a repair in the demo: one of the enterprise's repairs is to be revoked, its party is being heard, and a new
penalty of the same firm waits to be looked at for the commitment."""

from workflow_app.actions.open_case import open_case
from workflow_app.demo.stage import ARTICLE, Stage
from workflow_app.foundation.database import transaction
from workflow_app.records import following_up

REPAIRED, OPENED, TOLD = 70, 2, 1  # days ago


def afterwards(stage: Stage, record_id: int) -> str:
    """Repair a record of the enterprise, open its revocation and tell the party; return the number of the revocation."""
    repair = stage.file(record_id, REPAIRED)
    stage.accept(repair, REPAIRED - 2)
    stage.propose(repair, REPAIRED - 5)
    stage.decide(repair, REPAIRED - 6, confirmed=True)
    form = {
        "cause": "false_material",
        "origin": "check",
        "suspicion": "季度抽查缴款凭证，银行答复其中一份不是本行出具。",
    }
    number = open_case(
        record_id=record_id,
        kind_key="revocation",
        form=form,
        idempotency_key=None,
        actor=stage.officer,
        now=stage.at(OPENED),
    ).number
    notice = {
        "outcome": "notify",
        "cause": "false_material",
        "found": "申请信用修复时提交的罚款缴纳凭证，经开户银行核验不是该行出具，罚款至今没有入库。",
        "evidence": "开户银行的核验函\n财政非税收入系统查询记录",
        "basis_article": ARTICLE,
    }
    stage.answer(number, stage.officer, notice, TOLD)
    with transaction():
        following_up.ask_for_check(record_id, now=stage.now)
    return number
