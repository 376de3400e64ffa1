"""The demo's past: applications filed and worked on over the last days, through the same actions people use."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.file_application import file_application
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.actions.write_note import write_note
from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.kinds import FormContext, kind_of
from workflow_app.cases.query_codes import new_query_code
from workflow_app.cases.tasks import CaseTask
from workflow_app.demo.people import Cast
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord

ARTICLE = "《信用修复管理办法》有关规定（条款由经办人填写）"


class Play:
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
            task_id=self._task(case).id,
            case_version=case.row_version,
            answer=answer,
            idempotency_key=None,
            actor=actor,
            now=self.at(days_ago, 6),
        )

    def accept(self, number: str, days_ago: int) -> None:
        """Accept."""
        self.answer(number, self.officer, {"outcome": "accepted"}, days_ago)

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

    def decide(self, number: str, days_ago: int) -> None:
        """Approve the proposal."""
        self.answer(number, self.approver, {"verdict": "approved", "note": ""}, days_ago)

    def _task(self, case: Case) -> CaseTask:
        open_here = (CaseTask.case_id == case.id, CaseTask.closed_at.is_(None), CaseTask.engine_id.is_not(None))
        return db.session.scalars(sa.select(CaseTask).where(*open_here)).one()


def play(cast: Cast, mine: dict[str, int], crowd: list[int], now: datetime) -> tuple[str, str]:
    """Bring the demo world to today: cases at every stage, some late, some done. Return number and query code of one."""
    stage, code = Play(cast, now), new_query_code()
    followed = number = stage.file(mine["open"], 6, code)
    stage.accept(number, 4)
    write_note(case_number=number, text="没收款只见第一笔回单，尾款请核到账。", actor=stage.approver, now=stage.at(1))
    records = iter(crowd)
    for days in (0, 0, 1, 1, 2, 3, 4, 9):
        stage.file(next(records), days)
    claimed = stage.file(next(records), 1)
    db.session.rollback()
    claim_task(task_id=stage._task(case_by_number(claimed)).id, actor=stage.officer, now=stage.at(0))
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
        stage.decide(number, filed - 6)
    _side_roads(stage, records)
    db.session.rollback()
    while deadline_sweep(now):
        pass
    return followed, code


def _side_roads(stage: Play, records: Any) -> None:
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
