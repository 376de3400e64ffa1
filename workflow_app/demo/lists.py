"""The demo's entry in a list, with the penalty behind it, and measures on records of the demo enterprise."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from workflow_app.demo.people import Cast
from workflow_app.demo.records import make_record
from workflow_app.foundation.database import db, transaction
from workflow_app.law.facts import InfoType
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key
from workflow_app.records.lifecycle import FINAL
from workflow_app.records.listings import follow
from workflow_app.records.measures import Measure, RecordMeasure

LIST = "建筑市场主体严重失信名单"
MEASURES = (("M09", "提高抽查比例和频次", ["认定部门", "财政"]), ("M11", "限制参加评先评优", ["认定部门"]))
MEASURED = ("eligible", "open")


def make_lists(cast: Cast, records: Mapping[str, int], *, today: date, now: datetime) -> None:
    """List the demo enterprise because of its serious penalty, and put measures on two of its other records."""
    with transaction():
        cause = db.session.get_one(CreditRecord, records["serious"])
        entry = make_record(
            cast, cast.enterprise, serial=21, day=today - timedelta(days=140), record_type=InfoType.SERIOUS_LIST,
            list_name=LIST, violation_type=LIST, facts=f"因{cause.violation_type}受到责令停产停业的行政处罚",
            legal_basis="《建筑市场信用管理暂行办法》", penalties=[], penalty_text="", credit_class="serious",
            class_basis="", fully_performed=None, performed_on=None, corrected=None, publication_date=None,
            cause_number=cause.document_number, cause_key=cause.document_key,
            cause_department_code=cause.department_code,
        )  # fmt: skip
        entry.document_number = entry.document_number.replace("罚决", "信列")
        entry.document_key = document_key(entry.document_number)
        for code, name, bodies in MEASURES:
            db.session.add(Measure(code=code, name=name, implemented_by=bodies, legal_type="listed", scope="general"))
        db.session.flush()
        for key in MEASURED:
            for code, _name, _bodies in MEASURES:
                since = db.session.get_one(CreditRecord, records[key]).determination_date
                db.session.add(RecordMeasure(record_id=records[key], measure_code=code, in_force_since=since))
        follow(entry, ended=FINAL, actor=Actor.system(), now=now)
