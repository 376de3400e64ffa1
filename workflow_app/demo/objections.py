"""Objections in the demo: one just received, one that waits for the department it was asked of, one to be decided."""

from workflow_app.actions.file_application import file_application
from workflow_app.demo.people import LINKED_DEPARTMENT, department_named
from workflow_app.demo.records import crowd
from workflow_app.demo.stage import Stage
from workflow_app.foundation.clock import legal_day

ARTICLE = "《甘肃省社会信用条例》有关规定（条款由经办人填写）"
CHECKED = {"platform_finding": "same", "platform_words": "平台公示的内容与收到的数据一致。"}


def objections(stage: Stage, *, first: int) -> None:
    """Add them; `first` is how many firms the crowd has already."""
    clerk, officer = stage.cast.actors["chuangkou"], stage.officer
    new, asked, proposed = crowd(stage.cast, legal_day(stage.now), 3, first=first)
    _file(stage, new, 0)
    for record, number in ((record, _file(stage, record, 3)) for record in (asked, proposed)):
        stage.answer(number, officer, {"outcome": "accepted"}, 2)
        stage.answer(number, clerk, CHECKED, 1)
        if record == asked:
            stage.answer(number, officer, _question(), 1)
            continue
        stage.answer(number, officer, {"road": "own", "own_words": "已核对本单位的决定书原件。"}, 1)
        upheld = {"conclusion": "upheld", "reasons": "公示内容与决定书原件一致。", "basis_article": ARTICLE}
        stage.answer(number, officer, upheld, 0)


def _question() -> dict[str, object]:
    return {
        "road": "ask",
        "department_code": department_named(LINKED_DEPARTMENT).code,
        "points": [{"point": "决定书载明的罚款金额是多少，公示的金额是否有误"}],
        "reply_how": "在本系统“来函核查”中答复",
        "basis_article": ARTICLE,
    }


def _file(stage: Stage, record_id: int, days_ago: int) -> str:
    party = stage.party_of(record_id)
    form = {
        "applicant_name": party.name,
        "applicant_phone": "13909310001",
        "dispute_ground": "ERROR",
        "dispute": "公示的罚款金额与决定书不一致，决定书上的金额较小。",
        "request": "按决定书更正罚款金额。",
        "truthful": "on",
    }
    now = stage.at(days_ago, 1)
    return file_application(
        record_id=record_id, form=form, idempotency_key=None, actor=party, now=now, kind_key="objection"
    ).number
