"""What the demo's past is played with: a cast, a present, and the acts of people at chosen instants."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.file_application import file_application
from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.kinds import FormContext, kind_of
from workflow_app.cases.tasks import CaseTask
from workflow_app.demo.people import Cast
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Actor
from workflow_app.people.organisations import Organisation
from workflow_app.records import write_back
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.write_back_rows import WriteBack, WriteBackState

ARTICLE = "《信用修复管理办法》有关规定（条款由经办人填写）"


class Stage:
    """Files and moves cases at chosen instants."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.officer, self.approver = cast.actors["jingban"], cast.actors["shenpi"]

    def at(self, days_ago: int, hour: int = 2) -> datetime:
        """An instant some days ago, at a working hour; never later than now."""
        day = self.now - timedelta(days=days_ago)
        return min(day.replace(hour=hour, minute=12, second=0, microsecond=0), self.now)

    def party_of(self, record_id: int) -> Actor:
        """An actor for the record's subject."""
        record = db.session.get_one(CreditRecord, record_id)
        query = sa.select(Organisation.id).where(Organisation.code == record.subject_code)
        return replace(self.cast.actors["qiye"], organisation_id=db.session.scalars(query).one())

    def file(self, record_id: int, days_ago: int, query_code: str | None = None) -> str:
        """File an application."""
        party = self.party_of(record_id)
        form = {
            "applicant_name": party.name,
            "applicant_phone": "13909310001",
            "statement": "罚款已缴清，现场已整改完毕。",
            "signer_name": party.name,
            "commitment": "on",
            "publish_commitment": "on",
        }
        now = self.at(days_ago, 1)
        return file_application(
            record_id=record_id, form=form, idempotency_key=None, query_code=query_code, actor=party, now=now
        ).number

    def answer(self, number: str, actor: Actor, answer: dict[str, Any], days_ago: int) -> None:
        """Do the open task of a case."""
        db.session.rollback()
        case = case_by_number(number)
        complete_task(
            task_id=self.task(case).id,
            case_version=case.row_version,
            answer=answer,
            idempotency_key=None,
            actor=actor,
            now=self.at(days_ago, 6),
        )

    def accept(self, number: str, days_ago: int, officer: Actor | None = None) -> None:
        """Accept."""
        self.answer(number, officer or self.officer, {"outcome": "accepted"}, days_ago)

    def propose(self, number: str, days_ago: int, recommendation: str = "grant") -> None:
        """Propose, following what the system sees and confirming what it cannot see."""
        case = case_by_number(number)
        form = kind_of(case.kind).form_for("review")
        today = legal_day(self.now)
        found = form.prefill(FormContext(case=case, actor=self.officer, now=self.now, today=today))["conditions"]
        for finding in found:
            if not finding["finding"]:
                finding |= {"finding": "met", "remark": "已核对缴款书和整改报告"}
        answer = {
            "conditions": found,
            "recommendation": recommendation,
            "reasons": "经审查，当事人已缴清罚款并完成整改，公示期已达到最短期限。",
            "basis_article": ARTICLE,
            "measures": "",
            "reapply_condition": "全部义务履行完毕后可以再次申请。",
        }
        self.answer(number, self.officer, answer, days_ago)

    def decide(self, number: str, days_ago: int, *, confirmed: bool = False) -> None:
        """Approve the proposal; with `confirmed` the platforms gave their receipts on the same day."""
        self.answer(number, self.approver, {"verdict": "approved", "note": ""}, days_ago)
        if confirmed:
            self.confirm(number, days_ago)

    def confirm(self, number: str, days_ago: int) -> None:
        """Let the platforms confirm what was ordered."""
        db.session.rollback()
        ids = list(db.session.scalars(sa.select(WriteBack.id).where(WriteBack.case_no == number)))
        for write_back_id in ids:
            now = self.at(days_ago, 7)
            with transaction():
                order = write_back.begin(write_back_id, now=now)
                if order is not None:
                    write_back.settle(
                        write_back_id,
                        attempt=order.attempts,
                        state=WriteBackState.CONFIRMED,
                        reason=None,
                        receipt_no=f"YS{write_back_id:06d}",
                        now=now,
                    )

    def task(self, case: Case) -> CaseTask:
        """The open task of a case that the diagram waits for."""
        open_here = (CaseTask.case_id == case.id, CaseTask.closed_at.is_(None), CaseTask.engine_id.is_not(None))
        return db.session.scalars(sa.select(CaseTask).where(*open_here)).one()
