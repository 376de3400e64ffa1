"""Entries in lists for tests: one of the world's enterprise, led to by a penalty or not."""

from datetime import date
from typing import Any

from tests import world as w
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.lifecycle import FINAL
from workflow_app.records.listings import follow

NAME = "建筑市场主体严重失信名单"


def entry_values(**more: Any) -> dict[str, Any]:
    """The columns that make an entry of a record: listed more than a year ago, so that it may leave early."""
    return {
        "record_type": "serious_list",
        "list_name": NAME,
        "violation_type": NAME,
        "document_number": "兰建信列〔2025〕3号",
        "determination_date": date(2025, 9, 1),
        "publication_date": None,
        "facts": "因未按规定设置安全警示标志受到罚款的行政处罚",
        "legal_basis": "《建筑市场信用管理暂行办法》",
        "penalties": [],
        "penalty_text": "",
        "credit_class": "serious",
    } | more


def make_entry(world: w.World, *, cause: int | None = None, **more: Any) -> int:
    """Create a standing entry and let the penalties of its subject follow it."""
    values = entry_values(**more)
    if cause is not None:
        penalty = db.session.get_one(CreditRecord, cause)
        values |= {"cause_number": penalty.document_number, "cause_key": penalty.document_key}
        values |= {"cause_department_code": penalty.department_code}
    record_id = w.make_record(world, **values)
    with transaction():
        entry = db.session.get_one(CreditRecord, record_id)
        follow(entry, ended=FINAL, actor=Actor.system(), now=w.NOON)
    return record_id
